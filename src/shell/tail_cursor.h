/*
 * tail_cursor - a file that says how far a feed has been read.
 *
 * A line for each process: its id, a blank, the place where reading goes on.
 * Lines of other processes stay as they are.
 */
#ifndef SHELL_TAIL_CURSOR_H
#define SHELL_TAIL_CURSOR_H

#include "pane/feed.h"

struct tail_cursor {
	char *path;         /* owned */
	struct buf others;  /* lines of processes that are not followed */
	struct buf written; /* what the file holds */
};

/*
 * Read the file and have each source go on where it says; one that is not
 * there is empty. ERR_USAGE: it cannot be read. ERR_FORMAT: it is another kind
 * of file. Release with tail_cursor_release(), on success only.
 */
int tail_cursor_open(struct tail_cursor *c, const char *path,
    struct feed_source *sources, size_t count, struct error *err);
void tail_cursor_release(struct tail_cursor *c);
/* Put what was taken of the feed into the file, whole. ERR_SYSTEM. */
int tail_cursor_save(struct tail_cursor *c, const struct feed *f,
    struct error *err);

#endif
