/*
 * tape - the newest events of a feed, kept for scrolling.
 *
 * Events have numbers, from 0 on, that never change; the oldest are dropped
 * when there are too many.
 */
#ifndef PANE_TAPE_H
#define PANE_TAPE_H

#include "pane/feed.h"

enum {
	TAPE_EVENTS = 1 << 18,
	TAPE_BYTES = 96 << 20,
	TAPE_TEXT_MAX = 512 /* of one text */
};

struct tape;

/*
 * Begin `history` entries before the end of each process, or at its start.
 * Borrows the node. Errors of feed_open().
 */
int tape_open(struct node *node, const struct id *ids, size_t count,
    uint64_t history, struct tape **out, struct error *err);
void tape_close(struct tape *t); /* NULL is fine */

struct feed *tape_feed(const struct tape *t);
/*
 * Of a process of the feed: what came behind `read`, if that is a place, and
 * before the tape was opened, is new.
 */
void tape_mark(struct tape *t, size_t source, struct position read);
/* Whether an event is new in that sense. */
bool tape_is_new(const struct tape *t, const struct event *e);
/* Take events until there are no more (true) or the time is over. */
bool tape_pump(struct tape *t, uint64_t deadline_ns);
/* The numbers of the oldest one, and behind the newest. */
uint64_t tape_first(const struct tape *t);
uint64_t tape_end(const struct tape *t);
/* One of these; borrowed until tape_pump(). */
const struct event *tape_at(const struct tape *t, uint64_t number);

#endif
