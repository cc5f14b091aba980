/*
 * aosh help, .help - what the tables say, that of Lua's functions, too.
 *
 * Help of the whole and of one command come from the same functions as --help,
 * so they cannot differ.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "shell/api.h"
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/suggest.h"

/* `dot` is what stands before the word in that table. */
static int
fail_unknown(const char *word, const struct command *const *table,
    const char *dot, struct error *err)
{
	const char *command = command_suggest(table, word);
	const char *name = api_suggest(word);

	/* the nearer of the two */
	if (command && name &&
	    edit_distance(word, name) < edit_distance(word, command))
		command = NULL;
	if (command)
		return FAIL(err, ERR_USAGE,
		    "no command '%s%s'; did you mean '%s%s'?", dot, word, dot,
		    command);
	if (name)
		return FAIL(err, ERR_USAGE,
		    "no help on '%s'; did you mean '%s'?", word, name);
	return FAIL(err, ERR_USAGE, "no command '%s%s'", dot, word);
}

/* A subcommand, whose name may be two words, or a group of them. */
static int
explain(const struct options *o, struct buf *text, struct error *err)
{
	const char *word = options_arg(o, 0);
	const char *second = options_arg(o, 1);
	char *name = second ? xasprintf("%s %s", word, second) : xstrdup(word);
	const struct command *c = command_find(subcommands, span_text(name));
	int rc = 0;

	if (c)
		help_command(c, text);
	else if (!second && command_is_group(span_text(word)))
		help_group(word, text);
	else if (!api_help(span_text(name), text))
		rc = fail_unknown(name, subcommands, "", err);
	free(name);
	return rc;
}

/* Also of dot commands, so that `aosh help .load` works outside a shell. */
static int
exec_help(struct shell *sh, const struct options *o, struct error *err)
{
	const char *word = options_arg(o, 0);
	struct buf text = BUF_INIT;
	const struct command *c = NULL;

	if (word && word[0] == '.') {
		c = command_find(dot_commands, span_text(word + 1));
		if (!c)
			return fail_unknown(word + 1, dot_commands, ".", err);
		help_dot(c, &text);
	} else if (word) {
		if (explain(o, &text, err) < 0)
			return -1;
	} else {
		help_all(&text);
	}
	output_span(&sh->out, buf_span(&text));
	buf_release(&text);
	return 0;
}

const struct command command_help = {
	.name = "help",
	.usage = "[COMMAND|NAME]",
	.summary = "explain a command or what Lua has, or list commands",
	.min = 0,
	.max = 2,
	.complete = COMPLETE_COMMANDS,
	.exec = exec_help,
};

/* The dot of its argument may be left out. */
static int
exec_dot_help(struct shell *sh, const struct options *o, struct error *err)
{
	const char *word = options_arg(o, 0);
	struct buf text = BUF_INIT;
	const struct command *c;

	if (!word) {
		help_dots(&text);
		buf_add_text(&text,
		    "\n'.help COMMAND' tells more, and '.help Handlers.add' "
		    "what Lua has.\n");
	} else {
		bool dot = word[0] == '.';

		word += dot;
		c = command_find(dot_commands, span_text(word));
		if (c)
			help_dot(c, &text);
		else if (dot || !api_help(span_text(word), &text))
			return fail_unknown(word, dot_commands, ".", err);
	}
	output_span(&sh->out, buf_span(&text));
	buf_release(&text);
	return 0;
}

const struct command dot_help = {
	.name = "help",
	.alias = "h",
	.usage = "[COMMAND|NAME]",
	.summary = "explain a dot command or what Lua has, or list commands",
	.min = 0,
	.max = 1,
	.complete = COMPLETE_COMMANDS,
	.exec = exec_dot_help,
};
