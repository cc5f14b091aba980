/*
 * One table says what each signature type is: sizes for reading its items, and
 * functions for those that are handled. A type that has sizes and no function
 * would be read, and refused where a signature matters; one without sizes is
 * only known by name.
 *
 * Solana's signatures are Ed25519's over the hash written in hexadecimal, and
 * typed Ethereum's differ from Ethereum's in what is hashed and in the owner,
 * which is the address as text.
 */
#include "crypto/digest.h"
#include "crypto/keypair_parts.h"

enum {
	HEX_MAX =
	    2 * SHA384_BYTES, /* of a deep hash, which is what is signed */
};

/* --- Ed25519 and Solana --- */

/* Also refuses S of the group order or more, and keys of small order. */
static int
ed25519_check(const char *name, struct span owner, struct span message,
    struct span signature, struct error *err)
{
	if (crypto_sign_verify_detached(signature.p, message.p, message.len,
		owner.p) != 0)
		return FAIL(err, ERR_SIGNATURE,
		    "the %s signature does not hold", name);
	return 0;
}

static int
verify_ed25519(struct span owner, struct span message, struct span signature,
    struct error *err)
{
	return ed25519_check("ed25519", owner, message, signature, err);
}

static int
sign_ed25519(const struct keypair *kp, struct span message, uint8_t *signature,
    struct error *err)
{
	if (crypto_sign_detached(signature, NULL, message.p, message.len,
		kp->secret) != 0)
		return FAIL(err, ERR_SIGNATURE, "cannot sign");
	return 0;
}

/* What Solana's wallets sign in place of a hash. */
static int
hex_text(struct span message, char out[HEX_MAX + 1], struct span *text,
    struct error *err)
{
	if (message.len > HEX_MAX / 2)
		return FAIL(err, ERR_LIMIT,
		    "a solana signature is of at most %d bytes, not %zu",
		    HEX_MAX / 2, message.len);
	sodium_bin2hex(out, HEX_MAX + 1, message.p, message.len);
	*text = span_of(out, 2 * message.len);
	return 0;
}

static int
verify_solana(struct span owner, struct span message, struct span signature,
    struct error *err)
{
	char hex[HEX_MAX + 1];
	struct span text;

	if (hex_text(message, hex, &text, err) < 0)
		return -1;
	return ed25519_check("solana", owner, text, signature, err);
}

static int
sign_solana(const struct keypair *kp, struct span message, uint8_t *signature,
    struct error *err)
{
	char hex[HEX_MAX + 1];
	struct span text;

	if (hex_text(message, hex, &text, err) < 0)
		return -1;
	return sign_ed25519(kp, text, signature, err);
}

/* --- Ethereum, typed or not --- */

static int
verify_ethereum(struct span owner, struct span message, struct span signature,
    struct error *err)
{
	struct ethereum_digest digest = ethereum_message_digest(message);
	uint8_t point[POINT_BYTES];

	/* hybrid forms, with 6 or 7, would be a second owner of the same key */
	if (owner.p[0] != 4)
		return FAIL(err, ERR_SIGNATURE,
		    "the owner begins with %u, not 4", owner.p[0]);
	if (ethereum_recover(&digest, signature, point, err) < 0)
		return -1;
	if (memcmp(point, owner.p, POINT_BYTES) != 0)
		return FAIL(err, ERR_SIGNATURE,
		    "the ethereum signature does not hold");
	return 0;
}

static int
sign_ethereum(const struct keypair *kp, struct span message, uint8_t *signature,
    struct error *err)
{
	struct ethereum_digest digest = ethereum_message_digest(message);

	return ethereum_sign(&digest, kp->secret, signature, err);
}

/* Compared without regard to case: capitals are a check, no part of it. */
static int
verify_typed(struct span owner, struct span message, struct span signature,
    struct error *err)
{
	char address[ETHEREUM_ADDRESS_CHARS + 1];
	uint8_t point[POINT_BYTES];
	struct ethereum_digest digest;

	if (ethereum_typed_digest(message, owner, &digest, err) < 0 ||
	    ethereum_recover(&digest, signature, point, err) < 0)
		return -1;
	ethereum_address(span_of(point, sizeof(point)), address);
	for (size_t i = 2; i < ETHEREUM_ADDRESS_CHARS; i++)
		if ((owner.p[i] | 0x20) != (address[i] | 0x20))
			return FAIL(err, ERR_SIGNATURE,
			    "the typed-ethereum signature does not hold");
	return 0;
}

static int
sign_typed(const struct keypair *kp, struct span message, uint8_t *signature,
    struct error *err)
{
	struct ethereum_digest digest;

	if (ethereum_typed_digest(message, keypair_owner(kp), &digest, err) < 0)
		return -1;
	return ethereum_sign(&digest, kp->secret, signature, err);
}

/* --- RSA --- */

static int
sign_arweave(const struct keypair *kp, struct span message, uint8_t *signature,
    struct error *err)
{
	return rsa_sign(kp->rsa, message, signature, err);
}

