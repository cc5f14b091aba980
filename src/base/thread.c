/*
 * Signals: all are blocked in every thread but the shell's, which handles them;
 * so none of them is interrupted in a system call. Exceptions are the machine's
 * own signal (vm/lua/limit.h) and those of a thread's own faults, which would
 * end the program without a word (store/map_guard.h).
 *
 * Waits are by the monotonic clock, so that setting the time does not hang or
 * cut them.
 */
#include "base/thread.h"

#include <signal.h>
#include <time.h>

enum {
	STACK_BYTES = 8 << 20
};

int
thread_start(pthread_t *out, const char *name, void *(*main)(void *), void *arg,
    struct error *err)
{
	pthread_attr_t attr;
	sigset_t all;
	sigset_t before;
	pthread_t thread;
	int rc;

	/* the new thread inherits the mask: shell signals stay the shell's */
	sigfillset(&all);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGSEGV);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	rc = pthread_create(&thread, &attr, main, arg);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0)
		return FAIL(err, ERR_SYSTEM, "cannot start thread '%s'", name);
	pthread_setname_np(thread, name);
	*out = thread;
	return 0;
}

void
thread_join(pthread_t thread)
{
	int rc = pthread_join(thread, NULL);

	ASSERT(rc == 0);
}

void
cond_init(pthread_cond_t *c)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(c, &attr);
	pthread_condattr_destroy(&attr);
}

void
cond_wait(pthread_cond_t *c, pthread_mutex_t *m, uint64_t deadline_ns)
{
	struct timespec t = { (time_t)(deadline_ns / 1000000000U),
		(long)(deadline_ns % 1000000000U) };

	if (deadline_ns)
		pthread_cond_timedwait(c, m, &t);
	else
		pthread_cond_wait(c, m);
}
