/*
 * A duplex sponge: sixteen words, of which twelve take in a block at a time and
 * four, the capacity, never leave. Before each block a byte that says what the
 * block is goes into the last word and the state is permuted.
 */
#include <string.h>

#include "crypto/aead.h"
#include "crypto/words.h"

enum {
	ROUNDS = 4,
	RATE_WORDS = 12,
	RATE = RATE_WORDS * WORD_BYTES,
	KEY_WORDS = NORX_KEY_BYTES / WORD_BYTES,
	FIRST_OF_KEY = 12,

	IS_HEADER = 0x01,
	IS_TEXT = 0x02,
	IS_TRAILER = 0x04,
	IS_TAG = 0x08,
};

static void
quarter(uint64_t *s, int a, int b, int c, int d)
{
	static const uint8_t turns[] = { 8, 19, 40, 63 };

	for (int i = 0; i < 4; i += 2) {
		s[a] = s[a] ^ s[b] ^ (s[a] & s[b]) << 1;
		s[d] = word_right(s[d] ^ s[a], turns[i]);
		s[c] = s[c] ^ s[d] ^ (s[c] & s[d]) << 1;
		s[b] = word_right(s[b] ^ s[c], turns[i + 1]);
	}
}

/* Columns, then diagonals. */
static void
permute(uint64_t *s, int rounds)
{
	while (rounds-- > 0)
		for (int shift = 0; shift < 2; shift++)
			for (int i = 0; i < 4; i++)
				quarter(s, i, 4 + (i + shift) % 4,
				    8 + (i + 2 * shift) % 4,
				    12 + (i + 3 * shift) % 4);
}

static void
add_key(struct norx *n)
{
	for (int i = 0; i < KEY_WORDS; i++)
		n->words[FIRST_OF_KEY + i] ^= n->key[i];
}

void
norx_init(struct norx *n, const uint8_t key[NORX_KEY_BYTES],
    const uint8_t nonce[NORX_NONCE_BYTES])
{
	/* word size, rounds, parallelism, bits of the tag */
	static const uint64_t parameters[] = { 64, ROUNDS, 1,
		(uint64_t)8 * NORX_TAG_BYTES };
	uint64_t *s = n->words;

	/* the constants are two rounds over 0 … 15 */
	for (unsigned i = 0; i < NORX_WORDS; i++)
		s[i] = i;
	permute(s, 2);
	words_load(n->key, key, KEY_WORDS);
	words_load(s, nonce, NORX_NONCE_BYTES / WORD_BYTES);
	memcpy(s + 4, n->key, sizeof(n->key));
	for (int i = 0; i < 4; i++)
		s[12 + i] ^= parameters[i];
	permute(s, ROUNDS);
	add_key(n);
}

static void
begin_block(struct norx *n, uint64_t what)
{
	n->words[NORX_WORDS - 1] ^= what;
	permute(n->words, ROUNDS);
}

/* Over a block: less than one of input; behind it a one bit, and one at the
 * end. */
static void
pad(uint8_t block[RATE], struct span in)
{
	for (size_t i = 0; i < in.len; i++)
		block[i] = in.p[i];
	block[in.len] ^= 0x01;
	block[RATE - 1] ^= 0x80;
}

/* Past a block of `in`, which is not shorter. */
static void
skip_block(struct span *in)
{
	in->p += RATE;
	in->len -= RATE;
}

static void
add_block(struct norx *n, const uint8_t *p)
{
	for (int i = 0; i < RATE_WORDS; i++)
		n->words[i] ^= word_load(p + (size_t)i * WORD_BYTES);
}

static void
absorb(struct norx *n, struct span in, uint64_t what)
{
	uint8_t last[RATE] = { 0 };

	if (!in.len)
		return;
	while (in.len >= RATE) {
		begin_block(n, what);
		add_block(n, in.p);
		skip_block(&in);
	}
	pad(last, in);
	begin_block(n, what);
	add_block(n, last);
}

void
norx_header(struct norx *n, struct span header)
{
	absorb(n, header, IS_HEADER);
}

void
norx_trailer(struct norx *n, struct span trailer)
{
	absorb(n, trailer, IS_TRAILER);
}

void
norx_encrypt(struct norx *n, struct span in, uint8_t *to)
{
	uint8_t last[RATE] = { 0 };

	if (!in.len)
		return;
	for (; in.len >= RATE; to += RATE) {
		begin_block(n, IS_TEXT);
		add_block(n, in.p);
		words_store(to, n->words, RATE_WORDS);
		skip_block(&in);
	}
	pad(last, in);
	begin_block(n, IS_TEXT);
	add_block(n, last);
	words_store(last, n->words, RATE_WORDS);
	memcpy(to, last, in.len);
}

/* The state becomes the ciphertext, the text is what changed. */
static void
decrypt_block(struct norx *n, const uint8_t *in, uint8_t *to)
{
	for (int i = 0; i < RATE_WORDS; i++) {
		uint64_t word = word_load(in + (size_t)i * WORD_BYTES);

		word_store(to + (size_t)i * WORD_BYTES, n->words[i] ^ word);
		n->words[i] = word;
	}
}

void
norx_decrypt(struct norx *n, struct span in, uint8_t *to)
{
	uint8_t last[RATE];

	if (!in.len)
		return;
	for (; in.len >= RATE; to += RATE) {
		begin_block(n, IS_TEXT);
		decrypt_block(n, in.p, to);
		skip_block(&in);
	}
	begin_block(n, IS_TEXT);
	words_store(last, n->words, RATE_WORDS);
	pad(last, in);
	decrypt_block(n, last, last);
	memcpy(to, last, in.len);
}

void
norx_tag(struct norx *n, uint8_t tag[NORX_TAG_BYTES])
{
	begin_block(n, IS_TAG);
	add_key(n);
	permute(n->words, ROUNDS);
	add_key(n);
	words_store(tag, n->words + FIRST_OF_KEY, NORX_TAG_BYTES / WORD_BYTES);
}