/* --- the table --- */

static const struct signature_ops signature_table[] = {
	{ SIGNATURE_ARWEAVE, "arweave", RSA_BYTES, RSA_BYTES, KEY_RSA,
	    rsa_verify, sign_arweave },
	{ SIGNATURE_ED25519, "ed25519", crypto_sign_BYTES,
	    crypto_sign_PUBLICKEYBYTES, KEY_ED25519, verify_ed25519,
	    sign_ed25519 },
	{ SIGNATURE_ETHEREUM, "ethereum", ETHEREUM_SIGNATURE_BYTES, POINT_BYTES,
	    KEY_SECP256K1, verify_ethereum, sign_ethereum },
	{ SIGNATURE_SOLANA, "solana", crypto_sign_BYTES,
	    crypto_sign_PUBLICKEYBYTES, KEY_ED25519, verify_solana,
	    sign_solana },
	{ SIGNATURE_APTOS, "aptos", 0, 0, KEY_NONE, NULL, NULL },
	{ SIGNATURE_APTOS_MULTI, "aptos-multi", 0, 0, KEY_NONE, NULL, NULL },
	{ SIGNATURE_TYPED_ETHEREUM, "typed-ethereum", ETHEREUM_SIGNATURE_BYTES,
	    ETHEREUM_ADDRESS_CHARS, KEY_SECP256K1, verify_typed, sign_typed },
	{ SIGNATURE_KYVE, "kyve", 0, 0, KEY_NONE, NULL, NULL },
};

enum {
	TYPES = sizeof(signature_table) / sizeof(*signature_table)
};

const struct signature_ops *
signature_ops_find(unsigned type)
{
	for (size_t i = 0; i < TYPES; i++)
		if (signature_table[i].type == type)
			return &signature_table[i];
	return NULL;
}

const struct signature_ops *
signature_ops_named(const char *name)
{
	for (size_t i = 0; i < TYPES; i++)
		if (strcmp(signature_table[i].name, name) == 0)
			return &signature_table[i];
	return NULL;
}

/* The operations of a type that is handled. */
static int
find_handled(unsigned type, const struct signature_ops **out, struct error *err)
{
	const struct signature_ops *ops = signature_ops_find(type);

	if (!ops)
		return FAIL(err, ERR_FORMAT, "no signature type %u", type);
	if (ops->kind == KEY_NONE)
		return FAIL(err, ERR_UNSUPPORTED,
		    "signature type %u (%s) is unsupported", type, ops->name);
	*out = ops;
	return 0;
}

int
signature_verify(unsigned type, struct span owner, struct span message,
    struct span signature, struct error *err)
{
	const struct signature_ops *ops;

	if (find_handled(type, &ops, err) < 0)
		return -1;
	if (owner.len != ops->owner_bytes)
		return FAIL(err, ERR_FORMAT,
		    "%s: an owner has %zu bytes, not %zu", ops->name,
		    ops->owner_bytes, owner.len);
	if (signature.len != ops->signature_bytes)
		return FAIL(err, ERR_FORMAT,
		    "%s: a signature has %zu bytes, not %zu", ops->name,
		    ops->signature_bytes, signature.len);
	return ops->verify(owner, message, signature, err);
}

/* --- making pairs --- */

/* May be called again, by any thread. */
static struct keypair *
pair_new(const struct signature_ops *ops)
{
	int rc = sodium_init();
	struct keypair *kp;

	ASSERT(rc >= 0);
	kp = sodium_malloc(sizeof(*kp));
	ASSERT(kp);
	memset(kp, 0, sizeof(*kp));
	kp->ops = ops;
	kp->owner_bytes = ops->owner_bytes;
	return kp;
}

/* False: the secret is no number of the curve. */
static bool
fill_secp256k1(struct keypair *kp, const uint8_t secret[SEED_BYTES])
{
	char address[ETHEREUM_ADDRESS_CHARS + 1];

	memcpy(kp->secret, secret, SEED_BYTES);
	if (ethereum_point(secret, kp->point) < 0)
		return false;
	if (kp->ops->type == SIGNATURE_ETHEREUM) {
		memcpy(kp->owner, kp->point, POINT_BYTES);
	} else {
		/* in small letters, as other signers write it */
		ethereum_address(keypair_point(kp), address);
		for (size_t i = 0; i < ETHEREUM_ADDRESS_CHARS; i++)
			kp->owner[i] = (uint8_t)address[i] | 0x20;
	}
	return true;
}

int
keypair_from_secret(unsigned type, const uint8_t secret[SEED_BYTES],
    struct keypair **out, struct error *err)
{
	const struct signature_ops *ops;
	struct keypair *kp;

