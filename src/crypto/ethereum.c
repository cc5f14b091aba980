/*
 * The curve is libsecp256k1's; here is what Ethereum puts around it.
 *
 * A signature is checked by recovering the key from it, which is the whole
 * check: a recovered point fulfils the equation by construction, so it is only
 * to be compared with the owner.
 *
 * Only signing and deriving a point touch secrets and need a context of the
 * library's own making, blinded by random bytes; it is made at first use and
 * kept. Everything else goes by the static one.
 */
#include "crypto/ethereum.h"

#include <pthread.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <stdio.h>

#include <sodium.h>

#include "crypto/keccak.h"

enum {
	KECCAK_256 = 32,
	V_BASE = 27,     /* v is this and the recovery id, 0 or 1 */
	V_AT = 64,       /* where v stands */
	WORD_BYTES = 32, /* of EIP-712 */
	ADDRESS_BYTES = 20,
};

static struct ethereum_digest
keccak_parts(const struct span *parts, size_t count)
{
	struct ethereum_digest d;
	struct keccak k;

	keccak_init(&k, KECCAK_256);
	for (size_t i = 0; i < count; i++)
		keccak_update(&k, parts[i]);
	keccak_final(&k, KECCAK_PAD, d.bytes);
	return d;
}

static struct ethereum_digest
keccak_text(const char *text)
{
	struct span whole = span_text(text);

	return keccak_parts(&whole, 1);
}

struct ethereum_digest
ethereum_message_digest(struct span message)
{
	char head[64];
	int len = snprintf(head, sizeof(head),
	    "\x19"
	    "Ethereum Signed Message:\n%zu",
	    message.len);

	return keccak_parts(
	    (const struct span[]){ span_of(head, (size_t)len), message }, 2);
}

/* "0x" and 40 digits to 20 bytes, in front of them zeroes. */
static int
address_word(struct span text, uint8_t word[WORD_BYTES], struct error *err)
{
	memset(word, 0, WORD_BYTES);
	if (text.len == ETHEREUM_ADDRESS_CHARS &&
	    span_starts_with(text, "0x") &&
	    sodium_hex2bin(word + WORD_BYTES - ADDRESS_BYTES, ADDRESS_BYTES,
		(const char *)text.p + 2, text.len - 2, NULL, NULL, NULL) == 0)
		return 0;
	return FAIL(err, ERR_SIGNATURE,
	    "the owner is no address: 0x and 40 hexadecimal digits");
}

int
ethereum_typed_digest(struct span message, struct span address,
    struct ethereum_digest *out, struct error *err)
{
	struct ethereum_digest domain[] = {
		keccak_text("EIP712Domain(string name,string version)"),
		keccak_text("Bundlr"),
		keccak_text("1"),
	};
	struct ethereum_digest fields[] = {
		keccak_text("Bundlr(bytes Transaction hash,address address)"),
		keccak_parts(&message, 1),
	};
	struct ethereum_digest hashes[2];
	uint8_t word[WORD_BYTES];

	if (address_word(address, word, err) < 0)
		return -1;
	hashes[0] =
	    keccak_parts(&(struct span){ domain[0].bytes, sizeof(domain) }, 1);
	hashes[1] = keccak_parts(
	    (const struct span[]){ span_of(fields[0].bytes, sizeof(fields)),
		span_of(word, sizeof(word)) },
	    2);
	*out = keccak_parts((const struct span[]){ span_text("\x19\x01"),
				span_of(hashes[0].bytes, sizeof(hashes)) },
	    2);
	return 0;
}

/* --- keys --- */

static secp256k1_context *signing_context;
static pthread_once_t signing_once = PTHREAD_ONCE_INIT;

static void
make_signing_context(void)
{
	uint8_t blind[32];

	signing_context = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
	ASSERT(signing_context);
	randombytes_buf(blind, sizeof(blind));
	ASSERT(secp256k1_context_randomize(signing_context, blind));
	sodium_memzero(blind, sizeof(blind));
}

static const secp256k1_context *
for_secrets(void)
{
	int rc = pthread_once(&signing_once, make_signing_context);

	ASSERT(rc == 0);
	return signing_context;
}

