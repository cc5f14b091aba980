#include "vm/lua/limit.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Nothing else in the program uses it. */
#define LIMIT_SIGNAL SIGVTALRM

/* Runs shorter than this are counted at once: a timer is not that exact. */
#define FREE_MIN_NS 1000000U
#define SECOND_NS 1000000000U

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

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

static uint64_t
next_deadline(const struct run *r)
{
	if (!r->counted && r->free_deadline < r->deadline)
		return r->free_deadline;
	return r->deadline;
}

static void
leave(struct run *r, enum leave why)
{
	r->active = 0;
	r->why = why;
	siglongjmp(r->entry, 1);
}

static void
on_signal(int number)
{
	struct run *r = self.run;
	int saved = errno;
	uint64_t now = clock_now_ns();
	enum leave why;

	(void)number;
	if (self.armed && now >= self.armed)
		self.armed = 0;
	why = r && r->active ? due(r, now) : LEAVE_NONE;
	if (why != LEAVE_NONE && !self.critical)
		leave(r, why);
	if (why != LEAVE_NONE)
		r->pending = why;
	else if (r && r->active && !self.armed)
		arm(next_deadline(r));
	errno = saved;
}

#ifdef __SANITIZE_THREAD__
/* The sanitizer would hold the signal back until the thread calls into libc,
 * which a loop in Lua never does; this name it does not know. */
int __sigaction(int number, const struct sigaction *new, struct sigaction *old);
#define sigaction_now __sigaction
#else
#define sigaction_now sigaction
#endif

static void
thread_end(void *unused)
{
	(void)unused;
	timer_delete(self.timer);
	self.ready = false;
}

static void
install(void)
{
	struct sigaction a = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };

	installed = pthread_key_create(&key, thread_end) == 0 &&
	    sigaction_now(LIMIT_SIGNAL, &a, NULL) == 0;
}

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
	e.sigev_notify_thread_id = gettid();
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
	uint64_t free_ns = r->limits->instructions / (FREE_RATE / SECOND_NS);
	uint64_t next;

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
	r->pending = LEAVE_NONE;
	r->why = LEAVE_NONE;
	next = next_deadline(r);
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
limit_leave_by(enum leave why)
{
	leave(self.run, why);
	__builtin_unreachable();
}

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

static void
charge(struct run *r)
{
	r->instructions += HOOK_INTERVAL;
	if (r->instructions > r->limits->instructions)
		leave(r, LEAVE_INSTRUCTIONS);
}

static void
on_count(lua_State *L, lua_Debug *ar)
{
	(void)L;
	(void)ar;
	charge(self.run);
}

void
limit_count(lua_State *L)
{
	struct run *r = self.run;

	if (!r->counted)
		return;
	charge(r);
	lua_sethook(L, on_count, LUA_MASKCOUNT, HOOK_INTERVAL);
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
