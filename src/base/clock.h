/*
 * clock - what time it is, for timestamps, for waiting and for measuring.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970; may jump when the clock is set. */
uint64_t clock_wall_ms(void);
/* Nanoseconds since some start; never goes back. */
uint64_t clock_now_ns(void);
/* Nanoseconds of processor time that this program has used. */
uint64_t clock_cpu_ns(void);

/*
 * The deadline for cond_wait() at which the wall clock shows `wall_ms`, or a
 * minute from now, whatever is earlier: look again then. 0, no deadline, while
 * the wall clock is virtual.
 */
uint64_t clock_deadline(uint64_t wall_ms);

/* For tests: the wall clock stands at `ms` until it is set again; 0: it goes. */
void clock_set_virtual(uint64_t ms);
/* Called behind each clock_set_virtual(), by whoever sets it. */
struct clock_watch {
	void (*fn)(void *arg);
	void *arg;
	struct clock_watch *next;
};
/* Borrowed until clock_unwatch(), after which it is not called any more. */
void clock_watch(struct clock_watch *w);
void clock_unwatch(struct clock_watch *w);

#endif
