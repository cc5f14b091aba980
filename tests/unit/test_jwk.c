#include "codec/jwk.h"
#include "codec/key_text.h"
#include "test.h"

/* RFC 8037, appendix A.1. */
#define D "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
#define X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define OKP(d, x) \
	"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"" d "\",\"x\":\"" x "\"}"
/* The same secret and public key as numbers, up to the last one. */
#define NUMBERS                                                                \
	"157,97,177,157,239,253,90,96,186,132,74,244,146,236,44,196,68,73,"    \
	"197,105,123,50,105,25,112,59,172,3,28,174,127,96,215,90,152,1,130,"   \
	"177,10,183,213,75,254,211,201,100,7,58,14,225,114,243,218,166,35,37," \
	"175,2,26,104,247,7,81"

static struct keypair *
read_good(struct span text)
{
	struct keypair *kp = NULL;
	struct error err;

	CHECK_OK(jwk_read(text, &kp, &err), err);
	return kp;
}

/* Written, read and written again: the same text. Frees the pair. */
static void
check_round(struct keypair *kp)
{
	struct buf once = BUF_INIT;
	struct buf again = BUF_INIT;
	struct keypair *back;

	jwk_write(kp, &once);
	CHECK(once.len < JWK_MAX_BYTES);
	back = read_good(buf_span(&once));
	CHECK_INT(keypair_type(back), keypair_type(kp));
	jwk_write(back, &again);
	CHECK(span_equal(buf_span(&once), buf_span(&again)));
	buf_release(&once);
	buf_release(&again);
	keypair_free(back);
	keypair_free(kp);
}

static void
check_address(struct keypair *kp, unsigned type, const char *address)
{
	CHECK_INT(keypair_type(kp), type);
	CHECK_TEXT(keypair_address(kp).text, address);
	check_round(kp);
}

TEST(jwk, reads_the_key_of_rfc_8037)
{
	struct keypair *kp = read_good(span_text(OKP(D, X)));
	struct buf x = BUF_INIT;

	base64url_encode(keypair_owner(kp), &x);
	CHECK_TEXT(buf_text(&x), X);
	buf_release(&x);
	check_round(kp);
}

TEST(jwk, reads_keys_of_arweave)
{
	struct buf a = test_vector("ans104/keys/arweave-a.jwk.json");
	struct buf b = test_vector("ans104/keys/arweave-b.jwk.json");

	check_address(read_good(buf_span(&a)), SIGNATURE_ARWEAVE,
	    "SSjDlEhNAHqGjajGus8yt_V1OhgwI4B5mBYpGxoNW7M");
	check_round(read_good(buf_span(&b)));
	buf_release(&a);
	buf_release(&b);
}

/* Some programs leave out what follows from p and q. */
TEST(jwk, computes_what_an_rsa_key_leaves_out)
{
	struct buf vector = test_vector("ans104/keys/arweave-a.jwk.json");
	struct keypair *kp = read_good(buf_span(&vector));
	struct buf whole = BUF_INIT;
	struct buf cut = BUF_INIT;
	struct buf again = BUF_INIT;
	struct keypair *back;
	const char *at;

	jwk_write(kp, &whole);
	at = strstr(buf_text(&whole), ",\"dp\"");
	CHECK(at);
	buf_add(&cut, whole.p, (size_t)(at - buf_text(&whole)));
	buf_add_text(&cut, "}");
	back = read_good(buf_span(&cut));
	jwk_write(back, &again);
	CHECK(span_equal(buf_span(&whole), buf_span(&again)));
	keypair_free(back);
	keypair_free(kp);
	buf_release(&vector);
	buf_release(&whole);
	buf_release(&cut);
	buf_release(&again);
}

