/*
 * command - everything that a user can ask for, one table entry each.
 *
 * Subcommands (aosh eval …) and dot commands (.load …) are the same kind of
 * thing. The parser refuses bad arguments before `exec` runs; help, manual,
 * completions and dispatch come from the table.
 */
#ifndef SHELL_COMMAND_H
#define SHELL_COMMAND_H

#include "base/buf.h"
#include "shell/options.h"

struct shell;

enum command_flag {
	COMMAND_NODE = 1 << 0, /* opens the data directory and a node */
	COMMAND_RAW = 1 << 1, /* dot command: the rest of the line is one arg */
	COMMAND_DATA = 1 << 2, /* has the data directory and no node */
	COMMAND_PANE = 1 << 3, /* takes the keys of the pane */
	COMMAND_PIPE = 1 << 4, /* dot command: a "| COMMAND" is its last arg */
};

/* What the arguments of a dot command are, for completion. */
enum complete_kind {
	COMPLETE_NOTHING,
	COMPLETE_FILES,
	COMPLETE_PROCESSES,
	COMPLETE_COMMANDS,
	COMPLETE_BLUEPRINTS,
	COMPLETE_CHOICES,  /* the words of the usage: "[on|off]" */
	COMPLETE_SETTINGS, /* a name, then a value of it */
	COMPLETE_LUA
};

struct command {
	/* A dot command's without the dot; of a group two words: "item sign" */
	const char *name;
	const char *alias;
	const char *usage; /* of the arguments: "NAME CODE" */
	const char *summary;
	const struct option_spec *options; /* NULL: none */
	size_t min;                        /* arguments */
	size_t max;
	enum complete_kind complete;
	unsigned flags; /* of enum command_flag */
	/*
	 * 0: done; a positive exit code: it failed and has said so; -1: `err`
	 * is to be shown.
	 */
	int (*exec)(struct shell *sh, const struct options *o,
	    struct error *err);
};

/* NULL behind the last. */
extern const struct command *const subcommands[];
extern const struct command *const dot_commands[];
/* What `aosh NAME` runs: not a word, so not in the table. */
extern const struct command command_shell;
/* Options that every subcommand takes. */
extern const struct option_spec global_options[];
/* The same of dot commands, but for those that take the line as it is. */
extern const struct option_spec dot_options[];

/* By name or alias; NULL: there is none. */
const struct command *command_find(const struct command *const *table,
    struct span word);
/* Whether subcommands have names of two words that begin with `word`. */
bool command_is_group(struct span word);
/* The nearest name in a table, or NULL. */
const char *command_suggest(const struct command *const *table,
    const char *word);
/*
 * The subcommand that `word`, which is none, was probably meant to be: one
 * letter more, less or swapped. NULL: it looks like a name.
 */
const char *command_typo(const char *word);
/* The option lists of a subcommand: its own, then the global ones. */
struct option_scope command_scope(const struct command *c,
    const struct option_spec *lists[3]);
/* "aosh eval [options] NAME CODE" or ".load FILE..." */
void command_usage(const struct command *c, bool dot, struct buf *out);

/* Help for people: of all, or of one. */
void help_all(struct buf *out);
/* The same for one subcommand. */
void help_command(const struct command *c, struct buf *out);
/* The list of a group's subcommands; see command_is_group(). */
void help_group(const char *word, struct buf *out);
/* The list of dot commands. */
void help_dots(struct buf *out);
/* The same for one dot command. */
void help_dot(const struct command *c, struct buf *out);
/*
 * The whole table for programs, a line each, fields split by tabs:
 *   command NAME ALIAS USAGE SUMMARY
 *   dot     NAME ALIAS USAGE SUMMARY
 *   option  COMMAND NAME ALIAS LETTER TYPE ARG SUMMARY
 *   key     NAMES SUMMARY, in the pane
 *   config  NAME KIND DEFAULT SUMMARY       (of the config file)
 *   setting NAME VALUES SUMMARY             (of .set)
 *   api     NAME KIND ARGS SUMMARY          (of Lua in a process)
 * COMMAND is "*" for all and begins with a dot for a dot command.
 * The command without a name is the shell itself; nothing is written as "-".
 */
void command_list(struct buf *out);

#endif
