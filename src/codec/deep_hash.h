/*
 * deep_hash - Arweave's hash over lists of blobs, SHA-384 throughout.
 *
 * Source: spec/ao-network.md 1.5.
 */
#ifndef CODEC_DEEP_HASH_H
#define CODEC_DEEP_HASH_H

#include "crypto/digest.h"

struct sha384_digest deep_hash_blob(struct span blob);
/* Of a flat list of blobs. */
struct sha384_digest deep_hash_list(const struct span *blobs, size_t count);

#endif
