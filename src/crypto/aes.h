/*
 * aes - AES over whole blocks, in the modes ECB, CBC, CFB, OFB and CTR.
 *
 * Feedback is of full blocks. CTR counts in the last 8 bytes of its block, the
 * highest first, and starts over there. Pure: no memory, no lock; may be left
 * at any instant. Source: FIPS 197, NIST SP 800-38A.
 */
#ifndef CRYPTO_AES_H
#define CRYPTO_AES_H

#include <openssl/aes.h>

#include "base/span.h"

enum {
	AES_BLOCK = 16
};

enum aes_mode {
	AES_ECB,
	AES_CBC,
	AES_CFB,
	AES_OFB,
	AES_CTR,
};

struct aes {
	AES_KEY key;
	enum aes_mode mode;
	bool decrypt;
	uint8_t chain[AES_BLOCK]; /* the last block, or the counter */
};

/* A key of 16, 24 or 32 bytes; of `iv` ECB takes no notice. */
void aes_init(struct aes *a, enum aes_mode mode, bool decrypt, struct span key,
    const uint8_t iv[AES_BLOCK]);
/* `blocks` times 16 bytes; `to` may be `in`. Goes on where the last ended. */
void aes_blocks(struct aes *a, const uint8_t *in, uint8_t *to, size_t blocks);

#endif
