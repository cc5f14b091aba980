/*
 * The scanner cuts members out of the text without copying them, so a secret
 * lies in the caller's text and, decoded, in a buf of ours, and nowhere else.
 * No base64url has an escape in it: a backslash is just no letter of it.
 */
#include "codec/jwk.h"

#include <sodium.h>

#include "codec/json_scan.h"

enum {
	NUMBER_MAX_BYTES = 512, /* of an RSA key: the modulus */
	COORDINATE_BYTES = 32,
};

/* What a JWK of any of our kinds may have. */
enum member {
	M_KTY,
	M_CRV,
	M_X,
	M_Y,
	M_N, /* from here on in the order of enum rsa_number */
	M_E,
	M_D,
	M_P,
	M_Q,
	M_DP,
	M_DQ,
	M_QI,
	MEMBERS
};

static const char *const rsa_names[RSA_NUMBERS] = { "n", "e", "d", "p", "q",
	"dp", "dq", "qi" };

/* --- reading --- */

/*
 * A member that is base64url, of `bytes` bytes, or with 0 of any number that an
 * RSA key may have. Appended to `out`, which is empty.
 */
static int
read_member(const struct json_member *m, size_t bytes, struct buf *out,
    struct error *err)
{
	struct span text = m->value;
	struct error why;

	if (!text.p)
		return FAIL(err, ERR_WALLET, "member '%s' is missing", m->name);
	if (text.len < 2 || text.p[0] != '"')
		return FAIL(err, ERR_WALLET, "member '%s' is not a text",
		    m->name);
	text = span_of(text.p + 1, text.len - 2);
	if (base64url_decode(text, out, &why) < 0)
		return FAIL(err, ERR_WALLET, "member '%s' is %s", m->name,
		    why.text);
	if (bytes && out->len != bytes)
		return FAIL(err, ERR_WALLET,
		    "member '%s' has %zu bytes, not %zu", m->name, out->len,
		    bytes);
	if (out->len > NUMBER_MAX_BYTES)
		return FAIL(err, ERR_WALLET,
		    "member '%s' has %zu bytes, more than %d", m->name,
		    out->len, NUMBER_MAX_BYTES);
	return 0;
}

/* A member that says what kind of key it is. */
static int
check_kind(const struct json_member *m, const char *wanted, struct error *err)
{
	if (!m->value.p || m->value.p[0] != '"')
		return FAIL(err, ERR_WALLET,
		    "member '%s' is missing or not a text", m->name);
	if (!json_string_is(m->value, wanted))
		return FAIL(err, ERR_WALLET, "member '%s' is not '%s'", m->name,
		    wanted);
	return 0;
}

/* The public key is compared: a file with a wrong one was damaged. */
static int
check_public(const struct json_member *m, struct span wanted, struct error *err)
{
	struct buf bytes = BUF_INIT;
	int rc = read_member(m, wanted.len, &bytes, err);

	if (rc == 0 && !span_equal(buf_span(&bytes), wanted))
		rc = FAIL(err, ERR_WALLET,
		    "member '%s' is not of the public key of 'd'", m->name);
	buf_release(&bytes);
	return rc;
}

/* The pair whose secret is the member d. */
static int
read_secret(const struct json_member *m, unsigned type, struct keypair **out,
    struct error *err)
{
	struct buf secret = BUF_INIT;
	int rc = read_member(&m[M_D], SEED_BYTES, &secret, err);

	if (rc == 0)
		rc = keypair_from_secret(type, secret.p, out, err);
	buf_wipe(&secret);
	return rc;
}

static int
read_okp(const struct json_member *m, struct keypair **out, struct error *err)
{
	struct keypair *kp;

	if (check_kind(&m[M_CRV], "Ed25519", err) < 0 ||
	    read_secret(m, SIGNATURE_ED25519, &kp, err) < 0)
		return -1;
	if (check_public(&m[M_X], keypair_owner(kp), err) < 0) {
		keypair_free(kp);
		return -1;
	}
	*out = kp;
	return 0;
}

