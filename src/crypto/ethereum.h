/*
 * ethereum - secp256k1 keys as Ethereum uses them: points, addresses, and
 * signatures from which the key is recovered.
 *
 * A signature is r (32 bytes), s (32), v (27 or 28); s is in the lower half.
 * Source: spec/ao-network.md 1.2 and 3; EIP-55, EIP-191, EIP-712.
 */
#ifndef CRYPTO_ETHEREUM_H
#define CRYPTO_ETHEREUM_H

#include "base/error.h"
#include "base/span.h"

enum {
	POINT_BYTES = 65,            /* 4, X, Y */
	ETHEREUM_KEY_BYTES = 32,     /* a secret */
	ETHEREUM_ADDRESS_CHARS = 42, /* 0x and 40 digits */
	ETHEREUM_SIGNATURE_BYTES = 65,
	ETHEREUM_DIGEST_BYTES = 32,
};

/* A hash that is signed. */
struct ethereum_digest {
	uint8_t bytes[ETHEREUM_DIGEST_BYTES];
};

/* Of the personal message of EIP-191. */
struct ethereum_digest ethereum_message_digest(struct span message);
/*
 * Of the struct Bundlr(bytes Transaction hash,address address) of EIP-712;
 * `address` are the characters of an address, in either case. ERR_SIGNATURE: it
 * is none.
 */
int ethereum_typed_digest(struct span message, struct span address,
    struct ethereum_digest *out, struct error *err);

/* The public point of a secret. -1: that is no secp256k1 key. */
int ethereum_point(const uint8_t secret[ETHEREUM_KEY_BYTES],
    uint8_t point[POINT_BYTES]);
/* The address of a point's 65 bytes, zero-terminated, with EIP-55's capitals. */
void ethereum_address(struct span point, char out[ETHEREUM_ADDRESS_CHARS + 1]);

/*
 * The point that made a signature of 65 bytes. ERR_SIGNATURE: v is not 27 or
 * 28, s is in the upper half, or nobody made it.
 */
int ethereum_recover(const struct ethereum_digest *digest,
    struct span signature, uint8_t point[POINT_BYTES], struct error *err);
/* Sign (RFC 6979: the same each time) to 65 bytes. */
int ethereum_sign(const struct ethereum_digest *digest,
    const uint8_t secret[ETHEREUM_KEY_BYTES], uint8_t *signature,
    struct error *err);

#endif
