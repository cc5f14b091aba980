/*
 * keccak - the sponge of SHA-3 and of the Keccak that came before it.
 *
 * The two differ in the first byte of the padding alone. Pure: no memory, no
 * lock; may be left at any instant. Source: FIPS 202; the Keccak reference 3.0.
 */
#ifndef CRYPTO_KECCAK_H
#define CRYPTO_KECCAK_H

#include "base/span.h"

enum {
	KECCAK_LANES = 25,
	KECCAK_BYTES = 200,
	/* the first byte of the padding */
	KECCAK_PAD = 0x01,
	SHA3_PAD = 0x06,
};

struct keccak {
	uint64_t lanes[KECCAK_LANES];
	size_t rate; /* bytes of a block */
	size_t used; /* bytes of the block that is being filled */
};

/* For digests of `bytes`: the rate is 200 - 2 * bytes; at most 64. */
void keccak_init(struct keccak *k, size_t bytes);
void keccak_update(struct keccak *k, struct span in);
/* The digest, of as many bytes as keccak_init() was told. */
void keccak_final(struct keccak *k, uint8_t pad, uint8_t *out);

#endif
