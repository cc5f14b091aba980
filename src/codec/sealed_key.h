/*
 * sealed_key - a key under a password: one JSON object on one line.
 *
 *   {"aosh":"wallet","version":1,"type":"arweave","address":…,"owner":…,
 *    "kdf":"argon2id13","ops":…,"memory":…,"salt":…,"header":…,"box":…}
 *
 * The box is the key's text (jwk.h) under XChaCha20-Poly1305, as libsodium's
 * secretstream writes a single, final message; its key is Argon2id's of the
 * password. All other members are bound to it, so that none can be changed.
 * Type, address and owner, the public key, can be read without the password.
 */
#ifndef CODEC_SEALED_KEY_H
#define CODEC_SEALED_KEY_H

#include "crypto/keypair.h"

enum {
	/* What a password costs: libsodium's MODERATE, some 0.7 s. */
	SEALED_OPS = 3,
	SEALED_MEMORY = 256 << 20,
	/* Files that ask for more are refused: they may come from anybody. */
	SEALED_OPS_MAX = 16,
	SEALED_MEMORY_MAX = 1 << 30,
	/* Of a text as it is written here. */
	SEALED_MAX_BYTES = 8 << 10,
};

/* What a sealed key says of itself. */
struct sealed_head {
	unsigned type; /* signature type */
	struct address address;
	uint8_t owner[OWNER_MAX_BYTES];
	size_t owner_bytes;
	uint64_t ops;
	uint64_t memory; /* bytes that opening takes */
};

/* Whether a text is meant to be a sealed key, good or damaged. */
bool sealed_key_is(struct span text);
/*
 * Read all but the box. ERR_WALLET: a member is missing or wrong, the version
 * is another, or it asks for too much (the text says which).
 */
int sealed_key_head(struct span text, struct sealed_head *out,
    struct error *err);
/*
 * Open it; *out is owned. ERR_WALLET: as above, "wrong password, or the file is
 * damaged", or there is not the memory that it takes.
 */
int sealed_key_open(struct span text, struct span password,
    struct keypair **out, struct error *err);
/*
 * Append the sealed form of a key, with a line end. `ops` and `memory` are
 * SEALED_OPS and SEALED_MEMORY but in tests. ERR_WALLET: no memory.
 */
int sealed_key_write(const struct keypair *kp, struct span password,
    uint64_t ops, uint64_t memory, struct buf *out, struct error *err);

#endif
