/*
 * thread - threads with a name, and locks that cannot fail quietly.
 *
 * Every thread of ours is started here: it blocks all signals but those of its
 * own faults (the machine unblocks its own while it evaluates) and shows its
 * name in ps and gdb.
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Start main(arg) in a thread of that name (at most 15 bytes) with a stack of
 * 8 MiB. ERR_SYSTEM when there is none to be had. End it with thread_join().
 */
int thread_start(pthread_t *out, const char *name, void *(*main)(void *),
    void *arg, struct error *err);
/* Wait until the thread has ended; each is joined once. */
void thread_join(pthread_t thread);

/* Fails only by our own mistake, which ends the program. */
static inline void
lock(pthread_mutex_t *m)
{
	int rc = pthread_mutex_lock(m);

	ASSERT(rc == 0);
}

/* By the thread that holds it. */
static inline void
unlock(pthread_mutex_t *m)
{
	int rc = pthread_mutex_unlock(m);

	ASSERT(rc == 0);
}

/*
 * Wait until signalled, or until clock_now_ns() passes `deadline_ns` (0:
 * without end); `c` must come from cond_init(). May wake early: look again.
 */
void cond_init(pthread_cond_t *c);
/* With `m` locked, which it is again afterwards. */
void cond_wait(pthread_cond_t *c, pthread_mutex_t *m, uint64_t deadline_ns);

#endif
