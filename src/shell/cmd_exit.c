#include "shell/commands.h"
#include "shell/shell.h"

static int
exec_exit(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	(void)err;
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
