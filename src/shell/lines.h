/*
 * lines - the lines of a descriptor, of almost any length, as they come.
 */
#ifndef SHELL_LINES_H
#define SHELL_LINES_H

#include "base/buf.h"
#include "base/error.h"

enum {
	LINE_MAX_BYTES = 256 << 20
};

enum line_state {
	LINE_END,
	LINE_WHOLE,
	LINE_LONG /* over the limit; it is skipped */
};

/* { fd } to start with; release with lines_release(). */
struct lines {
	int fd;
	struct buf ahead;
	size_t at; /* of the next line in `ahead` */
	bool skipping;
	bool ended;
};

/* Free what was read ahead. */
void lines_release(struct lines *l);
/*
 * Wait for the next line: without its "\n", or what stands before the end of
 * the input. Borrowed until the next call. -1: it cannot be read.
 */
int lines_next(struct lines *l, struct span *line, struct error *err);

#endif
