/*
 * clock - what time it is, for timestamps and for measuring.
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

#endif
