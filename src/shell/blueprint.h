/*
 * blueprint - programs for processes that come with the shell: a token, a chat
 * room and so on.
 *
 * They are part of the program, so none of its files has to be found. Each is
 * Lua for one evaluation and may be loaded again without loss of state. Source:
 * lua/blueprints/; what they do: spec/aos-shell.md 22.
 */
#ifndef SHELL_BLUEPRINT_H
#define SHELL_BLUEPRINT_H

#include <stdbool.h>

#include "base/span.h"

enum {
	BLUEPRINT_NAME_MAX = 63 /* bytes */
};

struct blueprint {
	char name[BLUEPRINT_NAME_MAX + 1];
	struct span summary; /* the first comment line, without its dashes */
	struct span text;    /* the Lua source */
};

/* The spans of what these fill in are there for ever. */

/* That one of the list, from 0, by name; false: there are not so many. */
bool blueprint_at(size_t i, struct blueprint *out);
/* By its exact name; false: there is none. */
bool blueprint_find(const char *name, struct blueprint *out);
/* The one whose name is nearest to `word`; false: none is near. */
bool blueprint_near(const char *word, struct blueprint *out);

#endif
