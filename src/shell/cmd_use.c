/*
 * .use NAME - talk to another process in the same session.
 */
#include "shell/commands.h"
#include "shell/draft.h"
#include "shell/session.h"

/* As `aosh NAME` would, a new name is spawned. */
static int
exec_use(struct shell *sh, const struct options *o, struct error *err)
{
	if (!draft_may_go(sh, ".use again goes"))
		return 0;
	return session_open(sh, o->args[0], true, err);
}

const struct command dot_use = {
	.name = "use",
	.alias = "u",
	.usage = "NAME|ID",
	.summary = "go to another process; a new name is spawned",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.exec = exec_use,
};
