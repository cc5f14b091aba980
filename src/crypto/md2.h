/*
 * md2 - the digest of RFC 1319, which libcrypto is built without.
 *
 * Pure: no memory, no lock; may be left at any instant.
 */
#ifndef CRYPTO_MD2_H
#define CRYPTO_MD2_H

#include "base/span.h"

enum {
	MD2_BYTES = 16
};

struct md2 {
	uint8_t state[3 * MD2_BYTES];
	uint8_t sum[MD2_BYTES];
	uint8_t block[MD2_BYTES];
	size_t used; /* of the block that is being filled */
};

void md2_init(struct md2 *m);
void md2_update(struct md2 *m, struct span in);
void md2_final(struct md2 *m, uint8_t out[MD2_BYTES]);

#endif
