/*
 * There are three ways out of a run before its end: the allocator refuses
 * twice, the count passes the limit, a signal comes (the thread's timer,
 * or whoever interrupts the machine). All end in leave(), a siglongjmp() to
 * limit_run().
 *
 * The signal handler asks, it is not told: what is due follows from the clock
 * and a flag, so a signal that is late, early, doubled or meant for the run
 * before does no harm. Deadlines are absolute. The timer is only ever set to go
 * off earlier; when it goes off for a deadline of long ago, it is set to the
 * present one.
 *
 * A handler may do no more than is safe at any instruction: it reads the clock,
 * sets the timer and jumps. The jump is safe since whatever it leaves is either
 * in the window, which is thrown away, or a critical section, for which the
 * signal waits.
 *
 * Counting must not show in the state, or a result would depend on whether a
 * run was counted, which is a matter of the clock. Lua's own count hook does:
 * it wants room on Lua's stack, so a stack is grown and overflows earlier. So a
 * hook is set, which makes the machine call luaG_traceexec() ahead of each
 * instruction, but that name is led to a function here, which counts and calls
 * no hook. It counts in finalizers, too, where Lua holds hooks back.
 *
 * Source: spec/engineering-notes.md 3.
 */
#include "vm/lua/limit.h"

#include <errno.h>
#include <limits.h>
#include <mpfr.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/clock.h"

/* Nothing else in the program uses it. */
#define LIMIT_SIGNAL SIGVTALRM

enum {
	/* Copied, compared or searched in the time of an instruction or two;
	 * memory that is no more in the caches is slower than that. */
	BYTES_PER_UNIT = 16
};

/* Runs shorter than this are counted at once: a timer is not that exact. */
#define FREE_MIN_NS 1000000U
#define SECOND_NS 1000000000U

/* glibc has no name for the thread that a timer signals. */
#define TIMER_THREAD _sigev_un._tid

/* What a thread that evaluates has. The handler runs in the same thread, and
 * the program has no thread-local data of shared libraries here: reading this
 * in a handler is sound. */
static __thread struct {
	bool ready;
	timer_t timer;
	uint64_t armed; /* when the timer goes off; 0: it is not armed */
	volatile sig_atomic_t critical;
	struct run *volatile run;
} self;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool installed;

/* `when` is on the clock of clock_now_ns(). */
static void
arm(uint64_t when)
{
	struct itimerspec t = { { 0, 0 },
		{ (time_t)(when / SECOND_NS), (long)(when % SECOND_NS) } };

	self.armed = when;
	timer_settime(self.timer, TIMER_ABSTIME, &t, NULL);
}

/* Why `r` must be left now. */
static enum leave
due(const struct run *r, uint64_t now)
{
	if (r->interrupted && atomic_load(r->interrupted))
		return LEAVE_INTERRUPTED;
	if (now >= r->deadline)
		return LEAVE_TIME;
	if (!r->counted && now >= r->free_deadline)
		return LEAVE_RECOUNT;
	return LEAVE_NONE;
}

/* The first moment at which due() may say more, or has to be asked. */
static uint64_t
next_deadline(const struct run *r, uint64_t now)
{
	uint64_t next = r->deadline;

	if (!r->counted && r->free_deadline < next)
		next = r->free_deadline;
	if (r->look_ns && now + r->look_ns < next)
		next = now + r->look_ns;
	return next;
}

/* Does not return. Not active any more, so that no signal leaves twice. */
static void
leave(struct run *r, enum leave why)
{
	r->active = 0;
	r->why = why;
	siglongjmp(r->entry, 1);
}

/* What a signal means for the run that is on. */
static void
look(void)
{
	struct run *r = self.run;
	uint64_t now = clock_now_ns();
	enum leave why;

	if (self.armed && now >= self.armed)
		self.armed = 0;
	why = r && r->active ? due(r, now) : LEAVE_NONE;
	if (why != LEAVE_NONE && !self.critical)
		leave(r, why);
	if (why != LEAVE_NONE)
		r->pending = why;
	else if (r && r->active && !self.armed)
		arm(next_deadline(r, now));
}

