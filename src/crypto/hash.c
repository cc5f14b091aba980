/*
 * libcrypto's plain functions are "deprecated" in OpenSSL 3: see digest.c. It
 * has none for SHA-3, so that is ours with Keccak, which it lacks.
 *
 * HMAC and PBKDF2 are ours, too: those of libcrypto ask for memory and could
 * not be left in the middle, and PBKDF2 is slow by design.
 */
#define OPENSSL_API_COMPAT 10101

#include "crypto/hash.h"

#include <string.h>

enum {
	IPAD = 0x36,
	OPAD = 0x5c,
};

/* The three operations of a digest, out of libcrypto's. */
#define BY_LIBCRYPTO(field, prefix)                                     \
	static void field##_init(union hash_state *s)                   \
	{                                                               \
		prefix##_Init(&s->field);                               \
	}                                                               \
	static void field##_update(union hash_state *s, struct span in) \
	{                                                               \
		prefix##_Update(&s->field, in.p, in.len);               \
	}                                                               \
	static void field##_final(union hash_state *s, uint8_t *out)    \
	{                                                               \
		prefix##_Final(out, &s->field);                         \
	}

BY_LIBCRYPTO(md4, MD4)
BY_LIBCRYPTO(md5, MD5)
BY_LIBCRYPTO(sha1, SHA1)
BY_LIBCRYPTO(sha256, SHA256)
BY_LIBCRYPTO(sha512, SHA512)

static void
md2_begin(union hash_state *s)
{
	md2_init(&s->md2);
}

static void
md2_add(union hash_state *s, struct span in)
{
	md2_update(&s->md2, in);
}

static void
md2_end(union hash_state *s, uint8_t *out)
{
	md2_final(&s->md2, out);
}

static void
keccak256_begin(union hash_state *s)
{
	keccak_init(&s->keccak, 32);
}

static void
keccak512_begin(union hash_state *s)
{
	keccak_init(&s->keccak, 64);
}

static void
keccak_add(union hash_state *s, struct span in)
{
	keccak_update(&s->keccak, in);
}

static void
keccak_end(union hash_state *s, uint8_t *out)
{
	keccak_final(&s->keccak, KECCAK_PAD, out);
}

static void
sha3_end(union hash_state *s, uint8_t *out)
{
	keccak_final(&s->keccak, SHA3_PAD, out);
}

/* What a block takes is rounded up; the digests of hardware are faster. */
static const struct hash_ops all[] = {
	{ "md2", 16, md2_begin, md2_add, md2_end, 16, 1300 },
	{ "md4", 16, md4_init, md4_update, md4_final, 64, 50 },
	{ "md5", 16, md5_init, md5_update, md5_final, 64, 80 },
	{ "sha1", 20, sha1_init, sha1_update, sha1_final, 64, 90 },
	{ "sha256", 32, sha256_init, sha256_update, sha256_final, 64, 200 },
	{ "sha512", 64, sha512_init, sha512_update, sha512_final, 128, 240 },
	{ "sha3_256", 32, keccak256_begin, keccak_add, sha3_end, 136, 280 },
	{ "sha3_512", 64, keccak512_begin, keccak_add, sha3_end, 72, 280 },
	{ "keccak256", 32, keccak256_begin, keccak_add, keccak_end, 136, 280 },
	{ "keccak512", 64, keccak512_begin, keccak_add, keccak_end, 72, 280 },
};

const struct hash_ops *
hash_find(const char *name)
{
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strcmp(all[i].name, name) == 0)
			return &all[i];
	return NULL;
}

void
hash(const struct hash_ops *ops, struct span in, uint8_t *out)
{
	union hash_state s;

	ops->init(&s);
	ops->update(&s, in);
	ops->final(&s, out);
}

/* A state that has taken in one block: the key's bytes, each with `mask`. */
static void
begin_padded(union hash_state *s, const struct hash_ops *ops, struct span key,
    uint8_t mask)
{
	uint8_t block[HASH_MAX_BLOCK];

	for (size_t i = 0; i < key.len; i++)
		block[i] = key.p[i] ^ mask;
	ops->init(s);
	ops->update(s, span_of(block, key.len));
}

void
hmac_init(struct hmac *h, const struct hash_ops *ops, unsigned block,
    struct span key)
{
	uint8_t padded[HASH_MAX_BLOCK] = { 0 };

	if (key.len > block)
		hash(ops, key, padded);
	else if (key.len)
		memcpy(padded, key.p, key.len);
	h->ops = ops;
	begin_padded(&h->inner, ops, span_of(padded, block), IPAD);
	begin_padded(&h->outer, ops, span_of(padded, block), OPAD);
}

void
hmac_update(struct hmac *h, struct span in)
{
	h->ops->update(&h->inner, in);
}

void
hmac_final(struct hmac *h, uint8_t *out)
{
	uint8_t digest[HASH_MAX_BYTES];

	h->ops->final(&h->inner, digest);
	h->ops->update(&h->outer, span_of(digest, h->ops->bytes));
	h->ops->final(&h->outer, out);
}

void
pbkdf2_block(const struct hmac *keyed, struct span salt, uint32_t index,
    uint64_t iterations, uint8_t *out)
{
	uint8_t number[] = { (uint8_t)(index >> 24), (uint8_t)(index >> 16),
		(uint8_t)(index >> 8), (uint8_t)index };
	uint8_t u[HASH_MAX_BYTES];
	size_t bytes = keyed->ops->bytes;
	/* a copy saves hashing the key's block, twice in each iteration */
	struct hmac h = *keyed;

	hmac_update(&h, salt);
	hmac_update(&h, span_of(number, sizeof(number)));
	hmac_final(&h, u);
	memcpy(out, u, bytes);
	while (--iterations) {
		h = *keyed;
		hmac_update(&h, span_of(u, bytes));
		hmac_final(&h, u);
		for (size_t i = 0; i < bytes; i++)
			out[i] ^= u[i];
	}
}
