/*
 * The bucket of a value is the place of its highest bit and the two bits
 * behind it; values below 4 have a bucket each.
 */
#include "base/histogram.h"

static unsigned
bucket_of(uint64_t value)
{
	unsigned high;

	if (value < 4)
		return (unsigned)value;
	high = 63 - (unsigned)__builtin_clzll(value);
	return 4 * (high - 1) + (unsigned)(value >> (high - 2) & 3);
}

/* The least value that is above a bucket. */
static uint64_t
end_of(unsigned bucket)
{
	unsigned high = bucket / 4 + 1;

	if (bucket < 4)
		return bucket + 1;
	return (uint64_t)(5 + bucket % 4) << (high - 2);
}

void
histogram_add(struct histogram *h, uint64_t value)
{
	h->count++;
	h->sum += value;
	if (value > h->longest)
		h->longest = value;
	h->buckets[bucket_of(value)]++;
}

uint64_t
histogram_quantile(const struct histogram *h, double part)
{
	uint64_t left = (uint64_t)((double)h->count * part);
	unsigned i = 0;

	if (h->count == 0)
		return 0;
	while (i < HISTOGRAM_BUCKETS - 1 && left >= h->buckets[i])
		left -= h->buckets[i++];
	return end_of(i) - 1 < h->longest ? end_of(i) - 1 : h->longest;
}

uint64_t
histogram_over(const struct histogram *h, uint64_t value)
{
	uint64_t n = 0;

	for (unsigned i = bucket_of(value); i < HISTOGRAM_BUCKETS; i++)
		n += h->buckets[i];
	return n;
}
