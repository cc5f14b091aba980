/*
 * keypair - signing and verifying, by ANS-104 signature type.
 *
 * A table of operations says what each type is; a keypair holds one secret of
 * one type. Secrets of 32 bytes live in guarded memory, RSA ones in libcrypto's
 * (which clears them); both are wiped when freed and never appear in a text.
 * Threads: a keypair may be used by several at once.
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
	OWNER_MAX_BYTES = 512,     /* of a type that we read */
	SIGNATURE_MAX_BYTES = 512, /* the same */
	SEED_BYTES = 32,           /* a secret of every type but RSA's */
};

/* What a key is, whatever signatures are made with it. */
enum key_kind {
	KEY_NONE, /* of a type that we do not handle */
	KEY_RSA,
	KEY_ED25519,
	KEY_SECP256K1,
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
	enum key_kind kind;
	/* NULL, with KEY_NONE: signatures are neither verified nor made. */
	int (*verify)(struct span owner, struct span message,
	    struct span signature, struct error *err);
	int (*sign)(const struct keypair *kp, struct span message,
	    uint8_t *signature, struct error *err);
};

/* By number, as an item has it; NULL: no such type. Never freed. */
const struct signature_ops *signature_ops_find(unsigned type);
/* By name; NULL: no such type. Never freed. */
const struct signature_ops *signature_ops_named(const char *name);

/*
 * Verify `signature` over `message` (for an item, its deep hash).
 * ERR_SIGNATURE it does not hold; ERR_UNSUPPORTED a type not handled;
 * ERR_FORMAT no such type, or a length is wrong.
 */
int signature_verify(unsigned type, struct span owner, struct span message,
    struct span signature, struct error *err);

/* A fresh Ed25519 pair; owned, free with keypair_free(). */
struct keypair *keypair_new(void);
/*
 * A fresh pair of any type that is handled; an RSA one takes a second or more.
 * ERR_UNSUPPORTED.
 */
int keypair_generate(unsigned type, struct keypair **out, struct error *err);
/* From the seed of RFC 8032: Ed25519. Owned. */
struct keypair *keypair_from_seed(const uint8_t seed[SEED_BYTES]);
/*
 * From the 32 bytes of a secret of any type but RSA's: a seed of RFC 8032, or a
 * number that is a secp256k1 key. ERR_WALLET: not such a number;
 * ERR_UNSUPPORTED.
 */
int keypair_from_secret(unsigned type, const uint8_t secret[SEED_BYTES],
    struct keypair **out, struct error *err);
void keypair_free(struct keypair *kp); /* NULL is fine */

/* The numbers of an RSA key, in the order of a JSON Web Key's members. */
enum rsa_number {
	RSA_N,
	RSA_E,
	RSA_D,
	RSA_P,
	RSA_Q,
	RSA_DP,
	RSA_DQ,
	RSA_QI,
	RSA_NUMBERS
};

/*
 * From big-endian numbers; dp, dq and qi may be empty, and are computed then.
 * ERR_WALLET: n has not 4096 bits, e is not 65537, or the numbers do not
 * belong together (the text says which).
 */
int keypair_from_rsa(const struct span numbers[RSA_NUMBERS],
    struct keypair **out, struct error *err);
/*
 * Append a number of an RSA pair, big-endian without zeroes in front; wipe it.
 */
void keypair_rsa_number(const struct keypair *kp, enum rsa_number which,
    struct buf *out);

/*
 * The same key for another type of its kind: Ed25519 and Solana, Ethereum and
 * typed Ethereum. *out is owned, and a pair of its own. ERR_UNSUPPORTED: the
 * key cannot make such signatures.
 */
int keypair_as(const struct keypair *kp, unsigned type, struct keypair **out,
    struct error *err);

/* Its signature type, of enum signature_type. */
unsigned keypair_type(const struct keypair *kp);
/* What signature_ops_find() knows of that. */
enum key_kind keypair_kind(const struct keypair *kp);
/* The public key as an item's owner field; borrowed while kp lives. */
struct span keypair_owner(const struct keypair *kp);
/*
 * The uncompressed public key of a secp256k1 pair, 65 bytes, which is its owner
 * field only for Ethereum; borrowed while kp lives.
 */
struct span keypair_point(const struct keypair *kp);
/* owner_address() of its public key. */
struct address keypair_address(const struct keypair *kp);
/*
 * The 32 bytes of keypair_from_secret(), for writing a key file; borrowed, wipe
 * every copy. Empty for RSA.
 */
struct span keypair_secret(const struct keypair *kp);
/* Write the signature of `message` to `out`; its length is the type's. */
int keypair_sign(const struct keypair *kp, struct span message,
    uint8_t out[SIGNATURE_MAX_BYTES], struct error *err);

/*
 * The address that programs see: of an owner of 65 bytes as in EIP-55, of any
 * other scheduler_address().
 */
struct address owner_address(struct span owner);
/* The address in a scheduler's JSON: base64url(SHA-256(owner)), always. */
struct address scheduler_address(struct span owner);

#endif
