/*
 * stop - processes that are stopped by their user.
 *
 * A stopped process takes messages into its log and evaluates none of them;
 * what its results ask for and is not delivered yet is held, and with it those
 * results. Ticks that come due are late ones, as if no engine were there: they
 * get their places when a message does, or at the start. Dry runs see the state
 * as it is. The switch is in the journal and survives restarts.
 *
 * Who looks at actor.halted: the scheduler's turn (ticks), the worker's turn
 * (compute, messenger, awake), and the counts of what is open.
 */
#ifndef ENGINE_STOP_H
#define ENGINE_STOP_H

#include "engine/state.h"

/*
 * node_ops.stop: durable when it returns 0, and of a stopped process no entry
 * is being evaluated any more, and no result delivered. An evaluation that ran
 * is begun again at the start.
 */
int stop_switch(struct engine *e, struct actor *a, bool on, struct error *err);
/* At the start of the engine: one that is stopped, with so much that waits. */
void stop_resume(struct engine *e, uint64_t open);

#endif
