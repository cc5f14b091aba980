/*
 * aead - the authenticated ciphers MORUS-1280-128 and NORX 64-4-1.
 *
 * Pure: no memory, no lock; may be left at any instant. `to` has room for
 * in.len bytes and may be in.p itself. A decrypted text counts only when the
 * tag is the one that came with it: aead_tag_equal().
 *
 * Source: "The Authenticated Cipher MORUS", v2, 2016; "NORX", v3.0, 2016.
 */
#ifndef CRYPTO_AEAD_H
#define CRYPTO_AEAD_H

#include "base/span.h"

enum {
	MORUS_KEY_BYTES = 32,
	MORUS_NONCE_BYTES = 16,
	MORUS_TAG_BYTES = 16,
	MORUS_ROWS = 5,
	MORUS_LANES = 4,

	NORX_KEY_BYTES = 32,
	NORX_NONCE_BYTES = 32,
	NORX_TAG_BYTES = 32,
	NORX_WORDS = 16,
};

struct morus {
	uint64_t rows[MORUS_ROWS][MORUS_LANES];
	uint64_t data_bytes;
	uint64_t text_bytes;
};

/* A key of 16 bytes is used twice in a row. */
void morus_init(struct morus *m, const uint8_t key[MORUS_KEY_BYTES],
    const uint8_t nonce[MORUS_NONCE_BYTES]);
/* One step of the state, with a block of input. */
void morus_update(struct morus *m, const uint64_t block[MORUS_LANES]);
/* The associated data, whole; then the text, whole; then the tag. */
void morus_data(struct morus *m, struct span data);
void morus_encrypt(struct morus *m, struct span in, uint8_t *to);
void morus_decrypt(struct morus *m, struct span in, uint8_t *to);
void morus_tag(struct morus *m, uint8_t tag[MORUS_TAG_BYTES]);

struct norx {
	uint64_t words[NORX_WORDS];
	uint64_t key[NORX_KEY_BYTES / 8];
};

void norx_init(struct norx *n, const uint8_t key[NORX_KEY_BYTES],
    const uint8_t nonce[NORX_NONCE_BYTES]);
/* The header, whole; the text, whole; the trailer, whole; then the tag. Empty
 * ones may be left out. */
void norx_header(struct norx *n, struct span header);
void norx_encrypt(struct norx *n, struct span in, uint8_t *to);
void norx_decrypt(struct norx *n, struct span in, uint8_t *to);
void norx_trailer(struct norx *n, struct span trailer);
void norx_tag(struct norx *n, uint8_t tag[NORX_TAG_BYTES]);

#endif
