/*
 * .output, .once - results into a file, or through another program.
 */
#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/shell.h"

static const struct option_spec output_options[] = {
	{ "append", NULL, 'a', OPTION_SWITCH, false, NULL,
	    "behind what is in the file" },
	{ .name = NULL },
};

static int
exec_output(struct shell *sh, const struct options *o, struct error *err)
{
	return sink_to_file(&sh->sink, options_arg(o, 0),
	    options_has(o, "append"), err);
}

const struct command dot_output = {
	.name = "output",
	.usage = "[FILE]",
	.summary = "write results to a file from now on, or no more",
	.options = output_options,
	.min = 0,
	.max = 1,
	.complete = COMPLETE_FILES,
	.exec = exec_output,
};

/* A bar in front is a program, not a file: COMMAND_PIPE. */
static int
exec_once(struct shell *sh, const struct options *o, struct error *err)
{
	const char *word = o->args[0];

	if (word[0] != '|')
		return sink_once(&sh->sink, word, options_has(o, "append"),
		    err);
	sink_once_command(&sh->sink, xstrdup(word + 1));
	return 0;
}

const struct command dot_once = {
	.name = "once",
	.usage = "FILE",
	.summary = "write the next result to a file, or to '| COMMAND'",
	.options = output_options,
	.min = 1,
	.max = 1,
	.complete = COMPLETE_FILES,
	.flags = COMMAND_PIPE,
	.exec = exec_once,
};
