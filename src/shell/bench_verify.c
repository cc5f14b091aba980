/*
 * What the gate costs: items of 1 KiB of data verified (decoded, hashed, their
 * signature checked, made a message) and signed, for every signature type,
 * beside the library's bare operation on a hash that is there already. The two
 * take turns, so that both meet the same machine.
 *
 * The bare ones are what a program would call that does nothing else: key and
 * context made before, once.
 */
#include <inttypes.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <sodium.h>

#include "base/clock.h"
#include "ao/message.h"
#include "shell/bench_run.h"

enum {
	DATA_BYTES = 1024,
	HASH_BYTES = 48, /* a deep hash, which is what is signed */
	DIGEST_BYTES = 32,
	RSA_BITS = 4096,
	RSA_SIGNATURE_BYTES = RSA_BITS / 8,
	TURNS = 10,
	RSA_SIGNS_FEWER = 50, /* signing with RSA takes some 4 ms */
};

/* A type, a key of it, an item, and what the bare operations need. */
struct subject {
	const struct signature_ops *ops;
	struct keypair *key;
	struct buf item;
	uint8_t hash[HASH_BYTES];
	uint8_t signature[SIGNATURE_MAX_BYTES];
	uint8_t seed_and_public[crypto_sign_SECRETKEYBYTES];
	secp256k1_context *curve;
	secp256k1_ecdsa_recoverable_signature recoverable;
	EVP_PKEY *rsa;
	EVP_PKEY_CTX *rsa_sign;
	EVP_PKEY_CTX *rsa_verify;
};

static bool
bare_sign(struct subject *s)
{
	size_t len = RSA_SIGNATURE_BYTES;

	switch (s->ops->kind) {
	case KEY_RSA:
		return EVP_PKEY_sign(s->rsa_sign, s->signature, &len, s->hash,
			   DIGEST_BYTES) == 1;
	case KEY_ED25519:
		return crypto_sign_detached(s->signature, NULL, s->hash,
			   HASH_BYTES, s->seed_and_public) == 0;
	default:
		return secp256k1_ecdsa_sign_recoverable(s->curve,
			   &s->recoverable, s->hash, keypair_secret(s->key).p,
			   NULL, NULL) == 1;
	}
}

/* Of what bare_sign() has made. */
static bool
bare_verify(struct subject *s)
{
	secp256k1_pubkey point;

	switch (s->ops->kind) {
	case KEY_RSA:
		return EVP_PKEY_verify(s->rsa_verify, s->signature,
			   RSA_SIGNATURE_BYTES, s->hash, DIGEST_BYTES) == 1;
	case KEY_ED25519:
		return crypto_sign_verify_detached(s->signature, s->hash,
			   HASH_BYTES, keypair_owner(s->key).p) == 0;
	default:
		return secp256k1_ecdsa_recover(s->curve, &point,
			   &s->recoverable, s->hash) == 1;
	}
}

static bool
gate_sign(struct subject *s)
{
	static const struct id target = { { 3 } };
	static const uint8_t data[DATA_BYTES] = { 1 };
	const struct tag tags[] = {
		{ span_text("Action"), span_text("Count") },
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Type"), span_text("Message") },
		{ span_text("Variant"), span_text("ao.TN.1") },
	};
	const struct message_draft draft = { .target = &target,
		.anchor = span_of(data, ANCHOR_BYTES),
		.data = span_of(data, sizeof(data)),
		.tags = tags,
		.tag_count = sizeof(tags) / sizeof(*tags) };
	struct error err;

	buf_clear(&s->item);
	return message_sign(&draft, s->key, &s->item, &err) == 0;
}

static bool
gate_verify(struct subject *s)
{
	struct message *m;
	struct error err;

	if (message_verify(buf_span(&s->item), &m, &err) < 0)
		return false;
	message_unref(m);
	return true;
}

/* The same RSA key for both: made by the library, read by us. */
static int
make_rsa(struct subject *s, struct error *err)
{
	static const char *const names[RSA_NUMBERS] = { OSSL_PKEY_PARAM_RSA_N,
		OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
	uint8_t bytes[RSA_NUMBERS][RSA_SIGNATURE_BYTES];
	struct span numbers[RSA_NUMBERS];

	s->rsa = EVP_RSA_gen(RSA_BITS);
	for (int i = 0; i < RSA_NUMBERS; i++) {
		BIGNUM *n = NULL;

		if (!s->rsa || !EVP_PKEY_get_bn_param(s->rsa, names[i], &n))
			return FAIL(err, ERR_SYSTEM, "cannot make an RSA key");
		numbers[i] = span_of(bytes[i], (size_t)BN_bn2bin(n, bytes[i]));
		BN_clear_free(n);
	}
	s->rsa_sign = EVP_PKEY_CTX_new(s->rsa, NULL);
	s->rsa_verify = EVP_PKEY_CTX_new(s->rsa, NULL);
	if (EVP_PKEY_sign_init(s->rsa_sign) != 1 ||
	    EVP_PKEY_verify_init(s->rsa_verify) != 1)
		return FAIL(err, ERR_SYSTEM, "cannot use an RSA key");
	for (int i = 0; i < 2; i++) {
		EVP_PKEY_CTX *c = i ? s->rsa_sign : s->rsa_verify;

		if (EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) !=
			1 ||
		    EVP_PKEY_CTX_set_signature_md(c, EVP_sha256()) != 1 ||
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(c, DIGEST_BYTES) != 1)
			return FAIL(err, ERR_SYSTEM, "cannot use an RSA key");
	}
	return keypair_from_rsa(numbers, &s->key, err);
}