#ifdef __SANITIZE_THREAD__
/* The sanitizer would hold the signal back until the thread calls into libc,
 * which a loop in Lua never does; this name it does not know. */
int __sigaction(int number, const struct sigaction *new, struct sigaction *old);
#define SIGACTION __sigaction
#define UNWATCHED __attribute__((no_sanitize("thread")))

/* Lua leaves by a name that the sanitizer does not know either, so that its own
 * stack of calls would grow with every error. */
/* NOLINTBEGIN(readability-identifier-naming) */
_Noreturn void __wrap___longjmp_chk(jmp_buf env, int value);

void
__wrap___longjmp_chk(jmp_buf env, int value)
{
	longjmp(env, value);
}
/* NOLINTEND(readability-identifier-naming) */

/* The program's own text, from the linker. */
extern const char __executable_start[];
extern const char etext[];

/*
 * The sanitizer's runtime, which almost every function calls, has locks: it
 * must not be left, nor entered by a handler that it was interrupted by. So
 * the signal counts only where the program's own text was interrupted; else it
 * comes again a little later.
 */
UNWATCHED static bool
must_wait(const void *context)
{
	static const struct itimerspec soon = { { 0, 0 }, { 0, 100000 } };
	const ucontext_t *u = context;
	uintptr_t at = (uintptr_t)u->uc_mcontext.gregs[REG_RIP];

	if (at >= (uintptr_t)__executable_start && at < (uintptr_t)etext)
		return false;
	/* in the past: no reason to arm it anew, and then gone by */
	self.armed = 1;
	timer_settime(self.timer, 0, &soon, NULL);
	return true;
}

#else
#define SIGACTION sigaction
#define UNWATCHED

static bool
must_wait(const void *context)
{
	(void)context;
	return false;
}
#endif

UNWATCHED static void
on_signal(int number, siginfo_t *info, void *context)
{
	int saved = errno;

	(void)number;
	(void)info;
	if (!must_wait(context))
		look();
	errno = saved;
}

/* A destructor of thread-local data: runs as the thread ends. */
static void
thread_end(void *unused)
{
	(void)unused;
	timer_delete(self.timer);
	/* what math.c made MPFR keep for this thread */
	mpfr_free_cache();
	self.ready = false;
}

/* Once per program: the handler is the same for all threads. */
static void
install(void)
{
	struct sigaction a = { .sa_sigaction = on_signal,
		.sa_flags = SA_RESTART | SA_SIGINFO };

	installed = pthread_key_create(&key, thread_end) == 0 &&
	    SIGACTION(LIMIT_SIGNAL, &a, NULL) == 0;
}

