/*
 * transcript - the newest of what was said at a prompt, as lines.
 */
#ifndef SHELL_TRANSCRIPT_H
#define SHELL_TRANSCRIPT_H

#include "base/buf.h"

enum {
	TRANSCRIPT_MAX = 256 << 10 /* bytes; half of it goes when it is full */
};

/* All zeroes to start with. */
struct transcript {
	struct buf text;
	size_t hidden; /* bytes of it that are not shown any more */
};

void transcript_release(struct transcript *t);
/* Append a text; whole lines go where there is no room. */
void transcript_add(struct transcript *t, struct span text);
/*
 * Its last lines, of so many bytes at most, for which the first may be cut;
 * borrowed until it changes.
 */
struct span transcript_last(const struct transcript *t, size_t lines,
    size_t bytes);
/* From here on show only what comes. */
void transcript_hide(struct transcript *t);
/* As transcript_last(), of what is not hidden. */
struct span transcript_shown(const struct transcript *t, size_t lines,
    size_t bytes);

#endif
