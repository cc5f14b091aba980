/*
 * Two clocks: the wall's for timestamps, which people set, and one that only
 * goes forward for all waiting and measuring.
 *
 * Waiting for a time of the wall's clock is waiting on the other one, in steps,
 * since the first may be set meanwhile. Tests put a number in its place.
 */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

#include "base/thread.h"

enum {
	NS_PER_MS = 1000000,
	STEP_MS = 60000
};

/* 0: the system's. */
static atomic_uint_fast64_t virtual_ms;
static pthread_mutex_t watches_lock = PTHREAD_MUTEX_INITIALIZER;
static struct clock_watch *watches;

/* In nanoseconds; enough for 584 years. */
static uint64_t
read_clock(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

uint64_t
clock_wall_ms(void)
{
	uint64_t set = atomic_load(&virtual_ms);

	return set ? set : read_clock(CLOCK_REALTIME) / NS_PER_MS;
}

uint64_t
clock_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t
clock_cpu_ns(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

uint64_t
clock_deadline(uint64_t wall_ms)
{
	uint64_t now = clock_wall_ms();
	uint64_t left = wall_ms > now ? wall_ms - now : 0;

	if (atomic_load(&virtual_ms))
		return 0;
	if (left > STEP_MS)
		left = STEP_MS;
	return clock_now_ns() + left * NS_PER_MS;
}

void
clock_set_virtual(uint64_t ms)
{
	atomic_store(&virtual_ms, ms);
	lock(&watches_lock);
	for (struct clock_watch *w = watches; w; w = w->next)
		w->fn(w->arg);
	unlock(&watches_lock);
}

void
clock_watch(struct clock_watch *w)
{
	lock(&watches_lock);
	w->next = watches;
	watches = w;
	unlock(&watches_lock);
}

void
clock_unwatch(struct clock_watch *w)
{
	struct clock_watch **at;

	lock(&watches_lock);
	for (at = &watches; *at != w; at = &(*at)->next)
		continue;
	*at = w->next;
	unlock(&watches_lock);
}
