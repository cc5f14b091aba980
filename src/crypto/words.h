/*
 * words - 64-bit words and their bytes, the lowest first.
 */
#ifndef CRYPTO_WORDS_H
#define CRYPTO_WORDS_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	WORD_BYTES = 8
};

static inline uint64_t
word_load(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

static inline void
word_store(uint8_t *p, uint64_t x)
{
	x = htole64(x);
	memcpy(p, &x, sizeof(x));
}

/* n words from 8 n bytes. */
static inline void
words_load(uint64_t *to, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = word_load(p + i * WORD_BYTES);
}

static inline void
words_store(uint8_t *p, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		word_store(p + i * WORD_BYTES, from[i]);
}

/* n from 1 to 63. */
static inline uint64_t
word_left(uint64_t x, unsigned n)
{
	return x << n | x >> (64 - n);
}

static inline uint64_t
word_right(uint64_t x, unsigned n)
{
	return x >> n | x << (64 - n);
}

#endif
