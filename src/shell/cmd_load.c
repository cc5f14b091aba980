/*
 * .load FILE... - a file is one message: all of it happens, or nothing.
 */
#include "shell/commands.h"
#include "shell/session.h"

/* The first file that fails ends it: the next may build on it. */
static int
exec_load(struct shell *sh, const struct options *o, struct error *err)
{
	for (size_t i = 0; i < o->arg_count; i++) {
		int rc = session_load(sh, o->args[i], err);

		if (rc != 0)
			return rc;
	}
	return 0;
}

const struct command dot_load = {
	.name = "load",
	.alias = "l",
	.usage = "FILE...",
	.summary = "evaluate Lua files",
	.min = 1,
	.max = 64,
	.complete = COMPLETE_FILES,
	.exec = exec_load,
};
