/*
 * state_diff - what two states of a process do not share: globals, the tables
 * below them, handlers.
 *
 * A state is asked by a dry run of Lua that walks its tables and writes
 * nothing. Functions are told apart by identity: one that was defined again is
 * another.
 */
#ifndef SHELL_STATE_DIFF_H
#define SHELL_STATE_DIFF_H

#include <jansson.h>

#include "shell/shell.h"

/* What to evaluate: it gives the state as JSON. */
extern const char state_code[];
/*
 * That answer read: an object of path to entry; owned. NULL: the process gave
 * something else (ERR_EVAL).
 */
json_t *state_read(const struct result *r, struct error *err);
/* Show what changed from one to the other, by path. How many changes. */
size_t state_diff_show(struct shell *sh, json_t *from, json_t *to);

#endif
