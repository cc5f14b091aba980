/*
 * replay - a log evaluated again from slot 0, in a machine of its own, and
 * judged.
 *
 * The state of a process is what its log says, so whoever has the log can tell
 * whether its results are right. Needs no engine: entries come from a node's
 * log or from an exported one.
 *
 * Looked at per slot, in this order: slots are dense; the message's signature;
 * the assignment's signature, its message, process and place, one scheduler for
 * all, the scheduler's hash chain, a time that never goes back; the result
 * chain, which says with slot 0 whether the log is of this Lua release; verdict
 * and result. Of a cron tick it is, in place of the first two, that one of the
 * process's schedules was due then (cron_check()). Limits of the machine
 * (verdict_is_fact()) are taken from the log. An Error that is none is
 * evaluated like everything else, since it leaves no trace in the state, and
 * must be the same.
 *
 * Threads: one per replay; replay_interrupt() from any.
 */
#ifndef VM_REPLAY_H
#define VM_REPLAY_H

#include "base/thread.h"
#include "ao/cron.h"
#include "ao/node.h"
#include "ao/process.h"
#include "vm/vm.h"

/* Where the bytes of a module are. ERR_NOT_FOUND: not there. */
typedef int (*replay_module_fn)(void *arg, const struct id *id, struct buf *out,
    struct error *err);

struct replay {
	struct id id;
	unsigned lane; /* of this replay alone while it lasts */
	replay_module_fn module;
	void *arg;
	bool judge; /* else results are only made, nothing is compared */
	/* signatures are not looked at: whoever made the log checked them */
	bool trusting;
	/* The built-in library stands for whatever the process runs, and what a
	 * network does not tell all of is taken as it is told: a state that is
	 * near, and proves nothing. */
	bool stand_in;

	/* how far it is */
	struct position next;        /* behind the last entry */
	uint64_t count;              /* of entries */
	uint64_t taken;              /* results that are facts of the log */
	uint64_t believed;           /* slots whose assignments are not told */
	uint8_t chain[SHA256_BYTES]; /* behind the last slot */
	struct address scheduler;    /* who signs the assignments */

	/* its own */
	bool opened;
	struct process process;
	struct vm *vm;
	bool elsewhere; /* the log is another kind of node's: no chain */
	bool broken; /* the module cannot be had: every slot fails with why */
	struct error why;
	struct crons crons;         /* schedules, for ticks */
	uint64_t origin_ms;         /* of them */
	struct cron_tick last_tick; /* the last entry, as ticks go on from it */
	uint64_t now_ms;            /* of the last entry, and its height */
	uint64_t now_height;
	struct assignment last;
	struct id last_id;
	pthread_mutex_t lock; /* of the two below */
	struct vm *running;
	bool stopped;
};

/* What a slot gave. */
struct replay_finding {
	struct position at;
	struct result result; /* here; owned, result_release() */
	bool taken;           /* from the log */
	/* "message", "assignment", "release", "chain", "verdict", "Output", …;
	 * NULL: it is as the log says */
	const char *differs;
	char text[240]; /* how */
};

/* Ready for slot 0; `lane` is one of VM_TOOL_LANES, from 0. */
void replay_init(struct replay *r, const struct id *id, unsigned lane,
    replay_module_fn module, void *arg);
/* A replay_module_fn: `arg` is a struct node. */
int replay_node_module(void *arg, const struct id *id, struct buf *out,
    struct error *err);
/* Closes the machine. */
void replay_release(struct replay *r);
/*
 * Evaluate the next entry, which has a result in the log. 0: *f is filled in,
 * also with a difference, behind which nothing more can be said. ERR_EVAL,
 * ERR_INTERRUPTED, ERR_STORE: it could not be evaluated here.
 */
int replay_slot(struct replay *r, const struct log_entry *e,
    struct replay_finding *f, struct error *err);
/* What to do before an entry: 0 evaluate it, 1 end there, -1 an error. */
typedef int (
    *replay_step_fn)(void *arg, const struct log_entry *e, struct error *err);
/*
 * Go on through a node's log, as far as there are results and `step` wants it;
 * what they are is of no interest. Errors as of replay_slot(), of the node and of
 * `step`; ERR_STORE with the difference where there is one.
 */
int replay_walk(struct replay *r, struct node *n, replay_step_fn step,
    void *arg, struct error *err);
/*
 * Evaluate a message on the state behind the last entry, keeping nothing; there
 * must have been one. Errors as above, and ERR_EVAL: why there is no machine.
 */
int replay_dry_run(struct replay *r, struct message *m, struct result *out,
    struct error *err);
/*
 * Make a message the next entry, behind the log: the state moves on, and what
 * comes then is of no log any more. Errors as of replay_dry_run().
 */
int replay_add(struct replay *r, struct message *m, uint64_t now_ms,
    struct result *out, struct error *err);
/* Make it end soon, with ERR_INTERRUPTED; so does all that is asked later. */
void replay_interrupt(struct replay *r);
/* From now on it answers again, if that was not in the middle of a slot. */
void replay_resume(struct replay *r);

#endif
