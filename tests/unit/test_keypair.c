#include "base/thread.h"
#include "crypto/keypair.h"
#include "test.h"

/* RFC 8032, 7.1, test 2. */
static const uint8_t seed[SEED_BYTES] = { 0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff,
	0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a,
	0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8,
	0xa6, 0xfb };

static void
check_hex(struct span s, const char *hex)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < s.len; i++)
		buf_printf(&b, "%02x", s.p[i]);
	CHECK_TEXT(buf_text(&b), hex);
	buf_release(&b);
}

TEST(keypair, signs_as_rfc_8032_says)
{
	struct keypair *kp = keypair_from_seed(seed);
	uint8_t signature[SIGNATURE_MAX_BYTES];
	struct error err;

	CHECK_INT(keypair_type(kp), SIGNATURE_ED25519);
	check_hex(keypair_owner(kp),
	    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
	CHECK(span_equal(keypair_secret(kp), span_of(seed, SEED_BYTES)));
	CHECK_OK(keypair_sign(kp, span_text("r"), signature, &err), err);
	check_hex(span_of(signature, 64),
	    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
	    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
	keypair_free(kp);
	keypair_free(NULL);
}

TEST(keypair, verifies_only_what_was_signed)
{
	struct keypair *kp = keypair_new();
	struct keypair *other = keypair_new();
	uint8_t bytes[SIGNATURE_MAX_BYTES];
	struct span signature = span_of(bytes, 64);
	struct error err;

	CHECK_OK(keypair_sign(kp, span_text("hello"), bytes, &err), err);
	CHECK_OK(signature_verify(2, keypair_owner(kp), span_text("hello"),
		     signature, &err),
	    err);
	CHECK_INT(signature_verify(2, keypair_owner(kp), span_text("hellO"),
		      signature, &err),
	    -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	CHECK_INT(signature_verify(2, keypair_owner(other), span_text("hello"),
		      signature, &err),
	    -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	keypair_free(kp);
	keypair_free(other);
}

TEST(keypair, refuses_wrong_lengths_and_types)
{
	uint8_t zero[65] = { 0 };
	struct span owner = span_of(zero, 32);
	struct span signature = span_of(zero, 64);
	struct span text = span_text("x");
	struct error err;

	CHECK_INT(signature_verify(2, span_of(zero, 31), text, signature, &err),
	    -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_INT(signature_verify(2, owner, text, span_of(zero, 65), &err),
	    -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_INT(signature_verify(8, owner, text, signature, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text, "no signature type 8");
	CHECK_INT(signature_verify(101, owner, text, signature, &err), -1);
	CHECK_INT(err.code, ERR_UNSUPPORTED);
	CHECK_TEXT(err.text, "signature type 101 (kyve) is unsupported");
}

/* --- other types --- */

TEST(keypair, types_have_numbers_and_names)
{
	static const unsigned handled[] = { 1, 2, 3, 4, 7 };
	static const unsigned others[] = { 5, 6, 101 };

	for (size_t i = 0; i < sizeof(handled) / sizeof(*handled); i++) {
		const struct signature_ops *ops =
		    signature_ops_find(handled[i]);

		CHECK(ops->verify && ops->sign && ops->kind != KEY_NONE);
		CHECK(signature_ops_named(ops->name) == ops);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK_INT(signature_ops_find(others[i])->kind, KEY_NONE);
	CHECK(signature_ops_find(0) == NULL);
	CHECK(signature_ops_named("rsa") == NULL);
}

/* Sign, verify, and refuse each with any part changed. */
static void
check_type(const struct keypair *kp)
{
	static const uint8_t hash[48] = { 5 };
	const struct signature_ops *ops = signature_ops_find(keypair_type(kp));
	struct span message = span_of(hash, sizeof(hash));
	uint8_t signature[SIGNATURE_MAX_BYTES];
	uint8_t owner[OWNER_MAX_BYTES];
	struct span owned = span_of(owner, ops->owner_bytes);
	struct span made = span_of(signature, ops->signature_bytes);
	struct error err;

	CHECK_INT(keypair_owner(kp).len, ops->owner_bytes);
	memcpy(owner, keypair_owner(kp).p, ops->owner_bytes);
	CHECK_OK(keypair_sign(kp, message, signature, &err), err);
	CHECK_OK(signature_verify(ops->type, owned, message, made, &err), err);
	CHECK_INT(signature_verify(ops->type, owned, span_first(message, 47),
		      made, &err),
	    -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	for (size_t i = 0; i < made.len; i += 1 + made.len / 33) {
		signature[i] ^= 1;
		CHECK_INT(
		    signature_verify(ops->type, owned, message, made, &err),
		    -1);
		CHECK_INT(err.code, ERR_SIGNATURE);
		signature[i] ^= 1;
	}
	for (size_t i = 0; i < owned.len; i += 1 + owned.len / 33) {
		owner[i] ^= 1;
		CHECK_INT(
		    signature_verify(ops->type, owned, message, made, &err),
		    -1);
		CHECK_INT(err.code, ERR_SIGNATURE);
		owner[i] ^= 1;
	}
}

TEST(keypair, every_type_signs_what_it_verifies)
{
	static const unsigned types[] = { 2, 3, 4, 7 };
	struct keypair *kp;
	struct error err;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		CHECK_OK(keypair_generate(types[i], &kp, &err), err);
		CHECK_INT(keypair_type(kp), types[i]);
		check_type(kp);
		keypair_free(kp);
	}
	CHECK_INT(keypair_generate(5, &kp, &err), -1);
	CHECK_INT(err.code, ERR_UNSUPPORTED);
	CHECK_INT(keypair_generate(99, &kp, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
}

TEST(keypair, a_key_serves_every_type_of_its_kind)
{
	static const unsigned pairs[][2] = { { 2, 4 }, { 4, 2 }, { 3, 7 },
		{ 7, 3 } };
	struct keypair *kp;
	struct keypair *other;
	struct error err;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		CHECK_OK(keypair_generate(pairs[i][0], &kp, &err), err);
		CHECK_OK(keypair_as(kp, pairs[i][1], &other, &err), err);
		CHECK_INT(keypair_type(other), pairs[i][1]);
		CHECK(span_equal(keypair_secret(kp), keypair_secret(other)));
		check_type(other);
		keypair_free(other);
		CHECK_INT(keypair_as(kp, 1, &other, &err), -1);
		CHECK_INT(err.code, ERR_UNSUPPORTED);
		keypair_free(kp);
	}
}

/* The key and address of EIP-155's example, in capitals as EIP-55 says. */
TEST(keypair, an_ethereum_address_has_its_capitals)
{
	uint8_t secret[SEED_BYTES];
	struct keypair *kp;
	struct keypair *typed;
	struct error err;

	memset(secret, 0x46, sizeof(secret));
	CHECK_OK(keypair_from_secret(SIGNATURE_ETHEREUM, secret, &kp, &err),
	    err);
	CHECK_TEXT(keypair_address(kp).text,
	    "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
	CHECK_INT(strlen(scheduler_address(keypair_owner(kp)).text), 43);
	CHECK_OK(keypair_as(kp, SIGNATURE_TYPED_ETHEREUM, &typed, &err), err);
	CHECK_SPAN(keypair_owner(typed),
	    "0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f");
	CHECK_INT(strlen(keypair_address(typed).text), 43);
	keypair_free(typed);
	keypair_free(kp);
}

TEST(keypair, a_number_that_is_no_key_of_the_curve_is_refused)
{
	uint8_t secret[SEED_BYTES] = { 0 };
	struct keypair *kp;
	struct error err;

	CHECK_INT(keypair_from_secret(SIGNATURE_ETHEREUM, secret, &kp, &err),
	    -1);
	CHECK_INT(err.code, ERR_WALLET);
	memset(secret, 0xff, sizeof(secret));
	CHECK_INT(keypair_from_secret(SIGNATURE_ETHEREUM, secret, &kp, &err),
	    -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK_INT(keypair_from_secret(SIGNATURE_ARWEAVE, secret, &kp, &err),
	    -1);
	CHECK_INT(err.code, ERR_UNSUPPORTED);
}

/* --- RSA --- */

/* The numbers of a pair, each to be changed by a test. */
struct numbers {
	struct buf bytes[RSA_NUMBERS];
	struct span spans[RSA_NUMBERS];
};

static void
numbers_of(const struct keypair *kp, struct numbers *n)
{
	for (int i = 0; i < RSA_NUMBERS; i++) {
		n->bytes[i] = (struct buf)BUF_INIT;
		keypair_rsa_number(kp, (enum rsa_number)i, &n->bytes[i]);
		n->spans[i] = buf_span(&n->bytes[i]);
	}
}

static void
numbers_release(struct numbers *n)
{
	for (int i = 0; i < RSA_NUMBERS; i++)
		buf_release(&n->bytes[i]);
}

static void
check_refused(const struct numbers *n, const char *why)
{
	struct keypair *kp = NULL;
	struct error err;

	CHECK_INT(keypair_from_rsa(n->spans, &kp, &err), -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK_TEXT(err.text, why);
	CHECK(!kp);
}

/* Each number wrong in its last bit but one, which no key survives. */
static void
check_wrong_numbers(struct numbers *n)
{
	static const char *const why[RSA_NUMBERS] = {
		"member 'n' is not the product of 'p' and 'q'",
		"member 'e' is not 65537",
		"members 'd' and 'dp' do not belong to 'p'",
		"member 'n' is not the product of 'p' and 'q'",
		"member 'n' is not the product of 'p' and 'q'",
		"members 'd' and 'dp' do not belong to 'p'",
		"members 'd' and 'dq' do not belong to 'q'",
		"member 'qi' is not the inverse of 'q'",
	};

	for (int i = 0; i < RSA_NUMBERS; i++) {
		uint8_t *last = n->bytes[i].p + n->bytes[i].len - 1;

		*last ^= 2;
		check_refused(n, why[i]);
		*last ^= 2;
	}
	n->spans[RSA_P] = span_of(NULL, 0);
	check_refused(n, "member 'n' is not the product of 'p' and 'q'");
	n->spans[RSA_P] = buf_span(&n->bytes[RSA_P]);
	n->spans[RSA_N] = span_first(n->spans[RSA_N], 256);
	check_refused(n, "member 'n' has 256 bytes, not 512: not RSA-4096");
	n->spans[RSA_N] = buf_span(&n->bytes[RSA_N]);
}

TEST(keypair, an_rsa_key_is_whole_or_refused)
{
	struct keypair *kp;
	struct keypair *again;
	struct numbers n;
	struct error err;

	CHECK_OK(keypair_generate(SIGNATURE_ARWEAVE, &kp, &err), err);
	check_type(kp);
	CHECK_INT(keypair_secret(kp).len, 0);
	numbers_of(kp, &n);
	check_wrong_numbers(&n);
	for (int i = RSA_DP; i < RSA_NUMBERS; i++)
		n.spans[i] = span_of(NULL, 0);
	CHECK_OK(keypair_from_rsa(n.spans, &again, &err), err);
	numbers_release(&n);
	CHECK(span_equal(keypair_owner(kp), keypair_owner(again)));
	check_type(again);
	keypair_free(again);
	/* the same key once more outlives the first */
	CHECK_OK(keypair_as(kp, SIGNATURE_ARWEAVE, &again, &err), err);
	keypair_free(kp);
	check_type(again);
	keypair_free(again);
}

TEST(keypair, an_owner_that_is_no_modulus_is_refused)
{
	static const uint8_t signature[512] = { 0 };
	uint8_t owner[512] = { 0 };
	struct span s = span_of(signature, sizeof(signature));
	struct error err;

	/* zero, even, and less than 512 bytes of number */
	CHECK_INT(signature_verify(1, span_of(owner, 512), s, s, &err), -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	owner[0] = 0x80;
	CHECK_INT(signature_verify(1, span_of(owner, 512), s, s, &err), -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	owner[0] = 0;
	owner[1] = 0x80;
	owner[511] = 1;
	CHECK_INT(signature_verify(1, span_of(owner, 512), s, s, &err), -1);
	CHECK_TEXT(err.text, "the owner is no RSA modulus of 4096 bits");
}

enum {
	ROUNDS = 50,
	THREADS = 4,
	MODULI = 300, /* more than are kept */
};

/* Moduli that push each other out while others verify with them. */
static void *
verify_many(void *arg)
{
	static const uint8_t message[48] = { 1 };
	uint8_t signature[512] = { 0 };
	uint8_t owner[512];
	struct error err;

	memset(owner, 0xff, sizeof(owner));
	for (unsigned i = 0; i < MODULI; i++) {
		owner[510] = (uint8_t)(i >> 7);
		owner[511] = (uint8_t)(i << 1 | 1);
		if (signature_verify(1, span_of(owner, 512),
			span_of(message, 48), span_of(signature, 512),
			&err) == 0 ||
		    err.code != ERR_SIGNATURE)
			return NULL;
	}
	return arg;
}

TEST(keypair, moduli_are_kept_and_replaced_while_others_verify)
{
	pthread_t threads[THREADS];
	int self;

	for (int i = 0; i < THREADS; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, verify_many, &self),
		    0);
	for (int i = 0; i < THREADS; i++) {
		void *good = NULL;

		CHECK_INT(pthread_join(threads[i], &good), 0);
		CHECK(good);
	}
}

static void *
sign_often(void *arg)
{
	const struct keypair *kp = arg;
	uint8_t bytes[SIGNATURE_MAX_BYTES];
	struct error err;
	bool good = true;

	for (int i = 0; i < ROUNDS; i++)
		good = keypair_sign(kp, span_of(&i, sizeof(i)), bytes, &err) ==
			0 &&
		    signature_verify(2, keypair_owner(kp),
			span_of(&i, sizeof(i)), span_of(bytes, 64),
			&err) == 0 &&
		    good;
	return good ? arg : NULL;
}

TEST(keypair, several_threads_sign_at_once)
{
	struct keypair *kp = keypair_new();
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, sign_often, kp), 0);
	for (int i = 0; i < THREADS; i++) {
		void *good = NULL;

		CHECK_INT(pthread_join(threads[i], &good), 0);
		CHECK(good);
	}
	keypair_free(kp);
}
