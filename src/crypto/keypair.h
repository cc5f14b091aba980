/*
 * keypair - signing and verifying, by ANS-104 signature type.
 *
 * A table of operations says what each type is; a keypair holds one secret of
 * one type. Secrets live in guarded memory, are wiped when freed and never
 * appear in a text. Threads: a keypair may be used by several at once.
 * Source: spec/ao-network.md 1.2 and 3.
 */
#ifndef CRYPTO_KEYPAIR_H
#define CRYPTO_KEYPAIR_H

#include "base/base64url.h"
#include "base/buf.h"
#include "base/error.h"

enum signature_type {
	SIGNATURE_ARWEAVE = 1,
	SIGNATURE_ED25519 = 2,
	SIGNATURE_ETHEREUM = 3,
	SIGNATURE_SOLANA = 4,
	SIGNATURE_APTOS = 5,
	SIGNATURE_APTOS_MULTI = 6,
	SIGNATURE_TYPED_ETHEREUM = 7,
	SIGNATURE_KYVE = 101,
};

enum {
	ADDRESS_CHARS = 43,        /* longest address: base64url of SHA-256 */
	SIGNATURE_MAX_BYTES = 512, /* of a type that we read */
	SEED_BYTES = 32,           /* of an Ed25519 key, RFC 8032 */
};

/* An address as programs and JSON see it, zero-terminated. */
struct address {
	char text[ADDRESS_CHARS + 1];
};

struct keypair;

/* What a signature type is. */
struct signature_ops {
	enum signature_type type;
	const char *name; /* as in `aosh wallet new --type NAME` */
	/* Both 0: the type has a name, but its items are not read. */
	size_t signature_bytes;
	size_t owner_bytes;
	/* NULL: items are read, their signatures not handled. */
	int (*verify)(struct span owner, struct span message,
	    struct span signature, struct error *err);
};

/* By number, as an item has it; NULL: no such type. Never freed. */
const struct signature_ops *signature_ops_find(unsigned type);

/*
 * Verify `signature` over `message` (for an item, its deep hash).
 * ERR_SIGNATURE it does not hold; ERR_UNSUPPORTED a type not handled;
 * ERR_FORMAT no such type, or a length is wrong.
 */
int signature_verify(unsigned type, struct span owner, struct span message,
    struct span signature, struct error *err);

/* A fresh Ed25519 pair; owned, free with keypair_free(). */
struct keypair *keypair_new(void);
/* From the seed of RFC 8032. Owned. */
struct keypair *keypair_from_seed(const uint8_t seed[SEED_BYTES]);
void keypair_free(struct keypair *kp); /* NULL is fine */

/* Its signature type, of enum signature_type. */
unsigned keypair_type(const struct keypair *kp);
/* The public key as an item's owner field; borrowed while kp lives. */
struct span keypair_owner(const struct keypair *kp);
/* owner_address() of its public key. */
struct address keypair_address(const struct keypair *kp);
/* The seed, for writing a key file; borrowed, wipe every copy. */
struct span keypair_seed(const struct keypair *kp);
/* Write the signature of `message` to `out`; its length is the type's. */
int keypair_sign(const struct keypair *kp, struct span message,
    uint8_t out[SIGNATURE_MAX_BYTES], struct error *err);

/* The address that schedulers use for an owner: base64url(SHA-256(owner)). */
struct address owner_address(unsigned type, struct span owner);

#endif
