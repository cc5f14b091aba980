#include "shell/command.h"
#include "test.h"

TEST(command, is_found_by_name_and_alias)
{
	CHECK_TEXT(command_find(subcommands, span_text("eval"))->name, "eval");
	CHECK_TEXT(command_find(subcommands, span_text("ls"))->name, "list");
	CHECK_TEXT(command_find(dot_commands, span_text("l"))->name, "load");
	CHECK(command_find(subcommands, span_text("evall")) == NULL);
	CHECK(command_find(subcommands, span_text("")) == NULL);
}

TEST(command, typos_are_told_from_names)
{
	CHECK_TEXT(command_typo("evall"), "eval");
	CHECK_TEXT(command_typo("lisst"), "list");
	CHECK_TEXT(command_typo("lits"), "list");
	CHECK(command_typo("dog") == NULL);
	CHECK(command_typo("chatroom") == NULL);
	CHECK(command_typo("test") == NULL);
}

/*
 * In front of the command word these are the shell's, which takes a value; so
 * they stand behind the word `tail`.
 */
static bool
is_of_tail(const struct option_spec *s)
{
	return s->type == OPTION_SWITCH &&
	    (strcmp(s->name, "cron") == 0 || s->letter == 'f');
}

/* One list's entries against all others that have the same name. */
static void
check_same_type(const struct option_spec *a, const struct option_spec *b)
{
	for (; a && a->name; a++) {
		for (const struct option_spec *s = b; s && s->name; s++) {
			bool same_name = strcmp(a->name, s->name) == 0;
			bool takes = a->type != OPTION_SWITCH;

			if (is_of_tail(a) || is_of_tail(s))
				continue;
			if (same_name)
				CHECK_INT(a->type, s->type);
			if (a->letter && a->letter == s->letter)
				CHECK_INT(takes, s->type != OPTION_SWITCH);
		}
	}
}

/* Else the command word could not be found among the options. */
TEST(command, options_mean_the_same_everywhere)
{
	for (const struct command *const *a = subcommands; *a; a++) {
		check_same_type((*a)->options, global_options);
		check_same_type((*a)->options, command_shell.options);
		for (const struct command *const *b = subcommands; *b; b++)
			check_same_type((*a)->options, (*b)->options);
	}
	check_same_type(command_shell.options, global_options);
}

static void
check_entry(const struct command *c)
{
	CHECK(c->summary && *c->summary);
	CHECK(c->usage != NULL);
	CHECK(c->exec != NULL);
	CHECK(c->min <= c->max);
	/* a summary goes on a line behind others */
	CHECK(strchr(c->summary, '\n') == NULL);
	CHECK(c->summary[strlen(c->summary) - 1] != '.');
}

TEST(command, entries_are_whole)
{
	check_entry(&command_shell);
	for (const struct command *const *c = subcommands; *c; c++)
		check_entry(*c);
	for (const struct command *const *c = dot_commands; *c; c++)
		check_entry(*c);
}
