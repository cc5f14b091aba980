/*
 * The substitution is a shuffle of 0 … 255 by the digits of pi, as the RFC has
 * it. The checksum over all blocks is hashed as one more block.
 */
#include "crypto/md2.h"

#include <string.h>

enum {
	ROUNDS = 18
};

static const uint8_t substitution[256] = { 41, 46, 67, 201, 162, 216, 124, 1,
	61, 54, 84, 161, 236, 240, 6, 19, 98, 167, 5, 243, 192, 199, 115, 140,
	152, 147, 43, 217, 188, 76, 130, 202, 30, 155, 87, 60, 253, 212, 224,
	22, 103, 66, 111, 24, 138, 23, 229, 18, 190, 78, 196, 214, 218, 158,
	222, 73, 160, 251, 245, 142, 187, 47, 238, 122, 169, 104, 121, 145, 21,
	178, 7, 63, 148, 194, 16, 137, 11, 34, 95, 33, 128, 127, 93, 154, 90,
	144, 50, 39, 53, 62, 204, 231, 191, 247, 151, 3, 255, 25, 48, 179, 72,
	165, 181, 209, 215, 94, 146, 42, 172, 86, 170, 198, 79, 184, 56, 210,
	150, 164, 125, 182, 118, 252, 107, 226, 156, 116, 4, 241, 69, 157, 112,
	89, 100, 113, 135, 32, 134, 91, 207, 101, 230, 45, 168, 2, 27, 96, 37,
	173, 174, 176, 185, 246, 28, 70, 97, 105, 52, 64, 126, 15, 85, 71, 163,
	35, 221, 81, 175, 58, 195, 92, 249, 206, 186, 197, 234, 38, 44, 83, 13,
	110, 133, 40, 132, 9, 211, 223, 205, 244, 65, 129, 77, 82, 106, 220, 55,
	200, 108, 193, 171, 250, 36, 225, 123, 8, 12, 189, 177, 74, 120, 136,
	149, 139, 227, 99, 232, 109, 233, 203, 213, 254, 59, 0, 29, 57, 242,
	239, 183, 14, 102, 88, 208, 228, 166, 119, 114, 248, 235, 117, 75, 10,
	49, 68, 80, 180, 143, 237, 31, 26, 219, 153, 141, 51, 159, 17, 131,
	20 };

void
md2_init(struct md2 *m)
{
	memset(m, 0, sizeof(*m));
}

/* The checksum runs from block to block: its last byte goes into the next. */
static void
add_to_sum(struct md2 *m, const uint8_t *block)
{
	uint8_t last = m->sum[MD2_BYTES - 1];

	for (int i = 0; i < MD2_BYTES; i++) {
		m->sum[i] ^= substitution[block[i] ^ last];
		last = m->sum[i];
	}
}

/* The state is the digest so far, the block, and both together. */
static void
add_block(struct md2 *m, const uint8_t *block)
{
	uint8_t *x = m->state;
	unsigned t = 0;

	for (int i = 0; i < MD2_BYTES; i++) {
		x[MD2_BYTES + i] = block[i];
		x[2 * MD2_BYTES + i] = x[i] ^ block[i];
	}
	for (unsigned round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < sizeof(m->state); i++) {
			x[i] ^= substitution[t];
			t = x[i];
		}
		t = (t + round) & 255;
	}
}

void
md2_update(struct md2 *m, struct span in)
{
	for (size_t i = 0; i < in.len; i++) {
		m->block[m->used++] = in.p[i];
		if (m->used < MD2_BYTES)
			continue;
		add_to_sum(m, m->block);
		add_block(m, m->block);
		m->used = 0;
	}
}

/* As many bytes as are missing, each of them their number: 1 to 16. */
void
md2_final(struct md2 *m, uint8_t out[MD2_BYTES])
{
	size_t missing = MD2_BYTES - m->used;

	memset(m->block + m->used, (int)missing, missing);
	add_to_sum(m, m->block);
	add_block(m, m->block);
	add_block(m, m->sum);
	memcpy(out, m->state, MD2_BYTES);
}
