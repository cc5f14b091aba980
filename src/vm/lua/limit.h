/*
 * limit - how an evaluation ends before its end.
 *
 * By a jump to its entry, never by a Lua error: programs can swallow errors.
 * The jump comes out of a signal handler, the allocator or the count hook, so
 * the state is garbage afterwards and the image must be laid back.
 *
 * Time is kept by one timer per thread that stays armed between evaluations,
 * so that an evaluation normally makes no system call. Instructions are not
 * counted at first: no machine runs FREE_RATE of them in a second, so what
 * ends within limit / 2 / FREE_RATE seconds has not passed half of it. What
 * does not is left (LEAVE_RECOUNT) and run again, counting each; the verdict is
 * the same on every machine. What one call of a library, or one instruction,
 * may do at length is charged as instructions by limit_charge(): half of the
 * limit is for that while nothing is counted, the other half for the clock.
 *
 * A signal may strike wherever a run is on. What must not be torn (malloc, a
 * lock, a library of others) stands between critical_enter() and
 * critical_leave(); neither a Lua call nor a return may stand in between.
 */
#ifndef VM_LUA_LIMIT_H
#define VM_LUA_LIMIT_H

#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>

#include <lua.h>

#include "vm/lua/window.h"
#include "vm/vm.h"

/* Instructions that no machine runs in a second. */
#define FREE_RATE 4000000000U

enum leave {
	LEAVE_NONE, /* it came to its own end */
	LEAVE_RECOUNT,
	LEAVE_INSTRUCTIONS,
	LEAVE_COMPUTE, /* as many as the node allows, not the process */
	LEAVE_MEMORY,
	LEAVE_HOST, /* the computer has no memory for it */
	LEAVE_TIME,
	LEAVE_INTERRUPTED,
};

/* One evaluation, while it is on. The caller fills in the first part. */
struct run {
	const struct vm_limits *limits;
	struct window *window;
	const atomic_bool *interrupted; /* NULL: nobody can */
	bool counted;
	uint64_t now_ms;  /* the message's time; 0 while a template is made */
	struct span code; /* what require() finds its files in */
	/* how often to look at `interrupted`; 0: who sets it signals, too */
	uint64_t look_ns;

	/* of limit.c */
	uint64_t most;          /* instructions; the process's or the node's */
	uint64_t instructions;  /* not counted: those charged alone */
	uint64_t deadline;      /* of the whole message; 0: not set yet */
	uint64_t free_deadline; /* of running without counting */
	bool refused;           /* the last request for memory */
	unsigned closings;      /* of lib_coroutine.c: one within another */
	struct {                /* of passed.c: where the last walk is */
		const void *table; /* NULL: there was none */
		int64_t key;
		uint8_t kind;
		size_t place;
	} walk;
	volatile sig_atomic_t active;
	volatile sig_atomic_t pending; /* enum leave */
	volatile sig_atomic_t why;     /* enum leave */
	sigjmp_buf entry;
};

/* Make this thread ready to evaluate; cheap when it is. ERR_SYSTEM. */
int limit_thread(struct error *err);
/* The signal of the timer, and of whoever interrupts a run. */
int limit_signal(void);
/* body(arg) under the limits of `r`; may be called again for a recount. */
enum leave limit_run(struct run *r, void (*body)(void *), void *arg);
/* The run of this thread; NULL: none is on. */
struct run *limit_current(void);

/* Of the current run. */
struct window *limit_window(void);
size_t limit_memory(void);
/* The state is about to take `bytes`; leaves when the node does not allow it,
 * without a collection: it would show in the state. */
void limit_node_memory(uint64_t bytes);
/* Leave the current run. */
_Noreturn void limit_leave_by(enum leave why);
/* A request for more memory was served or not; leaves at the second refusal
 * and where a collection cannot help. */
void limit_asked(bool served, size_t size);
/* The next refusal is the last. */
void limit_refuse_no_more(void);
/*
 * `units` instructions' worth of work is about to be done: one for each 2 ns or
 * so. Ahead of the work, or in slices of it. May leave the run, so never in a
 * critical section. Nothing when no run is on.
 */
void limit_charge(uint64_t units);
/* As many for bytes that are copied, compared or searched. */
void limit_charge_bytes(uint64_t bytes);
/* Count in `L` from now on, or no more; nothing in a run that counts not. */
void limit_count(lua_State *L);
void limit_count_no_more(lua_State *L);
/* Stands for what the machine calls ahead of an instruction while a hook is
 * set, by the linker's doing (see the Makefile). Not 0: call again. */
/* NOLINTNEXTLINE(readability-identifier-naming) */
int __wrap_luaG_traceexec(lua_State *L, const uint32_t *pc);

/* From here on a signal only notes what it wants. They nest. */
void critical_enter(void);
/* The outermost one leaves the run if a signal has noted so. */
void critical_leave(void);

#endif
