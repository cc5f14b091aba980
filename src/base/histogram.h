/*
 * histogram - how long things took, in constant room.
 *
 * Four buckets for each doubling, so a quantile is right within a fifth.
 * Threads: one at a time.
 */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_BUCKETS = 256
};

/* All zeroes: nothing was added. */
struct histogram {
	uint64_t count;
	uint64_t sum;
	uint64_t longest;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

/* One more value, of nanoseconds mostly. */
void histogram_add(struct histogram *h, uint64_t value);
/* The value that `part` of them, 0 to 1, do not exceed; 0 when there is none. */
uint64_t histogram_quantile(const struct histogram *h, double part);
/* How many are at least as large as `value`, to the bucket's precision. */
uint64_t histogram_over(const struct histogram *h, uint64_t value);

#endif
