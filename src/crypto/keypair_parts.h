/*
 * keypair_parts - what a keypair holds; for keypair.c and the files that sign
 * and verify for it.
 */
#ifndef CRYPTO_KEYPAIR_PARTS_H
#define CRYPTO_KEYPAIR_PARTS_H

#include <sodium.h>

#include "crypto/ethereum.h"
#include "crypto/keypair.h"
#include "crypto/rsa.h"

/* The whole pair lies between guard pages, read-only once it is made. */
struct keypair {
	const struct signature_ops *ops;
	uint8_t owner[OWNER_MAX_BYTES];
	size_t owner_bytes;
	uint8_t point[POINT_BYTES];                 /* secp256k1 */
	uint8_t secret[crypto_sign_SECRETKEYBYTES]; /* but RSA's: 32 first */
	struct rsa_key *rsa;                        /* RSA */
};

#endif
