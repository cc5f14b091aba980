/*
 * hash - digests by name, in pieces, and the MAC and the key derivation on top
 * of them.
 *
 * Pure: no memory, no lock; may be left at any instant. That is why libcrypto
 * gives its plain functions and not EVP, which loads a provider at first use.
 * Names: "md2" "md4" "md5" "sha1" "sha256" "sha512" "sha3_256" "sha3_512"
 * "keccak256" "keccak512".
 */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <openssl/md4.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include "crypto/keccak.h"
#include "crypto/md2.h"

enum {
	HASH_MAX_BYTES = 64,
	HASH_MAX_BLOCK = 128,
};

union hash_state {
	struct md2 md2;
	MD4_CTX md4;
	MD5_CTX md5;
	SHA_CTX sha1;
	SHA256_CTX sha256;
	SHA512_CTX sha512;
	struct keccak keccak;
};

struct hash_ops {
	const char *name;
	size_t bytes; /* of a digest; at most HASH_MAX_BYTES */
	void (*init)(union hash_state *s);
	void (*update)(union hash_state *s, struct span in);
	void (*final)(union hash_state *s, uint8_t *out);
	unsigned block; /* bytes that are hashed at a time */
	unsigned ns;    /* that this takes, about, without special hardware */
};

/* By name; NULL: none. Never freed. */
const struct hash_ops *hash_find(const char *name);
/* The digest of the whole of `in`: ops->bytes. */
void hash(const struct hash_ops *ops, struct span in, uint8_t *out);

/* HMAC (RFC 2104), with the block size to choose. */
struct hmac {
	const struct hash_ops *ops;
	union hash_state inner;
	union hash_state outer;
};

/* `block`: at most HASH_MAX_BLOCK, at least ops->bytes; longer keys are hashed
 * first. A keyed hmac may be copied to authenticate several texts. */
void hmac_init(struct hmac *h, const struct hash_ops *ops, unsigned block,
    struct span key);
void hmac_update(struct hmac *h, struct span in);
/* ops->bytes. */
void hmac_final(struct hmac *h, uint8_t *out);

/*
 * One block of PBKDF2 (RFC 8018, 5.2), `index` from 1, by a keyed hmac:
 * ops->bytes. It takes as long as `iterations` say: at least 1.
 */
void pbkdf2_block(const struct hmac *keyed, struct span salt, uint32_t index,
    uint64_t iterations, uint8_t *out);

#endif
