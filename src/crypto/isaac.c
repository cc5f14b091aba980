/*
 * Written from the paper's formulas; rand.c gives its numbers out from the last
 * of a batch to the first, we (as aos) from the first.
 */
#include "crypto/isaac.h"

#include <string.h>

#define GOLDEN_RATIO 0x9e3779b9U

enum {
	LANES = 8
};

/* Eight words into one another, none of them lost. */
static void
mix(uint32_t *x)
{
	/* to the left where positive, else to the right */
	static const int8_t shifts[LANES] = { 11, -2, 8, -16, 10, -4, 8, -9 };

	for (int i = 0; i < LANES; i++) {
		uint32_t y = x[(i + 1) % LANES];

		x[i] ^= shifts[i] > 0 ? y << shifts[i] : y >> -shifts[i];
		x[(i + 3) % LANES] += x[i];
		x[(i + 1) % LANES] += x[(i + 2) % LANES];
	}
}

/* Fill the memory, eight words at a time; `from` is added first, unless it is
 * NULL. */
static void
spread(struct isaac *s, uint32_t *x, const uint32_t *from)
{
	for (int i = 0; i < ISAAC_WORDS; i += LANES) {
		for (int k = 0; from && k < LANES; k++)
			x[k] += from[i + k];
		mix(x);
		memcpy(s->memory + i, x, LANES * sizeof(*x));
	}
}

/* The next batch. */
static void
generate(struct isaac *s)
{
	uint32_t *m = s->memory;

	s->c++;
	s->b += s->c;
	for (unsigned i = 0; i < ISAAC_WORDS; i++) {
		static const uint8_t shifts[] = { 13, 6, 2, 16 };
		unsigned shift = shifts[i % 4];
		uint32_t x = m[i];

		s->a ^= i % 2 ? s->a >> shift : s->a << shift;
		s->a += m[(i + ISAAC_WORDS / 2) % ISAAC_WORDS];
		m[i] = m[x >> 2 & 255] + s->a + s->b;
		s->b = m[m[i] >> 10 & 255] + x;
		s->results[i] = s->b;
	}
	s->next = 0;
}

void
isaac_seed(struct isaac *s, struct span seed, bool use_all)
{
	uint32_t x[LANES];

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < seed.len && i < ISAAC_WORDS; i++)
		s->results[i] = seed.p[i];
	for (int i = 0; i < LANES; i++)
		x[i] = GOLDEN_RATIO;
	/* four rounds scramble what was eight times the same */
	for (int i = 0; i < 4; i++)
		mix(x);
	spread(s, x, use_all ? s->results : NULL);
	/* once more, so that every word of the seed has an effect on all */
	if (use_all)
		spread(s, x, s->memory);
	generate(s);
}

uint32_t
isaac_next(struct isaac *s)
{
	if (s->next == ISAAC_WORDS)
		generate(s);
	return s->results[s->next++];
}
