#include "codec/jwk.h"
#include "codec/sealed_key.h"
#include "test.h"

enum {
	/* the least that there is, so that tests cost nothing */
	CHEAP_OPS = 1,
	CHEAP_MEMORY = 8192,
};

static const unsigned types[] = { SIGNATURE_ED25519, SIGNATURE_ETHEREUM,
	SIGNATURE_SOLANA };

static struct keypair *
fixed_key(unsigned type)
{
	static const uint8_t secret[SEED_BYTES] = { 7 };
	struct keypair *kp;
	struct error err;

	CHECK_OK(keypair_from_secret(type, secret, &kp, &err), err);
	return kp;
}

/* Sealed under "secret". Owned. */
static struct buf
seal(const struct keypair *kp)
{
	struct buf text = BUF_INIT;
	struct error err;

	CHECK_OK(sealed_key_write(kp, span_text("secret"), CHEAP_OPS,
		     CHEAP_MEMORY, &text, &err),
	    err);
	return text;
}

static void
check_opens(const struct keypair *kp)
{
	struct buf text = seal(kp);
	struct sealed_head head;
	struct keypair *back;
	struct error err;

	CHECK(text.len < SEALED_MAX_BYTES);
	CHECK(memchr(text.p, '\n', text.len) == text.p + text.len - 1);
	CHECK(sealed_key_is(buf_span(&text)));
	CHECK_OK(sealed_key_head(buf_span(&text), &head, &err), err);
	CHECK_INT(head.type, keypair_type(kp));
	CHECK_TEXT(head.address.text, keypair_address(kp).text);
	CHECK(span_equal(span_of(head.owner, head.owner_bytes),
	    keypair_owner(kp)));
	CHECK_INT(head.memory, CHEAP_MEMORY);
	CHECK_OK(
	    sealed_key_open(buf_span(&text), span_text("secret"), &back, &err),
	    err);
	CHECK(span_equal(keypair_owner(back), keypair_owner(kp)));
	keypair_free(back);
	CHECK_INT(
	    sealed_key_open(buf_span(&text), span_text("Secret"), &back, &err),
	    -1);
	CHECK_INT(err.code, ERR_WALLET);
	CHECK_TEXT(err.text, "wrong password, or the file is damaged");
	buf_release(&text);
}

TEST(sealed_key, opens_with_its_password_alone)
{
	for (size_t i = 0; i < 3; i++) {
		struct keypair *kp = fixed_key(types[i]);

		check_opens(kp);
		keypair_free(kp);
	}
}

TEST(sealed_key, seals_rsa_keys)
{
	struct buf text = test_vector("ans104/keys/arweave-a.jwk.json");
	struct keypair *kp;
	struct error err;

	CHECK_OK(jwk_read(buf_span(&text), &kp, &err), err);
	check_opens(kp);
	keypair_free(kp);
	buf_release(&text);
}

TEST(sealed_key, no_two_are_alike)
{
	struct keypair *kp = fixed_key(SIGNATURE_ED25519);
	struct buf a = seal(kp);
	struct buf b = seal(kp);

	CHECK(!span_equal(buf_span(&a), buf_span(&b)));
	buf_release(&a);
	buf_release(&b);
	keypair_free(kp);
}

/* Whatever is changed, head or box: it does not open. */
TEST(sealed_key, every_byte_is_bound)
{
	struct keypair *kp = fixed_key(SIGNATURE_ETHEREUM);
	struct buf text = seal(kp);
	struct keypair *back = NULL;
	struct error err;

	for (size_t i = 0; i + 1 < text.len; i++) {
		text.p[i] ^= 1;
		CHECK_INT(sealed_key_open(buf_span(&text), span_text("secret"),
			      &back, &err),
		    -1);
		CHECK_INT(err.code, ERR_WALLET);
		text.p[i] ^= 1;
		CHECK_INT(sealed_key_open(span_first(buf_span(&text), i),
			      span_text("secret"), &back, &err),
		    -1);
		CHECK(!back);
	}
	buf_release(&text);
	keypair_free(kp);
}

/* The text with its first `from` made `to`. Owned. */
static struct buf
changed(const struct buf *text, const char *from, const char *to)
{
	const char *at = strstr(buf_text(text), from);
	struct buf out = BUF_INIT;

	CHECK(at);
	buf_add(&out, text->p, (size_t)(at - buf_text(text)));
	buf_add_text(&out, to);
	buf_add_text(&out, at + strlen(from));
	return out;
}

TEST(sealed_key, what_a_file_asks_for_is_bounded)
{
	static const struct {
		const char *from;
		const char *to;
		const char *why;
	} wrong[] = {
		{ "\"ops\":1", "\"ops\":17",
		    "member 'ops' asks for 17, more than 16" },
		{ "\"ops\":1", "\"ops\":0",
		    "member 'ops' or 'memory' is too small" },
		{ "\"ops\":1", "\"ops\":-1",
		    "member 'ops' is not a whole number" },
		{ "\"ops\":1", "\"ops\":99999999999",
		    "member 'ops' is missing or wrong" },
		{ "\"ops\":1", "\"oops\":1",
		    "member 'ops' is missing or wrong" },
		{ "\"memory\":8192", "\"memory\":1073741825",
		    "member 'memory' asks for 1073741825, more than "
		    "1073741824" },
		{ "\"memory\":8192", "\"memory\":8191",
		    "member 'ops' or 'memory' is too small" },
		{ "\"version\":1", "\"version\":2",
		    "version 2 of encrypted wallets is unknown" },
		{ "\"argon2id13\"", "\"scrypt\"",
		    "member 'kdf' is not 'argon2id13'" },
		{ "\"ed25519\"", "\"aptos\"",
		    "member 'type' is missing or unknown" },
		{ "\"ed25519\"", "\"arweave\"",
		    "member 'owner' has 32 bytes, not 512" },
		{ "\"address\":\"", "\"address\":\"x",
		    "member 'address' is not that of member 'owner'" },
		{ "\"salt\":\"", "\"salt\":\"AAAA",
		    "member 'salt' has 19 bytes, not 16" },
		{ "\"header\":\"", "\"header\":\"AAAA",
		    "member 'header' has 27 bytes, not 24" },
		{ "\"box\"", "\"bx\"",
		    "member 'box' is missing or not a text" },
		{ "\"box\":\"", "\"box\":\"AAAA\",\"x\":\"",
		    "member 'box' has 3 bytes, which is no key's length" },
		{ "\"wallet\"", "\"purse\"", "not an encrypted wallet" },
	};
	struct keypair *kp = fixed_key(SIGNATURE_ED25519);
	struct buf text = seal(kp);
	struct keypair *back;
	struct error err;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct buf bad = changed(&text, wrong[i].from, wrong[i].to);

		CHECK_INT(sealed_key_open(buf_span(&bad), span_text("secret"),
			      &back, &err),
		    -1);
		CHECK_TEXT(err.text, wrong[i].why);
		CHECK_INT(err.code, ERR_WALLET);
		buf_release(&bad);
	}
	buf_release(&text);
	keypair_free(kp);
}

TEST(sealed_key, plain_keys_are_none)
{
	CHECK(!sealed_key_is(span_text("")));
	CHECK(!sealed_key_is(span_text("[1,2]")));
	CHECK(!sealed_key_is(span_text("{\"kty\":\"OKP\"}")));
	CHECK(sealed_key_is(span_text("{\"aosh\":\"wallet\"}")));
	CHECK(sealed_key_is(span_text("{\"aosh\":\"wallet\",\"ver")));
}
