/*
 * Help, completion, manual and dispatch come from one table. Nothing here knows
 * any command by name.
 *
 * A table is a list of pointers that ends with NULL, short enough to be walked.
 * Fields that have no meaning for a command are left out of its entry and read
 * as zero: no options, no arguments, no flags.
 */
#include "shell/command.h"

#include <limits.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "pane/keys.h"
#include "shell/api.h"
#include "shell/config.h"
#include "shell/setting.h"
#include "shell/suggest.h"

enum {
	COLUMN = 28, /* of what is explained, in the help */
};

static const struct option_spec no_options[] = { { .name = NULL } };

const struct command *
command_find(const struct command *const *table, struct span word)
{
	for (; *table; table++) {
		const struct command *c = *table;

		if (span_is(word, c->name) ||
		    (c->alias && span_is(word, c->alias)))
			return c;
	}
	return NULL;
}

/* The command is one of the group that `word` names. */
static bool
is_of_group(const struct command *c, struct span word)
{
	return word.len > 0 && strlen(c->name) > word.len &&
	    memcmp(c->name, word.p, word.len) == 0 && c->name[word.len] == ' ';
}

bool
command_is_group(struct span word)
{
	for (const struct command *const *c = subcommands; *c; c++)
		if (is_of_group(*c, word))
			return true;
	return false;
}

/* Of names alone: an alias is short and near to everything. */
const char *
command_suggest(const struct command *const *table, const char *word)
{
	struct suggestion near = { NULL, 0 };

	for (; *table; table++)
		suggest(&near, word, (*table)->name);
	return near.word;
}

/* The same letters in another order. */
static bool
is_swapped(const char *a, const char *b)
{
	int count[UCHAR_MAX + 1] = { 0 };

	for (; *a; a++)
		count[(unsigned char)*a]++;
	for (; *b; b++)
		count[(unsigned char)*b]--;
	for (size_t i = 0; i <= UCHAR_MAX; i++)
		if (count[i] != 0)
			return false;
	return true;
}

const char *
command_typo(const char *word)
{
	size_t len = strlen(word);

	for (const struct command *const *c = subcommands; *c; c++) {
		const char *name = (*c)->name;
		char *first = xasprintf("%.*s", (int)strcspn(name, " "), name);
		/* "dog" is no "log", "shop" no "stop", and "t" and "cat" are no
		 * "at": a letter is much in a short word */
		bool near = strlen(first) > 2 &&
		    edit_distance(word, first) == 1 &&
		    (len != strlen(first) || len > 4 ||
			(len > 3 && is_swapped(word, first)));

		free(first);
		if (near)
			return name;
	}
	return NULL;
}

/* The command's own first: lists are looked through in order. */
struct option_scope
command_scope(const struct command *c, const struct option_spec *lists[3])
{
	lists[0] = c->options ? c->options : no_options;
	lists[1] = global_options;
	lists[2] = NULL;
	return (struct option_scope){ lists };
}

void
command_usage(const struct command *c, bool dot, struct buf *out)
{
	if (dot)
		buf_printf(out, ".%s", c->name);
	else
		buf_printf(out, "aosh%s%s [options]", *c->name ? " " : "",
		    c->name);
	if (*c->usage)
		buf_printf(out, " %s", c->usage);
}

/*
 * Two columns, so that a summary stands by itself: below what is too long for
 * the first.
 */
static void
add_columns(struct span left, const char *right, struct buf *out)
{
	buf_printf(out, "  %-*.*s", COLUMN, SPAN_ARG(left));
	if (left.len > COLUMN)
		buf_printf(out, "\n  %*s", COLUMN, "");
	buf_printf(out, " %s", right);
}

/* One entry of help. */
static void
add_option(const struct option_spec *s, struct buf *out)
{
	struct buf left = BUF_INIT;

	if (s->letter)
		buf_printf(&left, "-%c, ", s->letter);
	else
		buf_add_text(&left, "    ");
	buf_printf(&left, "--%s", s->name);
	if (s->arg)
		buf_printf(&left, " %s", s->arg);
	add_columns(buf_span(&left), s->summary, out);
	if (s->alias)
		buf_printf(out, " (also --%s)", s->alias);
	buf_add_byte(out, '\n');
	buf_release(&left);
}

static void
add_options(const char *title, const struct option_spec *s, struct buf *out)
{
	if (!s || !s->name)
		return;
	buf_printf(out, "\n%s:\n", title);
	for (; s->name; s++)
		add_option(s, out);
}

static void
add_summary(const struct command *c, const char *dot, struct buf *out)
{
	struct buf left = BUF_INIT;

	buf_printf(&left, "%s%s%s%s", dot, c->name, *c->usage ? " " : "",
	    c->usage);
	add_columns(buf_span(&left), c->summary, out);
	buf_add_byte(out, '\n');
	buf_release(&left);
}

