/*
 * worker - the threads that give actors their turns.
 *
 * The run queue holds an actor at most once. Two actors whose machines share a
 * lane never have their turns at the same time; a worker that meets a busy lane
 * takes another actor instead of waiting.
 */
#ifndef ENGINE_WORKER_H
#define ENGINE_WORKER_H

#include "engine/actor.h"

enum {
	WORKERS_MAX = 256
};

/* Give `a` its turn; true when it wants another, else `a` is the turn's. */
typedef bool (*worker_turn_fn)(void *arg, struct actor *a);

struct worker_pool;

/* A run queue without workers: actors may be queued. workers_free(). */
struct worker_pool *workers_new(worker_turn_fn turn, void *arg);
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

#endif
