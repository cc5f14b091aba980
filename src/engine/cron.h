/*
 * cron - the thread that knows when the next tick of each process is due, and
 * when what failed is to be tried again.
 *
 * Every process with schedules is planned at most once: for the time of its
 * next tick. Then its scheduling turn is woken, which emits what is due and
 * plans the next one. A process that sleeps is scheduled all the same.
 */
#ifndef ENGINE_CRON_H
#define ENGINE_CRON_H

#include "engine/actor.h"

struct engine;
struct cron;

/* Nothing planned, no thread yet. cron_free(). */
struct cron *cron_new(struct engine *e);
/* Plan all processes that have schedules for now, and begin. */
int cron_start(struct cron *c, struct error *err);
/* Ends the thread; nothing is scheduled by it any more. */
void cron_stop(struct cron *c);
/* After cron_stop(); NULL is fine. */
void cron_free(struct cron *c);

/* Wake the scheduling turn of process `id` at that time of the wall clock. Any
 * thread. */
void cron_plan(struct cron *c, const struct id *id, uint64_t due_ms);
/* Give `a` a worker's turn then; a reference is held until that. False: one is
 * planned already. */
bool cron_plan_turn(struct cron *c, struct actor *a, uint64_t due_ms);
/* Take over the scheduling turn of `a`, which the caller has, and a reference.
 * Any thread. */
void cron_pass(struct cron *c, struct actor *a);

#endif
