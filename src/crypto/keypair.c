/*
 * One table says what each signature type is: sizes for reading its items, and
 * a function for those whose signatures are verified. A type that has sizes and
 * no function is read, and refused where a signature matters; one without sizes
 * is only known by name.
 */
#include "crypto/keypair.h"

#include <sodium.h>

#include "crypto/digest.h"

/* The whole pair lies between guard pages, read-only once it is made. */
struct keypair {
	unsigned type;
	uint8_t owner[crypto_sign_PUBLICKEYBYTES];
	uint8_t secret[crypto_sign_SECRETKEYBYTES]; /* the seed comes first */
};

static int
verify_ed25519(struct span owner, struct span message, struct span signature,
    struct error *err)
{
	/* also refuses S of the group order or more, and keys of small order */
	if (crypto_sign_verify_detached(signature.p, message.p, message.len,
		owner.p) != 0)
		return FAIL(err, ERR_SIGNATURE,
		    "the ed25519 signature does not hold");
	return 0;
}

static const struct signature_ops signature_table[] = {
	{ SIGNATURE_ARWEAVE, "arweave", 512, 512, NULL },
	{ SIGNATURE_ED25519, "ed25519", 64, 32, verify_ed25519 },
	{ SIGNATURE_ETHEREUM, "ethereum", 65, 65, NULL },
	{ SIGNATURE_SOLANA, "solana", 64, 32, NULL },
	{ SIGNATURE_APTOS, "aptos", 0, 0, NULL },
	{ SIGNATURE_APTOS_MULTI, "aptos-multi", 0, 0, NULL },
	{ SIGNATURE_TYPED_ETHEREUM, "typed-ethereum", 65, 42, NULL },
	{ SIGNATURE_KYVE, "kyve", 0, 0, NULL },
};

const struct signature_ops *
signature_ops_find(unsigned type)
{
	size_t count = sizeof(signature_table) / sizeof(*signature_table);

	for (size_t i = 0; i < count; i++)
		if (signature_table[i].type == type)
			return &signature_table[i];
	return NULL;
}

int
signature_verify(unsigned type, struct span owner, struct span message,
    struct span signature, struct error *err)
{
	const struct signature_ops *ops = signature_ops_find(type);

	if (!ops)
		return FAIL(err, ERR_FORMAT, "no signature type %u", type);
	if (!ops->verify)
		return FAIL(err, ERR_UNSUPPORTED,
		    "signature type %u (%s) is not handled", type, ops->name);
	if (owner.len != ops->owner_bytes)
		return FAIL(err, ERR_FORMAT,
		    "an %s owner has %zu bytes, not %zu", ops->name,
		    ops->owner_bytes, owner.len);
	if (signature.len != ops->signature_bytes)
		return FAIL(err, ERR_FORMAT,
		    "an %s signature has %zu bytes, not %zu", ops->name,
		    ops->signature_bytes, signature.len);
	return ops->verify(owner, message, signature, err);
}

struct keypair *
keypair_from_seed(const uint8_t seed[SEED_BYTES])
{
	struct keypair *kp;
	int rc = sodium_init(); /* may be called again, by any thread */

	ASSERT(rc >= 0);
	kp = sodium_malloc(sizeof(*kp));
	ASSERT(kp);
	kp->type = SIGNATURE_ED25519;
	crypto_sign_seed_keypair(kp->owner, kp->secret, seed);
	sodium_mprotect_readonly(kp);
	return kp;
}

struct keypair *
keypair_new(void)
{
	uint8_t seed[SEED_BYTES];
	struct keypair *kp;
	int rc = sodium_init();

	ASSERT(rc >= 0);
	randombytes_buf(seed, sizeof(seed));
	kp = keypair_from_seed(seed);
	sodium_memzero(seed, sizeof(seed));
	return kp;
}

void
keypair_free(struct keypair *kp)
{
	sodium_free(kp); /* wipes it */
}

unsigned
keypair_type(const struct keypair *kp)
{
	return kp->type;
}

struct span
keypair_owner(const struct keypair *kp)
{
	return span_of(kp->owner, sizeof(kp->owner));
}

struct address
keypair_address(const struct keypair *kp)
{
	return owner_address(kp->type, keypair_owner(kp));
}

struct span
keypair_seed(const struct keypair *kp)
{
	return span_of(kp->secret, SEED_BYTES);
}

int
keypair_sign(const struct keypair *kp, struct span message,
    uint8_t out[SIGNATURE_MAX_BYTES], struct error *err)
{
	if (crypto_sign_detached(out, NULL, message.p, message.len,
		kp->secret) != 0)
		return FAIL(err, ERR_SIGNATURE, "cannot sign");
	return 0;
}

struct address
owner_address(unsigned type, struct span owner)
{
	struct sha256_digest hash = sha256(owner);
	struct id_text text;
	struct address a;
	struct id id;

	(void)type; /* the same for all that are verified so far */
	memcpy(id.bytes, hash.bytes, sizeof(id.bytes));
	text = id_encode(&id);
	memcpy(a.text, text.text, sizeof(a.text));
	return a;
}
