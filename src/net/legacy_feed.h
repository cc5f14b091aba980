/*
 * legacy_feed - the newest part of a process's log, kept up to date.
 *
 * A feed is opened at the newest slot. While somebody watches, a thread reads
 * on: more often when something happens, less when nothing does, at once after
 * a message of our own; each change is told by the eventfds. When the network
 * does not answer it goes on trying, and who waits for a result is told why
 * there is none. One feed for each process, for as long as the node lives.
 */
#ifndef NET_LEGACY_FEED_H
#define NET_LEGACY_FEED_H

#include "net/legacy_node.h"

/* How far a process is. */
struct legacy_progress {
	uint64_t slots;
	uint64_t evaluated;
	struct position told;
	uint64_t ticks; /* that were seen */
};

/* That of a known process, made when it is not there; owned by the process. */
struct legacy_feed *legacy_feed_of(struct legacy *l, struct legacy_process *p);
/* Ends its thread. */
void legacy_feed_free(struct legacy_feed *f);

/* Open it at slot 0, since the process is new; once it is open do nothing. */
void legacy_feed_begin(struct legacy_feed *f);
/*
 * How far the process is. Opens the feed, or reads what is new when nobody
 * watches it. A compute unit that does not answer is no failure here: then less
 * has been evaluated.
 */
int legacy_feed_progress(const struct legacy_call *c, struct legacy_feed *f,
    struct legacy_progress *out, struct error *err);
/* Begin and end to tell an eventfd; behind the latter nothing writes to it. */
int legacy_feed_watch(const struct legacy_call *c, struct legacy_feed *f,
    int fd, struct error *err);
void legacy_feed_unwatch(struct legacy_feed *f, int fd);
/* There is something new for sure: look at once. */
void legacy_feed_kick(struct legacy_feed *f);
/*
 * Give the entries from `from` on, if the feed is watched and goes back so far;
 * 1: it is not or does not. -1: the last one given has no result, or none was
 * given, and the network does not answer.
 */
int legacy_feed_log(struct legacy_feed *f, struct position from, node_log_fn fn,
    void *arg, struct error *err);

#endif
