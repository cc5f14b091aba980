/*
 * options - arguments and typed options, refused before anything runs.
 *
 * An option has one long name, perhaps another spelling and a letter, and a
 * type: a switch never takes a value, everything else always does. Options
 * stand anywhere up to "--"; an id is none, though it may begin with a dash.
 * Names mean the same type in every command, so the command word can be found
 * before its options are known; the two that do not (`tail -f`, `tail --cron`)
 * stand behind the word.
 */
#ifndef SHELL_OPTIONS_H
#define SHELL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/span.h"

enum option_type {
	OPTION_SWITCH,
	OPTION_TEXT,
	OPTION_FILE,    /* a path, for completion; not looked at here */
	OPTION_NUMBER,  /* a whole number from 0 on */
	OPTION_SECONDS, /* like 2.5; its number is in milliseconds */
	OPTION_TAG,     /* NAME=VALUE with a name */
	OPTION_CHOICE,  /* one of the words in `arg`, split by | */
	OPTION_PROCESS  /* a name or id, for completion */
};

struct option_spec {
	const char *name;  /* without the dashes; NULL ends a list */
	const char *alias; /* another long name, or NULL */
	char letter;       /* 0: none */
	enum option_type type;
	bool many;           /* may be given again; all count, in order */
	const char *arg;     /* what its value is called; NULL for a switch */
	const char *summary; /* for the help */
};

struct option_value {
	const struct option_spec *spec;
	const char *text; /* borrowed from the arguments; NULL for a switch */
	uint64_t number;  /* of OPTION_NUMBER and OPTION_SECONDS */
};

struct options {
	struct option_value *values; /* in the order given; owned */
	size_t count;
	const char **args; /* what is no option; owned, texts borrowed */
	size_t arg_count;
};

/* Lists to look names up in: one after the other, NULL behind the last. */
struct option_scope {
	const struct option_spec *const *lists;
};

/*
 * Read `argc` arguments. ERR_USAGE: an unknown option (with the nearest known
 * one), a value missing, not wanted or of the wrong form, an option twice.
 * *out is released with options_release(), on success only.
 */
int options_parse(const struct option_scope *scope, int argc, char *const *argv,
    struct options *out, struct error *err);
/* Release what options_parse() filled in. */
void options_release(struct options *o);

/*
 * Index of the first argument that is no option, or -1; an unknown option is
 * taken as a switch. "--" ends the search without one.
 */
int options_first_word(const struct option_scope *scope, int argc,
    char *const *argv);

/* Whether it was given. Names are the long ones, never aliases. */
bool options_has(const struct options *o, const char *name);
/* The last value given, or `otherwise`. */
const char *options_text(const struct options *o, const char *name,
    const char *otherwise);
/* The same for the types that have a number. */
uint64_t options_number(const struct options *o, const char *name,
    uint64_t otherwise);
/* Argument number i, or NULL. */
const char *options_arg(const struct options *o, size_t i);

/* "expects one argument", …: ERR_USAGE unless min <= arguments <= max. */
int options_check_args(const struct options *o, size_t min, size_t max,
    const char *usage, struct error *err);

#endif
