/*
 * machine_run - a machine's insides, for the two ways of running something.
 *
 * The state is the image and, behind it, what is deferred: the evaluations and
 * calls that counted since the image was made, in order. A window that holds
 * the state has them in it; to lay the state out anew is to lay out the image
 * and run them again, which gives the same state. So a small message need not
 * pay for the image of a large state (machine_defer.c).
 */
#ifndef VM_LUA_MACHINE_RUN_H
#define VM_LUA_MACHINE_RUN_H

#include <locale.h>
#include <pthread.h>

#include "base/buf.h"
#include "vm/lua/deferred.h"
#include "vm/lua/limit.h"
#include "vm/lua/machine.h"

struct machine {
	struct vm vm;
	uint64_t number; /* of all machines of this program; never 0 */
	struct vm_limits limits;
	struct booted *booted;
	/* the state at rest: … */
	struct buf image;       /* empty: as it was booted, unless … */
	struct backing backing; /* … there is one */
	uint64_t live;          /* arena_live() of it */
	uint64_t own;           /* bytes in the window beside the backing */
	uint64_t image_ns;      /* what making it took */
	struct deferred deferred;
	size_t batch; /* so many are deferred, unless they take long */
	/* who evaluates, for interrupt() */
	pthread_mutex_t mutex;
	bool running;
	pthread_t thread;
	atomic_bool interrupted;
};

/* The machine that the table's operations were called with. */
static inline struct machine *
machine_of(struct vm *vm)
{
	return (struct machine *)vm;
}

/*
 * Make the thread ready, find the window, set `run` up for this machine: all
 * but its time. ERR_EVAL. Ended by machine_end() with the same.
 */
int machine_begin(struct machine *m, struct run *run, locale_t *before,
    struct error *err);
/* Put the thread's locale back; the window is left. */
void machine_end(struct machine *m, struct run *run, locale_t before);
/*
 * Lay the state out and run body(arg) in it until it has ended in one way or
 * the other: *why. Unless that is LEAVE_NONE, nobody's state is in the window.
 * ERR_SYSTEM: it cannot be laid out.
 */
int machine_run(struct machine *m, struct run *run, void (*body)(void *),
    void *arg, enum leave *why, struct error *err);

/* Behind a run that ended by itself: what it left that is no state goes. */
void machine_settle(struct window *w);
/* Lay out what was kept last, unless the window holds the state. ERR_SYSTEM. */
int machine_enter(struct machine *m, struct window *w, struct error *err);
/* Keep what is in the window, settled; nothing is deferred any more. */
void machine_keep(struct machine *m, struct window *w);
/*
 * Lay out the image and what is deferred, unless the window holds the state.
 * *why is not LEAVE_NONE when that was interrupted. ERR_SYSTEM, ERR_EVAL.
 */
int machine_lay(struct machine *m, struct run *run, enum leave *why,
    struct error *err);
/* See to it that nothing is deferred. As machine_lay(). */
int machine_commit(struct machine *m, struct run *run, enum leave *why,
    struct error *err);
/* Behind something that counted, which has been added to what is deferred: make
 * the image when it is time. `there`: the state lay in the window before. */
void machine_count(struct machine *m, struct window *w, bool there);

/* For what is evaluated again: nothing that is a fact is decided anew, so that
 * the process's own limits alone stay. */
void machine_allow(struct vm_limits *limits);

/* For a run that was left. */
enum verdict machine_verdict(enum leave why);
/* Append what a limit's verdict is called, with the limit. */
void machine_tell_limit(const struct machine *m, enum verdict v,
    struct buf *out);

/* The operations of vm.h. */
int machine_call(struct vm *vm, const struct vm_call *c, struct vm_answer *out,
    struct error *err);
int machine_save(struct vm *vm, struct buf *image, struct error *err);
int machine_restore(struct vm *vm, struct span image, struct error *err);

#endif