TEST(jwk, reads_keys_of_ethereum)
{
	/* the secret is 1, so the public key is the curve's generator */
	check_address(
	    read_good(span_text(
		"{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"alg\":\"ES256K\","
		"\"x\":\"eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g\","
		"\"y\":\"SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg\","
		"\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE\"}")),
	    SIGNATURE_ETHEREUM, "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
}

TEST(jwk, reads_the_array_of_solana)
{
	struct keypair *kp = read_good(span_text(" [ " NUMBERS " ,\n26 ]\n"));
	struct buf text = BUF_INIT;

	CHECK_INT(keypair_type(kp), SIGNATURE_SOLANA);
	jwk_write(kp, &text);
	CHECK_TEXT(buf_text(&text), "[" NUMBERS ",26]\n");
	buf_release(&text);
	check_round(kp);
}

static void
check_wrong(const char *text, const char *why)
{
	struct keypair *kp = NULL;
	struct error err = { ERR_NONE, "" };

	CHECK_INT(jwk_read(span_text(text), &kp, &err), -1);
	CHECK(!kp);
	CHECK_TEXT(err.text, why);
	CHECK_INT(err.code, ERR_WALLET);
}

TEST(jwk, says_what_is_wrong)
{
	check_wrong("", "not JSON: byte 0: the text ends early");
	check_wrong("{\"kty\":", "not JSON: byte 7: the text ends early");
	check_wrong("7", "not JSON: byte 0: not a JSON object");
	check_wrong("{}", "not a key: member 'kty' is missing or not a text");
	check_wrong("{\"kty\":\"oct\"}",
	    "member 'kty' is not 'RSA', 'OKP' or 'EC'");
	check_wrong("{\"kty\":\"RSA\"}", "member 'n' is missing");
	check_wrong("{\"kty\":\"RSA\",\"n\":\"t78Z\",\"e\":\"AQAB\"}",
	    "member 'd' is missing");
	check_wrong("{\"kty\":\"EC\",\"crv\":\"P-256\"}",
	    "member 'crv' is not 'secp256k1'");
	check_wrong("{\"kty\":\"OKP\"}",
	    "member 'crv' is missing or not a text");
	check_wrong("{\"kty\":\"OKP\",\"crv\":\"X25519\"}",
	    "member 'crv' is not 'Ed25519'");
	check_wrong("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":1}",
	    "member 'd' is not a text");
	check_wrong("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"" D "\"}",
	    "member 'x' is missing");
	check_wrong(OKP("AA+A", X),
	    "member 'd' is not base64url: at offset 2 of 4");
	check_wrong(OKP("\\u0041AAA", X),
	    "member 'd' is not base64url: at offset 0 of 9");
	check_wrong(OKP("AAAA", X), "member 'd' has 3 bytes, not 32");
	check_wrong(OKP(X, X), "member 'x' is not of the public key of 'd'");
	check_wrong("{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"d\":"
		    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
	    "the secret is 0, or the order of the curve or more");
}

TEST(jwk, says_what_is_wrong_with_an_array)
{
	check_wrong("[]",
	    "not an array of 64 bytes: number 1 is missing or wrong");
	check_wrong("[" NUMBERS "]",
	    "not an array of 64 bytes: number 64 is missing or wrong");
	check_wrong("[" NUMBERS ",256]",
	    "not an array of 64 bytes: number 64 is missing or wrong");
	check_wrong("[" NUMBERS ",026]",
	    "not an array of 64 bytes: number 64 is missing or wrong");
	check_wrong("[" NUMBERS ",26,0]",
	    "not an array of 64 bytes: it goes on behind them");
	check_wrong("[" NUMBERS ",26] 0",
	    "not an array of 64 bytes: it goes on behind them");
	check_wrong("[" NUMBERS ",27]",
	    "the second half of the key is not the public key of the first");
}

TEST(jwk, a_cut_text_is_no_key)
{
	struct buf whole = test_vector("ans104/keys/arweave-a.jwk.json");
	struct span array = span_text("[" NUMBERS ",26]");
	struct keypair *kp;
	struct error err;

	while (whole.p[whole.len - 1] != '}')
		whole.len--;
	for (size_t n = 0; n < whole.len; n++) {
		/* a copy: reading past its end is found */
		uint8_t *cut = malloc(n + 1);

		memcpy(cut, whole.p, n);
		CHECK_INT(jwk_read(span_of(cut, n), &kp, &err), -1);
		free(cut);
	}
	for (size_t n = 0; n < array.len; n++)
		CHECK_INT(jwk_read(span_first(array, n), &kp, &err), -1);
	buf_release(&whole);
}

