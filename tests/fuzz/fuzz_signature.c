/*
 * Any bytes as a type, an owner and a signature over a hash: a verdict. Random
 * ones never hold, but for a key whose secret is known.
 */
#include "crypto/keypair.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static const uint8_t hash[48] = { 1, 2, 3 };
static const uint8_t types[] = { SIGNATURE_ARWEAVE, SIGNATURE_ED25519,
	SIGNATURE_ETHEREUM, SIGNATURE_SOLANA, SIGNATURE_TYPED_ETHEREUM,
	SIGNATURE_APTOS, 8 };

/* A signature that holds, and none with any of its bits changed. */
static void
check_changed(unsigned type, struct span in)
{
	static const uint8_t secret[SEED_BYTES] = { 7 };
	uint8_t signature[SIGNATURE_MAX_BYTES];
	struct keypair *kp = NULL;
	struct error err;
	size_t bytes = signature_ops_find(type)->signature_bytes;
	size_t at;

	if (type == SIGNATURE_ARWEAVE || in.len < 2)
		return;
	ASSERT(keypair_from_secret(type, secret, &kp, &err) == 0);
	ASSERT(keypair_sign(kp, span_of(hash, sizeof(hash)), signature, &err) ==
	    0);
	at = in.p[0] % bytes;
	ASSERT(signature_verify(type, keypair_owner(kp),
		   span_of(hash, sizeof(hash)), span_of(signature, bytes),
		   &err) == 0);
	signature[at] ^= (uint8_t)(in.p[1] ? in.p[1] : 1);
	ASSERT(signature_verify(type, keypair_owner(kp),
		   span_of(hash, sizeof(hash)), span_of(signature, bytes),
		   &err) < 0);
	keypair_free(kp);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	const struct signature_ops *ops;
	struct keypair *kp = NULL;
	struct error err;
	struct span owner;
	unsigned type;

	if (len < 1)
		return 0;
	type = types[p[0] % sizeof(types)];
	in = span_from(in, 1);
	ops = signature_ops_find(type);
	owner = span_first(in, ops ? ops->owner_bytes : 32);
	ASSERT(signature_verify(type, owner, span_of(hash, sizeof(hash)),
		   span_first(span_from(in, owner.len),
		       ops ? ops->signature_bytes : 64),
		   &err) < 0);
	ASSERT(err.text[0]);
	(void)owner_address(owner);
	if (ops && ops->kind != KEY_NONE)
		check_changed(type, in);
	if (in.len >= SEED_BYTES &&
	    keypair_from_secret(type, in.p, &kp, &err) == 0)
		keypair_free(kp);
	return 0;
}
