/*
 * The block function is libcrypto's plain one ("deprecated" in OpenSSL 3: see
 * digest.c); the modes are ours.
 */
#define OPENSSL_API_COMPAT 10101

#include "crypto/aes.h"

#include <string.h>

void
aes_init(struct aes *a, enum aes_mode mode, bool decrypt, struct span key,
    const uint8_t iv[AES_BLOCK])
{
	int bits = (int)key.len * 8;

	a->mode = mode;
	a->decrypt = decrypt;
	memcpy(a->chain, iv, AES_BLOCK);
	/* the other modes turn the key stream only one way */
	if (decrypt && mode <= AES_CBC)
		AES_set_decrypt_key(key.p, bits, &a->key);
	else
		AES_set_encrypt_key(key.p, bits, &a->key);
}

static void
add(uint8_t *to, const uint8_t *a, const uint8_t *b)
{
	for (int i = 0; i < AES_BLOCK; i++)
		to[i] = a[i] ^ b[i];
}

/* One more in the last 8 bytes. */
static void
count(uint8_t counter[AES_BLOCK])
{
	for (int i = AES_BLOCK - 1; i >= AES_BLOCK / 2; i--)
		if (++counter[i])
			return;
}

static void
block_ecb(struct aes *a, const uint8_t *in, uint8_t *to)
{
	if (a->decrypt)
		AES_decrypt(in, to, &a->key);
	else
		AES_encrypt(in, to, &a->key);
}

static void
block_cbc(struct aes *a, const uint8_t *in, uint8_t *to)
{
	uint8_t old[AES_BLOCK];

	if (!a->decrypt) {
		add(a->chain, a->chain, in);
		AES_encrypt(a->chain, a->chain, &a->key);
		memcpy(to, a->chain, AES_BLOCK);
		return;
	}
	memcpy(old, in, AES_BLOCK);
	AES_decrypt(in, to, &a->key);
	add(to, to, a->chain);
	memcpy(a->chain, old, AES_BLOCK);
}

static void
block_cfb(struct aes *a, const uint8_t *in, uint8_t *to)
{
	uint8_t stream[AES_BLOCK];

	AES_encrypt(a->chain, stream, &a->key);
	add(stream, stream, in);
	memcpy(a->chain, a->decrypt ? in : stream, AES_BLOCK);
	memcpy(to, stream, AES_BLOCK);
}

static void
block_ofb(struct aes *a, const uint8_t *in, uint8_t *to)
{
	AES_encrypt(a->chain, a->chain, &a->key);
	add(to, in, a->chain);
}

static void
block_ctr(struct aes *a, const uint8_t *in, uint8_t *to)
{
	uint8_t stream[AES_BLOCK];

	AES_encrypt(a->chain, stream, &a->key);
	add(to, in, stream);
	count(a->chain);
}

void
aes_blocks(struct aes *a, const uint8_t *in, uint8_t *to, size_t blocks)
{
	static void (*const by_mode[])(struct aes *, const uint8_t *,
	    uint8_t *) = { block_ecb, block_cbc, block_cfb, block_ofb,
		block_ctr };

	for (size_t i = 0; i < blocks; i++)
		by_mode[a->mode](a, in + i * AES_BLOCK, to + i * AES_BLOCK);
}
