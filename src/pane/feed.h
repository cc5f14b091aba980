/*
 * feed - what happens in some processes, line by line, from any place on.
 *
 * Complete: of each process every entry of its log, in order, none left out and
 * none twice, however long nobody asked. An entry is given when it is
 * evaluated; behind one that is not, nothing of that process is. Of several
 * processes the oldest comes first, as far as their logs have been written.
 *
 * A node that fails is asked again until it answers; a line of kind status says
 * so, once, and another one when it is back. Nothing is lost meanwhile.
 *
 * It only reads, in small pieces, and holds up nobody. Threads: one.
 */
#ifndef PANE_FEED_H
#define PANE_FEED_H

#include "pane/event.h"

struct feed;

struct feed_source {
	struct id id;
	struct position from;
};

/*
 * Follow `count` processes of a node, which is borrowed; texts of events are
 * cut at `text_max` bytes. ERR_NOT_FOUND and what else the node gives.
 */
int feed_open(struct node *node, const struct feed_source *sources,
    size_t count, size_t text_max, struct feed **out, struct error *err);
/* Drops what was not taken. */
void feed_close(struct feed *f); /* NULL is fine */

/* The next event; owned, free(). NULL: no more for now. */
struct event *feed_next(struct feed *f);
/* Readable when feed_next() may have more. */
int feed_fd(const struct feed *f);
/* Milliseconds after which to ask even so, for poll(); -1: never. */
int feed_wait_ms(const struct feed *f);

/* As it was when the feed was opened. */
const struct process_info *feed_process(const struct feed *f, size_t source);
size_t feed_count(const struct feed *f);
/* Behind the last entry of which all events were taken. */
struct position feed_cursor(const struct feed *f, size_t source);
/* Whether what comes next waits in a stopped process. */
bool feed_is_held(const struct feed *f, size_t source);
/* Why the node fails, or NULL while it answers. */
const struct error *feed_failure(const struct feed *f);

#endif