TEST(jwk, public_keys_have_no_secret)
{
	static const struct {
		unsigned type;
		const char *text;
	} keys[] = {
		{ SIGNATURE_ED25519,
		    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "\"}\n" },
		{ SIGNATURE_SOLANA,
		    "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "\"}\n" },
	};
	struct keypair *kp = read_good(span_text(OKP(D, X)));
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < 2; i++) {
		buf_clear(&text);
		jwk_write_public(keys[i].type, keypair_owner(kp), &text);
		CHECK_TEXT(buf_text(&text), keys[i].text);
	}
	buf_release(&text);
	keypair_free(kp);
}

/* --- what other programs export --- */

static struct keypair *
text_good(unsigned type, const char *text)
{
	struct keypair *kp = NULL;
	struct error err;

	CHECK_OK(key_text_read(type, span_text(text), &kp, &err), err);
	return kp;
}

static void
text_wrong(unsigned type, const char *text, const char *why)
{
	struct keypair *kp = NULL;
	struct error err = { ERR_NONE, "" };

	CHECK_INT(key_text_read(type, span_text(text), &kp, &err), -1);
	CHECK(!kp);
	CHECK_TEXT(err.text, why);
	CHECK_INT(err.code, ERR_WALLET);
}

#define ONE "0000000000000000000000000000000000000000000000000000000000000001"
#define SEED "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
#define BASE58                                         \
	"49W385L4rePHy6PAaQUovbD2aacgN4HsKXSMeUzRg4fm" \
	"wXszN91JuMFrQRj3vMDpZuRF3ZknQBuRBoWQJEfXstMw"
#define NO_KEY                                                              \
	"not a key: neither JSON, nor 64 hexadecimal digits, nor 64 bytes " \
	"in base58"

TEST(key_text, reads_digits)
{
	check_address(text_good(SIGNATURE_ETHEREUM, "0x" ONE "\n"),
	    SIGNATURE_ETHEREUM, "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
	check_address(text_good(SIGNATURE_ETHEREUM, " " ONE),
	    SIGNATURE_ETHEREUM, "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
	check_round(text_good(SIGNATURE_ED25519, SEED));
	check_round(text_good(SIGNATURE_SOLANA, SEED));
	text_wrong(0, ONE,
	    "64 digits are a key of any type: '--type' has to say which");
	text_wrong(SIGNATURE_ARWEAVE, ONE,
	    "arweave: a key is more than 32 bytes");
	text_wrong(SIGNATURE_ETHEREUM,
	    "000000000000000000000000000000000000000000000000000000000000000x",
	    "not a key: 64 characters that are not all hexadecimal digits");
}

TEST(key_text, reads_base58_of_both_halves)
{
	struct keypair *kp = text_good(0, BASE58 "\r\n");
	struct buf x = BUF_INIT;

	CHECK_INT(keypair_type(kp), SIGNATURE_SOLANA);
	base64url_encode(keypair_owner(kp), &x);
	CHECK_TEXT(buf_text(&x), X);
	buf_release(&x);
	keypair_free(kp);
	text_wrong(0, "1" BASE58, NO_KEY);
	text_wrong(0, BASE58 "1", NO_KEY);
	text_wrong(0, "0OIl", NO_KEY);
	text_wrong(0, "", NO_KEY);
	text_wrong(SIGNATURE_ETHEREUM, BASE58,
	    "a key of the type solana makes no ethereum signatures");
}

TEST(key_text, takes_a_key_for_another_type_of_its_kind)
{
	struct keypair *kp = text_good(SIGNATURE_SOLANA, OKP(D, X));

	CHECK_INT(keypair_type(kp), SIGNATURE_SOLANA);
	check_round(kp);
	text_wrong(SIGNATURE_ARWEAVE, OKP(D, X),
	    "a key of the type ed25519 makes no arweave signatures");
}
