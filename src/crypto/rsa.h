/*
 * rsa - RSA-4096 with PSS (RFC 8017, 8.1), SHA-256 throughout, exponent 65537.
 *
 * libcrypto's arithmetic and padding. Nothing of it is loaded before the first
 * call here, which takes about a millisecond more. Threads: a key may be used
 * by several at once. Source: spec/ao-network.md 1.2.
 */
#ifndef CRYPTO_RSA_H
#define CRYPTO_RSA_H

#include "crypto/keypair.h"

enum {
	RSA_BYTES = 512, /* of a modulus and of a signature */
};

struct rsa_key;

/*
 * Verify a signature of 512 bytes by the modulus `owner`, with a salt of any
 * length. ERR_SIGNATURE.
 */
int rsa_verify(struct span owner, struct span message, struct span signature,
    struct error *err);
/* Sign with a random salt of 32 bytes; writes 512 bytes. */
int rsa_sign(const struct rsa_key *key, struct span message, uint8_t *signature,
    struct error *err);

/* A new key, after a second or more. Owned, rsa_key_free(). */
int rsa_key_generate(struct rsa_key **out, struct error *err);
/* As keypair_from_rsa() describes. Owned. */
int rsa_key_from_numbers(const struct span numbers[RSA_NUMBERS],
    struct rsa_key **out, struct error *err);
/* The same key once more, to be freed by itself. */
struct rsa_key *rsa_key_ref(const struct rsa_key *key);
void rsa_key_free(struct rsa_key *key); /* clears it; NULL is fine */
/* As keypair_rsa_number() describes. */
void rsa_key_number(const struct rsa_key *key, enum rsa_number which,
    struct buf *out);
/* The modulus: 512 bytes. */
void rsa_key_modulus(const struct rsa_key *key, uint8_t out[RSA_BYTES]);

#endif
