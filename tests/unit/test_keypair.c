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

enum {
	ROUNDS = 50,
	THREADS = 4
};

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
