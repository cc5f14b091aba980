/*
 * isaac - the generator ISAAC-32 of Bob Jenkins, 1996.
 *
 * A batch of 256 numbers at a time, given out from the first to the last.
 * Pure: no memory, no lock. Source: "ISAAC", FSE 1996, and its rand.c.
 */
#ifndef CRYPTO_ISAAC_H
#define CRYPTO_ISAAC_H

#include "base/span.h"

enum {
	ISAAC_WORDS = 256
};

struct isaac {
	uint32_t results[ISAAC_WORDS];
	uint32_t memory[ISAAC_WORDS];
	uint32_t a, b, c;
	uint32_t next; /* the first result that was not given out */
};

/*
 * The bytes of `seed` are the first words, the other words are 0; bytes beyond
 * 256 do not count. Without `use_all` the seed is not looked at, which is what
 * rand.c does when its flag is FALSE.
 */
void isaac_seed(struct isaac *s, struct span seed, bool use_all);
uint32_t isaac_next(struct isaac *s);

#endif
