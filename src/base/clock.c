/*
 * Two clocks: the wall's for timestamps, which people set, and one that only
 * goes forward for all waiting and measuring.
 */
#include "base/clock.h"

#include <time.h>

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
	return read_clock(CLOCK_REALTIME) / 1000000U;
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