static void
add_keys(struct buf *out)
{
	buf_add_text(out, "\nKeys:\n");
	for (const struct key *k = keys; k->names; k++) {
		add_columns(span_text(k->names), k->summary, out);
		buf_add_byte(out, '\n');
	}
}

void
help_all(struct buf *out)
{
	buf_add_text(out,
	    "usage: aosh [options] [NAME|ID [FILE]]\n"
	    "       aosh [options] COMMAND ...\n"
	    "\nA shell and a local computer for ao: type Lua, and it runs in a "
	    "durable process.\n"
	    "\nCommands:\n");
	for (const struct command *const *c = subcommands; *c; c++)
		add_summary(*c, "", out);
	add_options("Options of the shell", command_shell.options, out);
	add_options("Options of every command", global_options, out);
	buf_add_text(out,
	    "\n'aosh help COMMAND' tells more; "
	    "'.help' does so in the shell.\n");
}

void
help_command(const struct command *c, struct buf *out)
{
	buf_add_text(out, "usage: ");
	command_usage(c, false, out);
	buf_printf(out, "\n\n%s\n", c->summary);
	if (c->flags & COMMAND_PANE)
		add_keys(out);
	add_options("Options", c->options, out);
	add_options("Options of every command", global_options, out);
}

void
help_group(const char *word, struct buf *out)
{
	buf_printf(out, "usage: aosh %s COMMAND ...\n\nCommands:\n", word);
	for (const struct command *const *c = subcommands; *c; c++)
		if (is_of_group(*c, span_text(word)))
			add_summary(*c, "", out);
	buf_printf(out, "\n'aosh help %s COMMAND' tells more.\n", word);
}

void
help_dots(struct buf *out)
{
	for (const struct command *const *c = dot_commands; *c; c++)
		add_summary(*c, ".", out);
}

void
help_dot(const struct command *c, struct buf *out)
{
	buf_add_text(out, "usage: ");
	command_usage(c, true, out);
	buf_printf(out, "\n%s\n", c->summary);
	if (c->alias)
		buf_printf(out, "short: .%s\n", c->alias);
	add_options("Options", c->options, out);
}

/* --- for programs --- */

static const char *const type_words[] = {
	[OPTION_SWITCH] = "switch",
	[OPTION_TEXT] = "text",
	[OPTION_FILE] = "file",
	[OPTION_NUMBER] = "number",
	[OPTION_SECONDS] = "seconds",
	[OPTION_TAG] = "tag",
	[OPTION_CHOICE] = "choice",
	[OPTION_PROCESS] = "process",
};

/* Fields are never empty, since some tools take tabs together. */
static const char *
or_dash(const char *text)
{
	return text && *text ? text : "-";
}

/* One line for each; dot commands are told apart by their dot. */
static void
list_options(const char *dot, const char *of, const struct option_spec *s,
    struct buf *out)
{
	for (; s && s->name; s++) {
		char letter[2] = { s->letter, 0 };

		buf_printf(out, "option\t%s%s\t%s\t%s\t%s\t%s\t%s\t%s\n", dot,
		    or_dash(of), s->name, or_dash(s->alias), or_dash(letter),
		    type_words[s->type], or_dash(s->arg), s->summary);
	}
}

/* A command and its own options behind it. */
static void
list_command(const char *kind, const struct command *c, struct buf *out)
{
	buf_printf(out, "%s\t%s\t%s\t%s\t%s\n", kind, or_dash(c->name),
	    or_dash(c->alias), or_dash(c->usage), c->summary);
	list_options(strcmp(kind, "dot") == 0 ? "." : "", c->name, c->options,
	    out);
}

void
command_list(struct buf *out)
{
	list_command("command", &command_shell, out);
	for (const struct command *const *c = subcommands; *c; c++)
		list_command("command", *c, out);
	for (const struct command *const *c = dot_commands; *c; c++)
		list_command("dot", *c, out);
	list_options("", "*", global_options, out);
	list_options(".", "*", dot_options, out);
	for (const struct key *k = keys; k->names; k++)
		buf_printf(out, "key\t%s\t%s\n", k->names, k->summary);
	for (const struct config_key *k = config_keys; k->name; k++)
		buf_printf(out, "config\t%s\t%s\t%s\t%s\n", k->name, k->kind,
		    k->otherwise, k->summary);
	for (const struct setting *s = settings; s->name; s++)
		buf_printf(out, "setting\t%s\t%s\t%s\n", s->name, s->values,
		    s->summary);
	for (const struct api *a = api_table; a->name; a++)
		buf_printf(out, "api\t%s\t%s\t%s\t%s\n", a->name,
		    a->args ? "function" : "value", or_dash(a->args),
		    a->summary);
}