static int
subject_open(struct subject *s, enum signature_type type, struct error *err)
{
	uint8_t public[crypto_sign_PUBLICKEYBYTES];

	*s = (struct subject){ .ops = signature_ops_find(type) };
	randombytes_buf(s->hash, sizeof(s->hash));
	if (s->ops->kind == KEY_RSA ? make_rsa(s, err) < 0
				    : keypair_generate(type, &s->key, err) < 0)
		return -1;
	if (s->ops->kind == KEY_ED25519)
		crypto_sign_seed_keypair(public, s->seed_and_public,
		    keypair_secret(s->key).p);
	if (s->ops->kind == KEY_SECP256K1)
		s->curve = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
	return 0;
}

static void
subject_close(struct subject *s)
{
	EVP_PKEY_CTX_free(s->rsa_sign);
	EVP_PKEY_CTX_free(s->rsa_verify);
	EVP_PKEY_free(s->rsa);
	if (s->curve)
		secp256k1_context_destroy(s->curve);
	sodium_memzero(s->seed_and_public, sizeof(s->seed_and_public));
	keypair_free(s->key);
	buf_release(&s->item);
}

/* `n` times; the processor time is added to *ns. */
static bool
run(struct subject *s, bool (*operation)(struct subject *), uint64_t n,
    uint64_t *ns)
{
	uint64_t start = clock_cpu_ns();
	bool good = true;

	for (uint64_t i = 0; i < n && good; i++)
		good = operation(s);
	*ns += clock_cpu_ns() - start;
	return good;
}

/* What the gate does, and the library's part of it. */
struct operation {
	const char *name;
	bool (*gate)(struct subject *s);
	bool (*bare)(struct subject *s);
};

static const struct operation signing = { "sign", gate_sign, bare_sign };
static const struct operation verifying = { "verify", gate_verify,
	bare_verify };

/* One line for `n` of both, turn by turn. */
static int
compare(struct bench *b, struct subject *s, const struct operation *op,
    uint64_t n, struct error *err)
{
	uint64_t each = n / TURNS ? n / TURNS : 1;
	uint64_t gate_ns = 0;
	uint64_t bare_ns = 0;
	char more[200];

	/* once unmeasured: code, tables and memory are there then */
	if (!run(s, op->gate, each, &gate_ns) ||
	    !run(s, op->bare, each, &bare_ns))
		return FAIL(err, ERR_SIGNATURE, "%s: cannot %s", s->ops->name,
		    op->name);
	gate_ns = 0;
	bare_ns = 0;
	n = each * TURNS;
	for (int i = 0; i < TURNS; i++)
		if (!run(s, op->gate, each, &gate_ns) ||
		    !run(s, op->bare, each, &bare_ns))
			return FAIL(err, ERR_SIGNATURE, "%s: cannot %s",
			    s->ops->name, op->name);
	snprintf(more, sizeof(more),
	    ",\"what\":\"%s\",\"type\":\"%s\",\"bareRate\":%.1f"
	    ",\"ratio\":%.3f",
	    op->name, s->ops->name, (double)n * 1e9 / (double)bare_ns,
	    (double)bare_ns / (double)gate_ns);
	bench_tell_ns(b, n, gate_ns, gate_ns, more);
	return 0;
}

static int
verify_one(struct bench *b, uint64_t i, struct error *err)
{
	(void)i;
	if (!gate_verify(b->subject))
		return FAIL(err, ERR_SIGNATURE, "verifying fails");
	return 0;
}

/* Senders verify what they send, each in its own thread. */
static int
in_parallel(struct bench *b, struct subject *s, struct error *err)
{
	char more[100];

	b->subject = s;
	bench_begin(b);
	if (bench_parallel(b, verify_one, err) < 0)
		return -1;
	snprintf(more, sizeof(more),
	    ",\"what\":\"verify in parallel\",\"type\":\"%s\""
	    ",\"threads\":%u",
	    s->ops->name, b->threads);
	bench_tell(b, b->n, more);
	return 0;
}

static int
bench_type(struct bench *b, enum signature_type type, struct error *err)
{
	uint64_t signs = b->n;
	struct subject s;
	int rc;

	if (type == SIGNATURE_ARWEAVE)
		signs = b->n / RSA_SIGNS_FEWER;
	rc = subject_open(&s, type, err);
	if (rc == 0)
		rc = compare(b, &s, &signing, signs, err);
	if (rc == 0)
		rc = compare(b, &s, &verifying, b->n, err);
	if (rc == 0)
		rc = in_parallel(b, &s, err);
	subject_close(&s);
	return rc;
}

int
bench_verify(struct bench *b, struct error *err)
{
	static const enum signature_type types[] = { SIGNATURE_ED25519,
		SIGNATURE_ARWEAVE, SIGNATURE_ETHEREUM, SIGNATURE_SOLANA,
		SIGNATURE_TYPED_ETHEREUM };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (bench_type(b, types[i], err) < 0)
			return -1;
	return 0;
}