static int
read_ec(const struct json_member *m, struct keypair **out, struct error *err)
{
	struct keypair *kp;
	const uint8_t *point;

	if (check_kind(&m[M_CRV], "secp256k1", err) < 0 ||
	    read_secret(m, SIGNATURE_ETHEREUM, &kp, err) < 0)
		return -1;
	point = keypair_point(kp).p + 1;
	if (check_public(&m[M_X], span_of(point, COORDINATE_BYTES), err) < 0 ||
	    check_public(&m[M_Y],
		span_of(point + COORDINATE_BYTES, COORDINATE_BYTES), err) < 0) {
		keypair_free(kp);
		return -1;
	}
	*out = kp;
	return 0;
}

static int
read_rsa(const struct json_member *m, struct keypair **out, struct error *err)
{
	struct buf bytes[RSA_NUMBERS] = { BUF_INIT };
	struct span numbers[RSA_NUMBERS] = { { NULL, 0 } };
	int rc = 0;

	for (size_t i = 0; i < RSA_NUMBERS && rc == 0; i++) {
		/* what follows from the rest may be left out */
		if (i >= RSA_DP && !m[M_N + i].value.p)
			continue;
		rc = read_member(&m[M_N + i], 0, &bytes[i], err);
		numbers[i] = buf_span(&bytes[i]);
	}
	if (rc == 0)
		rc = keypair_from_rsa(numbers, out, err);
	for (size_t i = 0; i < RSA_NUMBERS; i++)
		buf_wipe(&bytes[i]);
	return rc;
}

