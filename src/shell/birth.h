/*
 * birth - what options ask of a process that is spawned, be it by `aosh spawn`
 * or because `aosh NAME` found none of that name.
 */
#ifndef SHELL_BIRTH_H
#define SHELL_BIRTH_H

#include "base/base64url.h"
#include "shell/client.h"
#include "shell/cron_tags.h"

struct shell;

/* Spans point into the options, whose arguments must outlive it. */
struct birth {
	bool asked; /* for anything at all */
	struct tag *tags;
	size_t tag_count;
	struct buf data;
	struct id module;
	bool has_module;
	struct cron_tags cron;
};

/* Of an options table; the data are of each command itself. */
#define BIRTH_OPTIONS                                                          \
	{ "module", NULL, 0, OPTION_TEXT, false, "ID",                         \
		"the program to run; without: the built-in library" },         \
	    { "sqlite", NULL, 0, OPTION_SWITCH, false, NULL,                   \
		    "the program to run is the networks' one with SQLite" },   \
	    { "tag", NULL, 't', OPTION_TAG, true, "NAME=VALUE",                \
		    "a tag of the new process; may be repeated" },             \
	    { "tag-name", NULL, 0, OPTION_TEXT, true, "NAME",                  \
		    "the same as in aos, with a --tag-value behind it" },      \
	    { "tag-value", NULL, 0, OPTION_TEXT, true, "VALUE",                \
		    "the value of the --tag-name of the same place" },         \
	    { "scheduler", NULL, 0, OPTION_TEXT, false, "ADDRESS",             \
		    "who gives it slots, on a network (SCHEDULER)" },          \
	    { "authority", NULL, 0, OPTION_TEXT, false, "ADDRESSES",           \
		    "whose pushes it trusts, split by commas (AUTHORITY)" },   \
	    { "cron", NULL, 0, OPTION_TEXT, true, "N-UNIT",                    \
		    "a schedule of its cron, as 5-minutes; may be repeated" }, \
	{                                                                      \
		"cron-tag", NULL, 0, OPTION_TAG, true, "NAME=VALUE",           \
		    "a tag of the messages of the --cron before it"            \
	}

/*
 * Read them, but for the data; nothing is sent. ERR_USAGE: one is wrong.
 * Release with birth_release(), on success only.
 */
int birth_from_options(struct shell *sh, const struct options *o,
    struct birth *out, struct error *err);
void birth_release(struct birth *b);
/* Fill in what a spawn takes of it; borrowed. */
void birth_apply(const struct birth *b, struct spawn_request *r);

#endif
