/*
 * .exit - leave the shell; in a script, end it here.
 */
#include "shell/commands.h"
#include "shell/draft.h"
#include "shell/shell.h"

/* The loops look at `leaving` behind each unit. */
static int
exec_exit(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	(void)err;
	if (draft_may_go(sh, ".exit again leaves"))
		sh->leaving = true;
	return 0;
}

const struct command dot_exit = {
	.name = "exit",
	.alias = "quit",
	.usage = "",
	.summary = "leave the shell",
	.exec = exec_exit,
};