	if (find_handled(type, &ops, err) < 0)
		return -1;
	if (ops->kind == KEY_RSA)
		return FAIL(err, ERR_UNSUPPORTED,
		    "%s: a key is more than %d bytes", ops->name, SEED_BYTES);
	kp = pair_new(ops);
	if (ops->kind == KEY_ED25519) {
		crypto_sign_seed_keypair(kp->owner, kp->secret, secret);
	} else if (!fill_secp256k1(kp, secret)) {
		keypair_free(kp);
		return FAIL(err, ERR_WALLET,
		    "the secret is 0, or the order of the curve or more");
	}
	sodium_mprotect_readonly(kp);
	*out = kp;
	return 0;
}

/* `key` is taken. */
static struct keypair *
pair_of_rsa(struct rsa_key *key)
{
	struct keypair *kp = pair_new(signature_ops_find(SIGNATURE_ARWEAVE));

	kp->rsa = key;
	rsa_key_modulus(key, kp->owner);
	sodium_mprotect_readonly(kp);
	return kp;
}

int
keypair_from_rsa(const struct span numbers[RSA_NUMBERS], struct keypair **out,
    struct error *err)
{
	struct rsa_key *key;

	if (rsa_key_from_numbers(numbers, &key, err) < 0)
		return -1;
	*out = pair_of_rsa(key);
	return 0;
}

struct keypair *
keypair_from_seed(const uint8_t seed[SEED_BYTES])
{
	struct keypair *kp = NULL;
	struct error err;
	int rc = keypair_from_secret(SIGNATURE_ED25519, seed, &kp, &err);

	ASSERT(rc == 0);
	return kp;
}

int
keypair_generate(unsigned type, struct keypair **out, struct error *err)
{
	const struct signature_ops *ops;
	uint8_t secret[SEED_BYTES];
	struct rsa_key *key;
	int rc;

	if (find_handled(type, &ops, err) < 0)
		return -1;
	if (ops->kind == KEY_RSA) {
		if (rsa_key_generate(&key, err) < 0)
			return -1;
		*out = pair_of_rsa(key);
		return 0;
	}
	rc = sodium_init();
	ASSERT(rc >= 0);
	/* of the numbers of 32 bytes next to none is not of the curve */
	do {
		randombytes_buf(secret, sizeof(secret));
		rc = keypair_from_secret(type, secret, out, err);
	} while (rc < 0);
	sodium_memzero(secret, sizeof(secret));
	return 0;
}

struct keypair *
keypair_new(void)
{
	struct keypair *kp = NULL;
	struct error err;
	int rc = keypair_generate(SIGNATURE_ED25519, &kp, &err);

	ASSERT(rc == 0);
	return kp;
}

int
keypair_as(const struct keypair *kp, unsigned type, struct keypair **out,
    struct error *err)
{
	const struct signature_ops *ops;

	if (find_handled(type, &ops, err) < 0)
		return -1;
	if (ops->kind != kp->ops->kind)
		return FAIL(err, ERR_UNSUPPORTED,
		    "a key of the type %s makes no %s signatures",
		    kp->ops->name, ops->name);
	if (ops->kind != KEY_RSA)
		return keypair_from_secret(type, kp->secret, out, err);
	*out = pair_of_rsa(rsa_key_ref(kp->rsa));
	return 0;
}

void
keypair_free(struct keypair *kp)
{
	if (!kp)
		return;
	rsa_key_free(kp->rsa);
	sodium_free(kp); /* wipes it */
}

/* --- using them --- */

unsigned
keypair_type(const struct keypair *kp)
{
	return kp->ops->type;
}

enum key_kind
keypair_kind(const struct keypair *kp)
{
	return kp->ops->kind;
}

struct span
keypair_owner(const struct keypair *kp)
{
	return span_of(kp->owner, kp->owner_bytes);
}

struct span
keypair_point(const struct keypair *kp)
{
	return span_of(kp->point, sizeof(kp->point));
}

struct address
keypair_address(const struct keypair *kp)
{
	return owner_address(keypair_owner(kp));
}

struct span
keypair_secret(const struct keypair *kp)
{
	if (kp->ops->kind == KEY_RSA)
		return span_of(NULL, 0);
	return span_of(kp->secret, SEED_BYTES);
}

void
keypair_rsa_number(const struct keypair *kp, enum rsa_number which,
    struct buf *out)
{
	ASSERT(kp->ops->kind == KEY_RSA);
	rsa_key_number(kp->rsa, which, out);
}

int
keypair_sign(const struct keypair *kp, struct span message,
    uint8_t out[SIGNATURE_MAX_BYTES], struct error *err)
{
	return kp->ops->sign(kp, message, out, err);
}

struct address
scheduler_address(struct span owner)
{
	struct sha256_digest hash = sha256(owner);
	struct id_text text;
	struct address a;
	struct id id;

	memcpy(id.bytes, hash.bytes, sizeof(id.bytes));
	text = id_encode(&id);
	memcpy(a.text, text.text, sizeof(a.text));
	return a;
}

struct address
owner_address(struct span owner)
{
	struct address a = { "" };

	if (owner.len != POINT_BYTES)
		return scheduler_address(owner);
	ethereum_address(owner, a.text);
	return a;
}
