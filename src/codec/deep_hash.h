/*
 * deep_hash - Arweave's hash over lists of blobs, SHA-384 throughout.
 *
 * A list is hashed from left to right: start with the number of its members,
 * then fold in the hash of each, be it a blob or a list.
 * Source: spec/ao-network.md 1.5.
 */
#ifndef CODEC_DEEP_HASH_H
#define CODEC_DEEP_HASH_H

#include "crypto/digest.h"

/* SHA-384 of two hashes: of "blob" and the length, and of the bytes. */
struct sha384_digest deep_hash_blob(struct span blob);
/* A blob whose bytes come in pieces and whose length shows at their end. */
struct blob_hash {
	struct sha384 body;
	uint64_t len;
};

/* Init, update as often as there are pieces, final once. */
void blob_hash_init(struct blob_hash *b);
/* The next bytes. */
void blob_hash_update(struct blob_hash *b, struct span in);
/* deep_hash_blob() of all pieces; `b` is used up. */
struct sha384_digest blob_hash_final(struct blob_hash *b);

/* Of a flat list of blobs. */
struct sha384_digest deep_hash_list(const struct span *blobs, size_t count);

/* A list of `count` members, none folded in. */
struct sha384_digest deep_hash_start(size_t count);
/* The list so far, with one more member. */
struct sha384_digest deep_hash_fold(struct sha384_digest list,
    struct sha384_digest member);

#endif
