/*
 * The state is five rows of 256 bits, each of four lanes, the lowest first. A
 * row turns by whole lanes, or all its lanes turn by bits.
 */
#include <string.h>

#include "crypto/aead.h"
#include "crypto/words.h"

enum {
	BLOCK = 32,
	FIRST_STEPS = 16,
	LAST_STEPS = 10,
};

/* The Fibonacci numbers modulo 256, as the specification writes them. */
static const uint8_t constants[BLOCK] = { 0x00, 0x01, 0x01, 0x02, 0x03, 0x05,
	0x08, 0x0d, 0x15, 0x22, 0x37, 0x59, 0x90, 0xe9, 0x79, 0x62, 0xdb, 0x3d,
	0x18, 0x55, 0x6d, 0xc2, 0x2f, 0xf1, 0x20, 0x11, 0x31, 0x42, 0x73, 0xb5,
	0x28, 0xdd };

/* A row by `lanes` to the left. */
static inline void
turn_row(uint64_t *row, unsigned lanes)
{
	uint64_t old[MORUS_LANES];

	memcpy(old, row, sizeof(old));
	for (unsigned i = 0; i < MORUS_LANES; i++)
		row[(i + lanes) % MORUS_LANES] = old[i];
}

void
morus_update(struct morus *m, const uint64_t block[MORUS_LANES])
{
	static const uint8_t bits[] = { 13, 46, 38, 7, 4 };
	static const uint8_t lanes[] = { 1, 2, 3, 2, 1 };
	uint64_t(*s)[MORUS_LANES] = m->rows;

	for (unsigned r = 0; r < MORUS_ROWS; r++) {
		const uint64_t *a = s[(r + 1) % MORUS_ROWS];
		const uint64_t *b = s[(r + 2) % MORUS_ROWS];
		uint64_t *c = s[(r + 3) % MORUS_ROWS];

		for (unsigned i = 0; i < MORUS_LANES; i++) {
			uint64_t x = s[r][i] ^ (a[i] & b[i]) ^ c[i];

			/* the first of the five has no input */
			s[r][i] = word_left(r ? x ^ block[i] : x, bits[r]);
		}
		turn_row(c, lanes[r]);
	}
}

void
morus_init(struct morus *m, const uint8_t key[MORUS_KEY_BYTES],
    const uint8_t nonce[MORUS_NONCE_BYTES])
{
	static const uint64_t nothing[MORUS_LANES];
	uint64_t words[MORUS_LANES];

	memset(m, 0, sizeof(*m));
	words_load(words, key, MORUS_LANES);
	words_load(m->rows[0], nonce, 2);
	memcpy(m->rows[1], words, sizeof(words));
	memset(m->rows[2], 0xff, sizeof(m->rows[2]));
	words_load(m->rows[4], constants, MORUS_LANES);
	for (int i = 0; i < FIRST_STEPS; i++)
		morus_update(m, nothing);
	for (int i = 0; i < MORUS_LANES; i++)
		m->rows[1][i] ^= words[i];
}

/* The lanes of up to 32 bytes, zeroes behind them. */
static void
load_block(uint64_t *block, struct span in)
{
	uint8_t bytes[BLOCK] = { 0 };

	for (size_t i = 0; i < in.len; i++)
		bytes[i] = in.p[i];
	words_load(block, bytes, MORUS_LANES);
}

/* The block at `i`, which is in `in`; the last may be shorter. */
static struct span
block_at(struct span in, size_t i)
{
	return span_first(span_of(in.p + i, in.len - i), BLOCK);
}

void
morus_data(struct morus *m, struct span data)
{
	uint64_t block[MORUS_LANES];

	m->data_bytes += data.len;
	for (size_t i = 0; i < data.len; i += BLOCK) {
		load_block(block, block_at(data, i));
		morus_update(m, block);
	}
}

/* What the text is hidden by; the tag, too. */
static void
key_stream(const struct morus *m, uint64_t *stream)
{
	const uint64_t(*s)[MORUS_LANES] = m->rows;

	for (int i = 0; i < MORUS_LANES; i++)
		stream[i] =
		    s[0][i] ^ s[1][(i + 1) % MORUS_LANES] ^ (s[2][i] & s[3][i]);
}

/* At most 32 bytes, either way. */
static void
crypt_block(struct morus *m, struct span in, uint8_t *to, bool decrypt)
{
	uint64_t stream[MORUS_LANES];
	uint64_t block[MORUS_LANES];
	uint8_t bytes[BLOCK];

	key_stream(m, stream);
	load_block(block, in);
	for (int i = 0; i < MORUS_LANES; i++)
		stream[i] ^= block[i];
	words_store(bytes, stream, MORUS_LANES);
	memcpy(to, bytes, in.len);
	/* of the last block the text alone counts, not what is behind it */
	if (decrypt)
		load_block(block, span_of(bytes, in.len));
	morus_update(m, block);
}

static void
crypt_text(struct morus *m, struct span in, uint8_t *to, bool decrypt)
{
	m->text_bytes += in.len;
	for (size_t i = 0; i < in.len; i += BLOCK)
		crypt_block(m, block_at(in, i), to + i, decrypt);
}

void
morus_encrypt(struct morus *m, struct span in, uint8_t *to)
{
	crypt_text(m, in, to, false);
}

void
morus_decrypt(struct morus *m, struct span in, uint8_t *to)
{
	crypt_text(m, in, to, true);
}

void
morus_tag(struct morus *m, uint8_t tag[MORUS_TAG_BYTES])
{
	uint64_t lengths[MORUS_LANES] = { m->data_bytes * 8,
		m->text_bytes * 8 };
	uint64_t stream[MORUS_LANES];

	for (int i = 0; i < MORUS_LANES; i++)
		m->rows[4][i] ^= m->rows[0][i];
	for (int i = 0; i < LAST_STEPS; i++)
		morus_update(m, lengths);
	key_stream(m, stream);
	words_store(tag, stream, MORUS_TAG_BYTES / WORD_BYTES);
}