static int
read_object(struct span text, struct keypair **out, struct error *err)
{
	struct json_member m[MEMBERS] = { { "kty" }, { "crv" }, { "x" },
		{ "y" }, { "n" }, { "e" }, { "d" }, { "p" }, { "q" }, { "dp" },
		{ "dq" }, { "qi" } };
	struct error why = { ERR_NONE, "" };

	if (json_scan(text, m, MEMBERS, &why) < 0)
		return FAIL(err, ERR_WALLET, "not JSON: %s", why.text);
	if (!m[M_KTY].value.p || m[M_KTY].value.p[0] != '"')
		return FAIL(err, ERR_WALLET,
		    "not a key: member 'kty' is missing or not a text");
	if (json_string_is(m[M_KTY].value, "RSA"))
		return read_rsa(m, out, err);
	if (json_string_is(m[M_KTY].value, "OKP"))
		return read_okp(m, out, err);
	if (json_string_is(m[M_KTY].value, "EC"))
		return read_ec(m, out, err);
	return FAIL(err, ERR_WALLET,
	    "member 'kty' is not 'RSA', 'OKP' or 'EC'");
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
skip_blanks(struct span *s)
{
	while (s->len && is_blank(s->p[0]))
		*s = span_from(*s, 1);
}

/* Take one character, with blanks around it. */
static bool
take_mark(struct span *s, uint8_t mark)
{
	skip_blanks(s);
	if (!s->len || s->p[0] != mark)
		return false;
	*s = span_from(*s, 1);
	skip_blanks(s);
	return true;
}

/* Take a number that is a byte, as JSON writes it. */
static bool
take_byte(struct span *s, uint8_t *out)
{
	unsigned n = 0;
	size_t i = 0;

	for (; i < 3 && i < s->len && s->p[i] >= '0' && s->p[i] <= '9'; i++)
		n = n * 10 + (s->p[i] - (unsigned)'0');
	if (i == 0 || n > UINT8_MAX || (i > 1 && s->p[0] == '0'))
		return false;
	*s = span_from(*s, i);
	*out = (uint8_t)n;
	return true;
}

/* Numbers up to the bracket; *at counts those that were good. */
static bool
read_numbers(struct span text, uint8_t pair[SOLANA_PAIR_BYTES], size_t *at)
{
	bool good = take_mark(&text, '[');

	for (*at = 0; good && *at < SOLANA_PAIR_BYTES; ++*at)
		if ((*at > 0 && !take_mark(&text, ',')) ||
		    !take_byte(&text, &pair[*at]))
			return false;
	return good && take_mark(&text, ']') && text.len == 0;
}

int
jwk_read_pair(const uint8_t pair[SOLANA_PAIR_BYTES], struct keypair **out,
    struct error *err)
{
	struct keypair *kp;

	if (keypair_from_secret(SIGNATURE_SOLANA, pair, &kp, err) < 0)
		return -1;
	if (!span_equal(keypair_owner(kp),
		span_of(pair + SEED_BYTES, SOLANA_PAIR_BYTES - SEED_BYTES))) {
		keypair_free(kp);
		return FAIL(err, ERR_WALLET,
		    "the second half of the key is not the public key of the "
		    "first");
	}
	*out = kp;
	return 0;
}

static int
read_array(struct span text, struct keypair **out, struct error *err)
{
	uint8_t pair[SOLANA_PAIR_BYTES];
	size_t at;
	int rc;

	if (!read_numbers(text, pair, &at)) {
		sodium_memzero(pair, sizeof(pair));
		if (at < SOLANA_PAIR_BYTES)
			return FAIL(err, ERR_WALLET,
			    "not an array of %d bytes: number %zu is missing "
			    "or wrong",
			    SOLANA_PAIR_BYTES, at + 1);
		return FAIL(err, ERR_WALLET,
		    "not an array of %d bytes: it goes on behind them",
		    SOLANA_PAIR_BYTES);
	}
	rc = jwk_read_pair(pair, out, err);
	sodium_memzero(pair, sizeof(pair));
	return rc;
}

int
jwk_read(struct span text, struct keypair **out, struct error *err)
{
	struct span first = text;

	skip_blanks(&first);
	if (first.len && first.p[0] == '[')
		return read_array(text, out, err);
	return read_object(text, out, err);
}

/* --- writing --- */

/* ,"name":"base64url" */
static void
add_member(const char *name, struct span value, struct buf *out)
{
	buf_printf(out, ",\"%s\":\"", name);
	base64url_encode(value, out);
	buf_add_text(out, "\"");
}

static void
add_rsa(const struct keypair *kp, struct buf *out)
{
	struct buf number = BUF_INIT;

	buf_reserve(&number, NUMBER_MAX_BYTES);
	buf_add_text(out, "{\"kty\":\"RSA\"");
	for (int i = 0; i < RSA_NUMBERS; i++) {
		buf_clear(&number);
		keypair_rsa_number(kp, (enum rsa_number)i, &number);
		add_member(rsa_names[i], buf_span(&number), out);
	}
	buf_wipe(&number);
}

static void
add_array(const struct keypair *kp, struct buf *out)
{
	struct span halves[] = { keypair_secret(kp), keypair_owner(kp) };
	const char *between = "[";

	for (size_t half = 0; half < 2; half++)
		for (size_t i = 0; i < halves[half].len; i++) {
			buf_printf(out, "%s%u", between, halves[half].p[i]);
			between = ",";
		}
	buf_add_text(out, "]\n");
}

/* Up to the members of the public key, which both forms have. */
static void
add_public(enum key_kind kind, struct span owner, struct buf *out)
{
	struct span point = span_from(owner, 1);

	switch (kind) {
	case KEY_RSA:
		buf_add_text(out, "{\"kty\":\"RSA\",\"e\":\"AQAB\"");
		add_member("n", owner, out);
		break;
	case KEY_SECP256K1:
		buf_add_text(out, "{\"kty\":\"EC\",\"crv\":\"secp256k1\"");
		add_member("x", span_first(point, COORDINATE_BYTES), out);
		add_member("y", span_from(point, COORDINATE_BYTES), out);
		break;
	default:
		buf_add_text(out, "{\"kty\":\"OKP\",\"crv\":\"Ed25519\"");
		add_member("x", owner, out);
	}
}

void
jwk_write(const struct keypair *kp, struct buf *out)
{
	struct span owner = keypair_owner(kp);

	if (keypair_type(kp) == SIGNATURE_SOLANA) {
		add_array(kp, out);
		return;
	}
	if (keypair_kind(kp) == KEY_RSA) {
		add_rsa(kp, out);
	} else {
		if (keypair_kind(kp) == KEY_SECP256K1)
			owner = keypair_point(kp);
		add_public(keypair_kind(kp), owner, out);
		add_member("d", keypair_secret(kp), out);
	}
	buf_add_text(out, "}\n");
}

void
jwk_write_public(unsigned type, struct span owner, struct buf *out)
{
	const struct signature_ops *ops = signature_ops_find(type);

	ASSERT(ops && owner.len == ops->owner_bytes);
	add_public(ops->kind, owner, out);
	buf_add_text(out, "}\n");
}
