/*
 * digest - SHA-256 and SHA-384, whole and in pieces.
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

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

/* Of the whole of `in`. */
struct sha256_digest sha256(struct span in);
/* Of the concatenation of `count` parts. */
struct sha256_digest sha256_parts(const struct span *parts, size_t count);
/* The same with SHA-384. */
struct sha384_digest sha384(struct span in);
/* Of the concatenation of `count` parts, with SHA-384. */
struct sha384_digest sha384_parts(const struct span *parts, size_t count);

#endif
