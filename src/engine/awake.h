/*
 * awake - the state of processes in memory: how it comes and how it goes.
 *
 * A process is awake while it has a machine. It is woken by its next message or
 * dry run: from its checkpoint, if there is one of this build, else from slot
 * 0, replaying what the log has behind it. It is put to sleep when the states
 * of all take more than the budget and it is the one that was used least
 * recently. Nothing of that shows in results: a state is implied by its log.
 *
 * All in the worker's turn of the actor but awake_save_all(). Source: design
 * sections 3 (5) and 5.
 */
#ifndef ENGINE_AWAKE_H
#define ENGINE_AWAKE_H

#include "engine/state.h"

/* What `a` is, from its slot 0; nothing when that is known. */
int awake_know(struct actor *a, const struct recent *first, struct error *err);
/* The same for a process that has a log. */
int awake_read(struct engine *e, struct actor *a, struct error *err);
/*
 * Give a process that is not awake its machine, in the state behind the last
 * evaluated slot. 1: it is not there yet, and others should have their turns
 * before it is called again. A module that is not here or is none makes it
 * `broken`, and the log goes on; what this computer lacks is an error, and
 * tried again.
 */
int awake_wake(struct engine *e, struct actor *a, struct error *err);
/*
 * Evaluate in the machine of `a`, so that compute_interrupt() finds it, and
 * keep count of its memory and time. 1: it was told to give way to others and
 * left no trace; it is to be begun again, in another turn.
 */
int awake_evaluate(struct engine *e, struct actor *a,
    const struct evaluation *ev, struct result *out, struct error *err);
/*
 * At the end of a turn: take a checkpoint if one is due, sleep if that was
 * asked for and nothing waits, and ask others to when memory is short.
 */
void awake_rest(struct engine *e, struct actor *a);
/* Before the journal is closed, with all workers ended: checkpoints of those
 * that would take long to wake the next time. */
void awake_save_all(struct engine *e);

/* Its state leaves memory, and is replayed when it is needed again. */
void awake_sleep(struct engine *e, struct actor *a);

/*
 * Read the first entry at or behind `from`: the record, to be released, and as
 * it was scheduled, its message one reference.
 */
int awake_read_entry(struct engine *e, struct actor *a, struct position from,
    struct slot_record *record, struct recent *out, struct error *err);
/* What a machine is given for an entry. */
struct evaluation awake_evaluation(const struct actor *a,
    const struct recent *r);

#endif
