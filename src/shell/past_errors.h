/*
 * past_errors - the last errors of a session, whole: with what was printed
 * before them, their places and the stack.
 */
#ifndef SHELL_PAST_ERRORS_H
#define SHELL_PAST_ERRORS_H

#include "base/buf.h"

enum {
	PAST_ERRORS_MAX = 32
};

struct past_error {
	char *where; /* owned: a slot, a place in a file */
	struct buf text;
};

/* All zero to start with. */
struct past_errors {
	struct past_error list[PAST_ERRORS_MAX]; /* oldest first */
	size_t count;
};

/* The oldest goes when there is no room. Both are copied. */
void past_errors_add(struct past_errors *p, const char *where,
    struct span text);
/* Release all of them. */
void past_errors_release(struct past_errors *p);

#endif
