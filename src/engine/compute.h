/*
 * compute - evaluates slots in order, and dry runs on the newest state.
 *
 * A process that was asleep is replayed from its log first. What the log calls
 * a failure is not evaluated again: it left no trace. Verdicts of machine
 * limits are facts of the log. Source: design sections 3 and 5;
 * spec/ao-network.md 6.
 */
#ifndef ENGINE_COMPUTE_H
#define ENGINE_COMPUTE_H

#include "engine/state.h"

/* What the workers do; `arg` is the engine. */
extern const struct worker_ops compute_ops;
/*
 * Queue a dry run on `a`; job->done_fd becomes readable when it is done. The
 * job stays the caller's.
 */
void compute_dry_run(struct engine *e, struct actor *a, struct dry_job *job);
/* Give a dry run up: it is done soon. May come too early: ask again. */
void compute_cancel(struct actor *a, struct dry_job *job);
/* End the evaluation that runs in `a`, if one does. */
void compute_interrupt(struct actor *a);
/*
 * While `a` is stopped: make the evaluation of an entry give way, to be begun
 * again. False: none runs, and nothing is just being delivered.
 */
bool compute_hold(struct actor *a);

#endif
