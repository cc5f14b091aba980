/*
 * words - a line split as a shell would: blanks part words, quotes and
 * backslashes keep them together.
 */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

#include "base/error.h"
#include "base/span.h"

struct words {
	char **list; /* owned, as are the words */
	int count;
};

/* ERR_USAGE when a quote is not closed. Release with words_release(). */
int words_split(struct span line, struct words *out, struct error *err);
/* Frees the words too. */
void words_release(struct words *w);

#endif
