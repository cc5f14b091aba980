/*
 * digest - SHA-256 and SHA-384, whole and in pieces.
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include <openssl/sha.h>

#include "base/span.h"

enum {
	SHA256_BYTES = 32,
	SHA384_BYTES = 48,
};

struct sha256_digest {
	uint8_t bytes[SHA256_BYTES];
};

struct sha384_digest {
	uint8_t bytes[SHA384_BYTES];
};

/* A digest in the making; what it has taken so far may be copied. */
struct sha256 {
	SHA256_CTX state;
};

struct sha384 {
	SHA512_CTX state;
};

/* Init, update as often as there are pieces, final once. */
void sha256_init(struct sha256 *s);
/* The next bytes. */
void sha256_update(struct sha256 *s, struct span in);
/* The digest; `s` is used up. */
struct sha256_digest sha256_final(struct sha256 *s);
/* The same with SHA-384. */
void sha384_init(struct sha384 *s);
/* The next bytes. */
void sha384_update(struct sha384 *s, struct span in);
/* The digest; `s` is used up. */
struct sha384_digest sha384_final(struct sha384 *s);

/* Of the whole of `in`. */
struct sha256_digest sha256(struct span in);
/* Of the concatenation of `count` parts. */
struct sha256_digest sha256_parts(const struct span *parts, size_t count);
/* The same with SHA-384. */
struct sha384_digest sha384(struct span in);
/* Of the concatenation of `count` parts, with SHA-384. */
struct sha384_digest sha384_parts(const struct span *parts, size_t count);

#endif
