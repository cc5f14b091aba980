/*
 * .editor - several lines as one piece, also where no line is unfinished Lua.
 */
#include "shell/commands.h"
#include "shell/shell.h"

/* The reader does the rest: it gathers lines until .done. */
static int
exec_editor(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	(void)err;
	reader_drop(&sh->reader);
	sh->reader.editor = true;
	if (sh->interactive)
		output_printf(shell_notes(sh),
		    "several lines, sent together: .done sends them, .cancel "
		    "drops them, .print shows them, .delete takes the last\n");
	return 0;
}

const struct command dot_editor = {
	.name = "editor",
	.usage = "",
	.summary = "write several lines and send them together",
	.exec = exec_editor,
};
