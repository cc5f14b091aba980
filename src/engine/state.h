/*
 * state - what the parts of the engine share; for engine/ alone.
 */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "ao/node.h"
#include "engine/actor.h"
#include "engine/cron.h"
#include "engine/engine.h"
#include "engine/roster.h"
#include "engine/watch.h"
#include "engine/worker.h"

struct engine {
	struct node node; /* first: node operations get this pointer */
	struct journal *journal;
	struct keypair *key; /* signs assignments and pushes */
	struct address address;
	struct worker_pool *workers;
	struct watch_list watches;
	struct cron *cron;
	enum cron_late cron_late;
	uint64_t opened_ms; /* ticks due before are late */

	struct roster actors;
	bool durable;    /* there is a disk, and a next start */
	uint64_t memory; /* the budget of states, bytes */
	struct engine_limits limits;
	struct id aliases[ENGINE_ALIASES_MAX]; /* of the built-in module */
	size_t alias_count;
	struct address authority; /* that we are shown as; empty: none */
	atomic_uint_least64_t state_bytes, sleepy_bytes; /* see awake.h */
	atomic_uint_least64_t awake;                     /* processes */
	atomic_size_t recent_bytes; /* of messages, see actor_new() */

	pthread_mutex_t module_lock;
	struct map modules; /* libraries: id -> struct buf, never taken out */

	/* Messages that came in and whose results are not told yet: those of
	 * processes that are stopped apart. */
	pthread_mutex_t open_lock;
	uint64_t open;
	uint64_t held;
	uint64_t halted; /* processes that are stopped */
	int settle_fd;   /* eventfd: readable when open has become 0 */

	/* Counted where it happens, for status. */
	uint64_t start_ns;
	atomic_uint_least64_t scheduled; /* durable since the start */
	atomic_uint_least64_t evaluated; /* the same, of results */

	atomic_bool stopping; /* interrupted evaluations are not recorded */
	/* The journal takes nothing more. Set once, text before flag. */
	atomic_bool failed;
	struct error failure;
};

/* The operations of the node that an engine is (node_ops.c). */
extern const struct node_ops engine_ops;
/* End the workers, make durable what was submitted, release all. */
void engine_free(struct engine *e);

/* The actor of a process that is in memory, one reference; NULL: it is not. */
struct actor *engine_lookup(struct engine *e, const struct id *id);
/* journal_find(), with the id in the text when it is not there. */
int engine_find(struct engine *e, const struct id *id,
    struct journal_process *p, struct error *err);
/* The actor of a process, one reference; engine_unref(). ERR_NOT_FOUND. */
int engine_actor(struct engine *e, const struct id *id, struct actor **out,
    struct error *err);
/* The same for a spawn: the process need not be there yet. */
int engine_actor_for_spawn(struct engine *e, const struct id *id,
    struct actor **out, struct error *err);
/* Give a reference back. */
void engine_unref(struct engine *e, struct actor *a);
/* The first slot of process `number`: its message, one reference, and the
 * assignment. */
int engine_spawn(struct engine *e, uint64_t number, struct message **spawn,
    struct assignment *as, struct error *err);
/* Exactly that entry of process `number`, to be released. ERR_NOT_FOUND. */
int engine_entry(struct engine *e, uint64_t number, struct position at,
    struct slot_record *record, struct error *err);

/* Give `a` a worker's turn, unless it has one coming. */
void engine_wake(struct engine *e, struct actor *a);
/* Somebody wants to see results of `a`: it is dormant no more. */
void engine_rouse(struct engine *e, struct actor *a);
/* More (or with -1 less) of `a` that is not told yet; 0 wakes those who
 * settle. */
void engine_open_count(struct engine *e, struct actor *a, int change);
/* The same for what the actor itself has counted, and is stopped or not. */
void engine_open_move(struct engine *e, int64_t open, int64_t held);
/* Make a batch durable. fn(arg) is called on the writer thread when it is, in
 * the order in which batches become so, and must not block. */
int engine_write(struct engine *e, struct batch *b, void (*fn)(void *),
    void *arg, struct error *err);
/* The journal refused a batch: stop, and say so to everyone who asks. */
void engine_fail(struct engine *e, const struct error *why);
/* -1 and why once the engine has failed. */
int engine_check(struct engine *e, struct error *err);

#endif
