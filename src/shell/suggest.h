/*
 * suggest - the word that was probably meant.
 */
#ifndef SHELL_SUGGEST_H
#define SHELL_SUGGEST_H

#include <stddef.h>

/* A search for the nearest of many words; all zeroes to start with. */
struct suggestion {
	const char *word; /* borrowed; NULL: nothing is near */
	size_t distance;
};

/*
 * Edits (insert, delete, change, swap of neighbours) that make `a` of `b`;
 * words are compared by their first 64 bytes.
 */
size_t edit_distance(const char *a, const char *b);
/* Take `candidate` when it is nearer to `word` than what was there. */
void suggest(struct suggestion *s, const char *word, const char *candidate);

#endif
