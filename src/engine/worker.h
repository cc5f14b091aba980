/*
 * worker - the threads that give actors their turns.
 *
 * The run queue holds an actor at most once. Two actors whose machines share a
 * lane never have their turns at the same time; one whose lane is busy waits
 * beside the queue, and the worker takes another.
 *
 * As many turns run at once as there are cores. A turn is meant to be short; a
 * single evaluation may be long all the same. One that has taken LONG_TURN does
 * not count any more: the watchdog lets another worker go beside it, so that
 * processes that are busy for seconds never keep all others waiting. And when
 * somebody waits for its lane, it is told to give way (preempt), to begin again
 * later with more patience.
 */
#ifndef ENGINE_WORKER_H
#define ENGINE_WORKER_H

#include "engine/actor.h"

enum {
	WORKERS_MAX = 256
};

/* What a pool does with actors; all are called without its lock. */
struct worker_ops {
	/* Give `a` its turn; true when it wants another. */
	bool (*turn)(void *arg, struct actor *a);
	/* It wants none: the queue's reference goes back. */
	void (*release)(void *arg, struct actor *a);
	/* The turn of `a` is to end soon, to be begun again; takes a
	 * reference. */
	void (*preempt)(void *arg, struct actor *a);
};

struct worker_pool;

/* What a pool has to do, for status. */
struct worker_stats {
	unsigned threads;
	unsigned busy;   /* in a turn */
	uint64_t queued; /* actors that wait for theirs */
};

/* A run queue without workers: actors may be queued. workers_free(). */
struct worker_pool *workers_new(const struct worker_ops *ops, void *arg);
/* Start `count` threads; what was queued gets its turns. ERR_SYSTEM. */
int workers_start(struct worker_pool *pool, unsigned count, struct error *err);
/*
 * No new turns; waits for those that run and calls poke(arg) now and then
 * until they have ended. Actors still queued stay unrun.
 */
void workers_stop(struct worker_pool *pool, void (*poke)(void *), void *arg);
/* After workers_stop(); actors are not the pool's. */
void workers_free(struct worker_pool *pool);
/* Queue an actor that actor_claim() gave to the caller. */
void workers_queue(struct worker_pool *pool, struct actor *a);
/* How it is just now. Any thread. */
void workers_stats(struct worker_pool *pool, struct worker_stats *out);

#endif