static void
point_bytes(const secp256k1_pubkey *key, uint8_t point[POINT_BYTES])
{
	size_t len = POINT_BYTES;

	(void)secp256k1_ec_pubkey_serialize(secp256k1_context_static, point,
	    &len, key, SECP256K1_EC_UNCOMPRESSED);
}

int
ethereum_point(const uint8_t secret[ETHEREUM_KEY_BYTES],
    uint8_t point[POINT_BYTES])
{
	secp256k1_pubkey key;

	/* refuses 0 and the group order or more */
	if (!secp256k1_ec_pubkey_create(for_secrets(), &key, secret))
		return -1;
	point_bytes(&key, point);
	return 0;
}

void
ethereum_address(struct span point, char out[ETHEREUM_ADDRESS_CHARS + 1])
{
	static const char digits[] = "0123456789abcdef";
	struct span xy = span_from(point, 1);
	struct ethereum_digest hash = keccak_parts(&xy, 1);
	struct span text = span_of(out + 2, ETHEREUM_ADDRESS_CHARS - 2);
	const uint8_t *last = hash.bytes + KECCAK_256 - ADDRESS_BYTES;

	out[0] = '0';
	out[1] = 'x';
	for (size_t i = 0; i < text.len; i++)
		out[2 + i] = digits[last[i / 2] >> (i % 2 ? 0 : 4) & 15];
	out[ETHEREUM_ADDRESS_CHARS] = 0;
	hash = keccak_parts(&text, 1);
	for (size_t i = 0; i < text.len; i++)
		if ((hash.bytes[i / 2] >> (i % 2 ? 0 : 4) & 15) >= 8 &&
		    out[2 + i] >= 'a')
			out[2 + i] = (char)(out[2 + i] - 'a' + 'A');
}

/* --- signatures --- */

/* s in the upper half is another form of the same signature: one has to go. */
static bool
is_low(const uint8_t *signature)
{
	secp256k1_ecdsa_signature parsed;

	return secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static,
		   &parsed, signature) &&
	    !secp256k1_ecdsa_signature_normalize(secp256k1_context_static, NULL,
		&parsed);
}

int
ethereum_recover(const struct ethereum_digest *digest, struct span signature,
    uint8_t point[POINT_BYTES], struct error *err)
{
	secp256k1_ecdsa_recoverable_signature parsed;
	secp256k1_pubkey key;
	unsigned v;

	if (signature.len != ETHEREUM_SIGNATURE_BYTES)
		return FAIL(err, ERR_SIGNATURE,
		    "the signature has %zu bytes, not %d", signature.len,
		    ETHEREUM_SIGNATURE_BYTES);
	v = signature.p[V_AT];
	if (v != V_BASE && v != V_BASE + 1)
		return FAIL(err, ERR_SIGNATURE,
		    "v of the signature is %u, not %d or %d", v, V_BASE,
		    V_BASE + 1);
	if (!is_low(signature.p))
		return FAIL(err, ERR_SIGNATURE,
		    "s of the signature is not in the lower half");
	if (!secp256k1_ecdsa_recoverable_signature_parse_compact(
		secp256k1_context_static, &parsed, signature.p,
		(int)v - V_BASE) ||
	    !secp256k1_ecdsa_recover(secp256k1_context_static, &key, &parsed,
		digest->bytes))
		return FAIL(err, ERR_SIGNATURE,
		    "no key has made the signature");
	point_bytes(&key, point);
	return 0;
}

int
ethereum_sign(const struct ethereum_digest *digest,
    const uint8_t secret[ETHEREUM_KEY_BYTES], uint8_t *signature,
    struct error *err)
{
	secp256k1_ecdsa_recoverable_signature made;
	int recovery_id;

	if (!secp256k1_ecdsa_sign_recoverable(for_secrets(), &made,
		digest->bytes, secret, NULL, NULL))
		return FAIL(err, ERR_SIGNATURE, "cannot sign");
	(void)secp256k1_ecdsa_recoverable_signature_serialize_compact(
	    for_secrets(), signature, &recovery_id, &made);
	/* 2 and 3 stand for an overflow that nobody has seen */
	if (recovery_id > 1)
		return FAIL(err, ERR_SIGNATURE, "cannot sign");
	signature[V_AT] = (uint8_t)(V_BASE + recovery_id);
	return 0;
}
