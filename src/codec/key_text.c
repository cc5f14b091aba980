/*
 * The forms cannot be taken for one another: JSON begins with a bracket, a key
 * in digits has 64 of them, and base58 of 64 bytes has that many characters
 * only where all bytes are zero, which is no key.
 */
#include "codec/key_text.h"

#include <sodium.h>

#include "codec/jwk.h"

enum {
	HEX_CHARS = 2 * SEED_BYTES,
	PAIR_BYTES = 64, /* Solana's: seed, then public key */
	BASE58_MAX = 88, /* characters of so many bytes */
};

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct span
trim(struct span s)
{
	while (s.len && is_blank(s.p[0]))
		s = span_from(s, 1);
	while (s.len && is_blank(s.p[s.len - 1]))
		s.len--;
	return s;
}

/* --- digits --- */

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
read_hex(unsigned type, struct span text, struct keypair **out,
    struct error *err)
{
	uint8_t secret[SEED_BYTES];
	int rc;

	if (!type)
		return FAIL(err, ERR_WALLET,
		    "%d digits do not say what type of key they are",
		    HEX_CHARS);
	for (size_t i = 0; i < SEED_BYTES; i++) {
		int high = hex_digit(text.p[2 * i]);
		int low = hex_digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0) {
			sodium_memzero(secret, sizeof(secret));
			return FAIL(err, ERR_WALLET,
			    "not a key: character %zu or %zu is no "
			    "hexadecimal digit",
			    2 * i + 1, 2 * i + 2);
		}
		secret[i] = (uint8_t)(high << 4 | low);
	}
	rc = keypair_from_secret(type, secret, out, err);
	sodium_memzero(secret, sizeof(secret));
	if (rc < 0)
		err->code = ERR_WALLET;
	return rc;
}

/* --- base58 --- */

static int
base58_digit(uint8_t c)
{
	static const char alphabet[] =
	    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* One number of 64 bytes; a '1' stands for each zero byte in front. */
static bool
decode_base58(struct span text, uint8_t out[PAIR_BYTES])
{
	size_t zeroes = 0;
	size_t ones = 0;

	memset(out, 0, PAIR_BYTES);
	for (size_t i = 0; i < text.len; i++) {
		int digit = base58_digit(text.p[i]);
		unsigned carry = (unsigned)digit;

		if (digit < 0)
			return false;
		if (digit == 0 && ones == i)
			ones++;
		for (size_t k = PAIR_BYTES; k-- > 0;) {
			carry += out[k] * 58U;
			out[k] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	while (zeroes < PAIR_BYTES && out[zeroes] == 0)
		zeroes++;
	return zeroes == ones;
}

static int
read_base58(struct span text, struct keypair **out, struct error *err)
{
	uint8_t pair[PAIR_BYTES];
	struct keypair *kp = NULL;
	int rc;

	if (text.len > BASE58_MAX || !decode_base58(text, pair)) {
		sodium_memzero(pair, sizeof(pair));
		return FAIL(err, ERR_WALLET,
		    "not a key: neither JSON, nor %d hexadecimal digits, nor "
		    "%d bytes in base58",
		    HEX_CHARS, PAIR_BYTES);
	}
	rc = keypair_from_secret(SIGNATURE_SOLANA, pair, &kp, err);
	if (rc == 0 &&
	    !span_equal(keypair_owner(kp),
		span_of(pair + SEED_BYTES, PAIR_BYTES - SEED_BYTES)))
		rc = FAIL(err, ERR_WALLET,
		    "the second half of the key is not the public key of the "
		    "first");
	sodium_memzero(pair, sizeof(pair));
	if (rc < 0)
		keypair_free(kp);
	else
		*out = kp;
	return rc;
}

/* --- any --- */

/* Takes the key. */
static int
convert(struct keypair *kp, unsigned type, struct keypair **out,
    struct error *err)
{
	int rc = 0;

	if (type == 0 || keypair_type(kp) == type) {
		*out = kp;
		return 0;
	}
	rc = keypair_as(kp, type, out, err);
	if (rc < 0)
		err->code = ERR_WALLET;
	keypair_free(kp);
	return rc;
}

int
key_text_read(unsigned type, struct span text, struct keypair **out,
    struct error *err)
{
	struct keypair *kp;
	int rc;

	text = trim(text);
	if (text.len && (text.p[0] == '{' || text.p[0] == '['))
		rc = jwk_read(text, &kp, err);
	else if (text.len == HEX_CHARS)
		return read_hex(type, text, out, err);
	else if (text.len == HEX_CHARS + 2 &&
	    (span_starts_with(text, "0x") || span_starts_with(text, "0X")))
		return read_hex(type, span_from(text, 2), out, err);
	else
		rc = read_base58(text, &kp, err);
	return rc < 0 ? -1 : convert(kp, type, out, err);
}
