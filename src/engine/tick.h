/*
 * tick - the cron ticks of one process: which are due, and into the journal.
 *
 * Before anything gets a slot in a process at some time, all ticks that are due
 * up to then get their places, in order and with their own times; the log's
 * times never go back. So what is due is read off the last entry, after a
 * restart as well: none comes twice, none is lost. Source: spec/ao-network.md
 * 7, design section 2.
 */
#ifndef ENGINE_TICK_H
#define ENGINE_TICK_H

#include "ao/cron.h"
#include "engine/state.h"

/* What cron knows of a process that is awake. */
struct actor_cron {
	struct process process;
	uint64_t origin_ms;
	struct crons crons;
	struct message **messages; /* of each schedule, one reference */
	/* of the scheduling turn; NULL until the first tick */
	struct journal_schedule *state;
};

/* What a spawn message that got its slot at `origin_ms` says; owned,
 * tick_cron_free(). */
int tick_cron_new(struct message *spawn, uint64_t origin_ms,
    struct actor_cron **out, struct error *err);
/*
 * The schedules of `a`, read from its first slot when need be. Borrowed while
 * the actor lives. Any thread.
 */
int tick_cron(struct engine *e, struct actor *a, struct actor_cron **out,
    struct error *err);
/* The message of a schedule's ticks, one reference. ERR_STORE: there is no such
 * schedule. */
int tick_message(struct engine *e, struct actor *a, uint32_t schedule,
    struct message **out, struct error *err);
/*
 * What is known of each of a process's schedules by its last durable tick;
 * owned, free().
 */
int tick_read_state(struct engine *e, struct actor *a,
    const struct crons *crons, struct journal_schedule **out,
    struct error *err);
/* Releases all; NULL is fine. */
void tick_cron_free(struct actor_cron *c);

/*
 * In the scheduling turn that gives slot 0 to `spawn` at `origin_ms`: keep its
 * schedules, and add to the batch that there are some.
 */
int tick_begin(struct actor *a, struct message *spawn, uint64_t origin_ms,
    struct batch *b, struct error *err);
/* In the scheduling turn, before the first tick: the time of the last one. */
int tick_read_last(struct engine *e, struct actor *a, struct error *err);
/*
 * In the scheduling turn: submit the ticks that are due at `now`. 0: that were
 * all. 1: there are more, and the turn is to be left with tick_pass(): the cron
 * thread takes it up when these are durable.
 */
int tick_emit(struct engine *e, struct actor *a, uint64_t now,
    struct error *err);
/* The last thing that the turn does; it is somebody else's then. */
void tick_pass(struct actor *a);
/* In the scheduling turn, behind tick_emit(): have the next tick woken for. */
void tick_plan(struct engine *e, struct actor *a);

#endif
