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
read_hex(unsigned type, struct span text, struct keypair **out,
    struct error *err)
{
	uint8_t secret[SEED_BYTES];
	int rc;

	if (!type)
		return FAIL(err, ERR_WALLET,
		    "%d digits are a key of any type: '--type' has to say "
		    "which",
		    HEX_CHARS);
	if (sodium_hex2bin(secret, sizeof(secret), (const char *)text.p,
		text.len, NULL, NULL, NULL) != 0) {
		sodium_memzero(secret, sizeof(secret));
		return FAIL(err, ERR_WALLET,
		    "not a key: %d characters that are not all hexadecimal "
		    "digits",
		    HEX_CHARS);
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
decode_base58(struct span text, uint8_t out[SOLANA_PAIR_BYTES])
{
	size_t zeroes = 0;
	size_t ones = 0;

	memset(out, 0, SOLANA_PAIR_BYTES);
	for (size_t i = 0; i < text.len; i++) {
		int digit = base58_digit(text.p[i]);
		unsigned carry = (unsigned)digit;

		if (digit < 0)
			return false;
		if (digit == 0 && ones == i)
			ones++;
		for (size_t k = SOLANA_PAIR_BYTES; k-- > 0;) {
			carry += out[k] * 58U;
			out[k] = (uint8_t)carry;
			carry >>= 8;
		}
		if (carry)
			return false;
	}
	while (zeroes < SOLANA_PAIR_BYTES && out[zeroes] == 0)
		zeroes++;
	return zeroes == ones;
}

static int
read_base58(struct span text, struct keypair **out, struct error *err)
{
	uint8_t pair[SOLANA_PAIR_BYTES];
	int rc;

	if (text.len > BASE58_MAX || !decode_base58(text, pair)) {
		sodium_memzero(pair, sizeof(pair));
		return FAIL(err, ERR_WALLET,
		    "not a key: neither JSON, nor %d hexadecimal digits, nor "
		    "%d bytes in base58",
		    HEX_CHARS, SOLANA_PAIR_BYTES);
	}
	rc = jwk_read_pair(pair, out, err);
	sodium_memzero(pair, sizeof(pair));
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
