/*
 * Lanes are numbers of 64 bits, the lowest byte first, so bytes are taken in
 * and given out by shifts: the same on every machine.
 */
#include "crypto/keccak.h"

#include "crypto/words.h"

/* The lanes stay in registers only where no index is left: half the time. */
#define UNROLLED _Pragma("GCC unroll 24")

enum {
	ROUNDS = 24,
	SIDE = 5,
};

static const uint64_t round_constants[ROUNDS] = {
	0x0000000000000001,
	0x0000000000008082,
	0x800000000000808a,
	0x8000000080008000,
	0x000000000000808b,
	0x0000000080000001,
	0x8000000080008081,
	0x8000000000008009,
	0x000000000000008a,
	0x0000000000000088,
	0x0000000080008009,
	0x000000008000000a,
	0x000000008000808b,
	0x800000000000008b,
	0x8000000000008089,
	0x8000000000008003,
	0x8000000000008002,
	0x8000000000000080,
	0x000000000000800a,
	0x800000008000000a,
	0x8000000080008081,
	0x8000000000008080,
	0x0000000080000001,
	0x8000000080008008,
};

/* Rho and pi walk all lanes but the first: from lane to lane, turning each. */
static const uint8_t walk[] = { 10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15,
	23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1 };
static const uint8_t turn[] = { 1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27,
	41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44 };

static inline void
theta(uint64_t *a)
{
	uint64_t column[SIDE];

	UNROLLED
	for (int x = 0; x < SIDE; x++)
		column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	UNROLLED
	for (int x = 0; x < SIDE; x++) {
		uint64_t d = column[(x + 4) % SIDE] ^
		    word_left(column[(x + 1) % SIDE], 1);

		UNROLLED
		for (int y = 0; y < KECCAK_LANES; y += SIDE)
			a[y + x] ^= d;
	}
}

static inline void
rho_pi(uint64_t *a)
{
	uint64_t moving = a[1];

	UNROLLED
	for (size_t i = 0; i < sizeof(walk); i++) {
		uint64_t next = a[walk[i]];

		a[walk[i]] = word_left(moving, turn[i]);
		moving = next;
	}
}

static inline void
chi(uint64_t *a)
{
	UNROLLED
	for (int y = 0; y < KECCAK_LANES; y += SIDE) {
		uint64_t first = a[y];
		uint64_t second = a[y + 1];

		UNROLLED
		for (int x = 0; x < SIDE - 2; x++)
			a[y + x] ^= ~a[y + x + 1] & a[y + x + 2];
		a[y + 3] ^= ~a[y + 4] & first;
		a[y + 4] ^= ~first & second;
	}
}

static void
permute(uint64_t *a)
{
	for (int i = 0; i < ROUNDS; i++) {
		theta(a);
		rho_pi(a);
		chi(a);
		a[0] ^= round_constants[i];
	}
}

void
keccak_init(struct keccak *k, size_t bytes)
{
	*k = (struct keccak){ .rate = KECCAK_BYTES - 2 * bytes };
}

static void
add_byte(struct keccak *k, size_t at, uint8_t byte)
{
	k->lanes[at / WORD_BYTES] ^= (uint64_t)byte << at % WORD_BYTES * 8;
}

/* A whole block into an empty one. */
static void
add_block(struct keccak *k, const uint8_t *p)
{
	for (size_t i = 0; i < k->rate / WORD_BYTES; i++)
		k->lanes[i] ^= word_load(p + i * WORD_BYTES);
	permute(k->lanes);
}

void
keccak_update(struct keccak *k, struct span in)
{
	size_t i = 0;

	while (i < in.len)
		if (k->used == 0 && in.len - i >= k->rate) {
			add_block(k, in.p + i);
			i += k->rate;
		} else {
			add_byte(k, k->used++, in.p[i++]);
			if (k->used < k->rate)
				continue;
			permute(k->lanes);
			k->used = 0;
		}
}

void
keccak_final(struct keccak *k, uint8_t pad, uint8_t *out)
{
	size_t bytes = (KECCAK_BYTES - k->rate) / 2;

	/* in a block with one byte left both fall on that byte */
	add_byte(k, k->used, pad);
	add_byte(k, k->rate - 1, 0x80);
	permute(k->lanes);
	for (size_t i = 0; i < bytes; i++)
		out[i] =
		    (uint8_t)(k->lanes[i / WORD_BYTES] >> i % WORD_BYTES * 8);
}