/* Threads of ours are started with all signals blocked (base/thread.h). */
static void
unblock(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, LIMIT_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int
limit_thread(struct error *err)
{
	struct sigevent e = { .sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = LIMIT_SIGNAL };

	if (self.ready)
		return 0;
	pthread_once(&once, install);
	e.TIMER_THREAD = gettid();
	if (!installed || timer_create(CLOCK_MONOTONIC, &e, &self.timer) != 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "no timer to be had");
	/* any value that is not NULL has the destructor called */
	pthread_setspecific(key, &self);
	unblock();
	self.armed = 0;
	self.ready = true;
	return 0;
}

int
limit_signal(void)
{
	return LIMIT_SIGNAL;
}

/* Set the deadlines and have the timer go off no later than the first. */
static void
begin(struct run *r)
{
	uint64_t now = clock_now_ns();
	uint64_t node = r->limits->node_instructions;
	uint64_t free_ns;
	uint64_t next;

	r->most = r->limits->instructions;
	if (node && node < r->most)
		r->most = node;
	free_ns = r->most / 2 / (FREE_RATE / SECOND_NS);
	if (!r->deadline) {
		r->deadline = now + r->limits->time_ns;
		if (r->deadline < now)
			r->deadline = UINT64_MAX;
	}
	r->free_deadline = now + free_ns;
	if (free_ns < FREE_MIN_NS)
		r->counted = true;
	r->instructions = 0;
	r->refused = false;
	r->closings = 0;
	r->walk.table = NULL;
	r->pending = LEAVE_NONE;
	r->why = LEAVE_NONE;
	next = next_deadline(r, now);
	if (!self.armed || self.armed > next)
		arm(next);
}

enum leave
limit_run(struct run *r, void (*body)(void *), void *arg)
{
	ASSERT(self.ready && !self.run);
	begin(r);
	self.critical = 0;
	self.run = r;
	if (sigsetjmp(r->entry, 0) == 0) {
		r->active = 1;
		/* it may have come before we could be hit */
		if (r->interrupted && atomic_load(r->interrupted))
			leave(r, LEAVE_INTERRUPTED);
		body(arg);
		r->active = 0;
	} else {
		/* a jump out of the handler leaves the signal blocked */
		unblock();
	}
	self.run = NULL;
	return (enum leave)r->why;
}

struct run *
limit_current(void)
{
	return self.run;
}

struct window *
limit_window(void)
{
	return self.run->window;
}

size_t
limit_memory(void)
{
	return self.run->limits->memory;
}

void
limit_node_memory(uint64_t bytes)
{
	size_t most = self.run->limits->node_memory;

	if (most && bytes > most)
		limit_leave_by(LEAVE_MEMORY);
}

void
limit_leave_by(enum leave why)
{
	leave(self.run, why);
	__builtin_unreachable();
}

/*
 * The first refusal makes Lua collect and ask again; only what is larger than
 * the whole limit is not worth that.
 */
void
limit_asked(bool served, size_t size)
{
	struct run *r = self.run;

	if (!served && (r->refused || size > r->limits->memory))
		limit_leave_by(LEAVE_MEMORY);
	r->refused = !served;
}

void
limit_refuse_no_more(void)
{
	self.run->refused = true;
}

/* Without counting, what has been charged is less than has been done: past the
 * limit it says all, past the half only that it must be counted. */
static void
charge(struct run *r, uint64_t units)
{
	uint64_t limit = r->most;

	if (units > limit || r->instructions + units > limit)
		leave(r,
		    limit < r->limits->instructions ? LEAVE_COMPUTE
						    : LEAVE_INSTRUCTIONS);
	r->instructions += units;
	if (!r->counted && r->instructions > limit / 2)
		leave(r, LEAVE_RECOUNT);
}

void
limit_charge(uint64_t units)
{
	if (self.run)
		charge(self.run, units);
}

void
limit_charge_bytes(uint64_t bytes)
{
	limit_charge(bytes / BYTES_PER_UNIT);
}

/* Names that the linker dictates. */
/* NOLINTBEGIN(readability-identifier-naming) */

/* The machine's own, for states whose hook is off again. */
int luaG_traceexec(lua_State *L, const uint32_t *pc);

int
__wrap_luaG_traceexec(lua_State *L, const uint32_t *pc)
{
	if (!lua_gethookmask(L))
		return luaG_traceexec(L, pc);
	charge(self.run, 1);
	return 1;
}
/* NOLINTEND(readability-identifier-naming) */

/* What has to be set, but is never called. */
static void
no_hook(lua_State *L, lua_Debug *ar)
{
	(void)L;
	(void)ar;
}

void
limit_count(lua_State *L)
{
	if (self.run->counted)
		lua_sethook(L, no_hook, LUA_MASKCOUNT, INT_MAX);
}

void
limit_count_no_more(lua_State *L)
{
	if (self.run->counted)
		lua_sethook(L, NULL, 0, 0);
}

void
critical_enter(void)
{
	self.critical = self.critical + 1;
	atomic_signal_fence(memory_order_seq_cst);
}

void
critical_leave(void)
{
	struct run *r;

	atomic_signal_fence(memory_order_seq_cst);
	self.critical = self.critical - 1;
	r = self.run;
	if (self.critical == 0 && r && r->active && r->pending)
		leave(r, (enum leave)r->pending);
}
