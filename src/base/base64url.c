/*
 * Ids are encoded and decoded for every message, so both go by plain arithmetic
 * on whole groups; 43 characters hold 258 bits, of which two must be zero.
 */
#include "base/base64url.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Six bits for a character of the alphabet, -1 for any other. */
static int
sextet(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '-')
		return 62;
	return c == '_' ? 63 : -1;
}

/* Write the encoding of n bytes to `to`; give its length. */
static size_t
encode(const uint8_t *p, size_t n, char *to)
{
	char *start = to;

	for (; n >= 3; n -= 3, p += 3) {
		*to++ = alphabet[p[0] >> 2];
		*to++ = alphabet[(p[0] & 3) << 4 | p[1] >> 4];
		*to++ = alphabet[(p[1] & 15) << 2 | p[2] >> 6];
		*to++ = alphabet[p[2] & 63];
	}
	if (n > 0) {
		*to++ = alphabet[p[0] >> 2];
		*to++ = alphabet[(p[0] & 3) << 4 | (n > 1 ? p[1] >> 4 : 0)];
	}
	if (n > 1)
		*to++ = alphabet[(p[1] & 15) << 2];
	return (size_t)(to - start);
}

void
base64url_encode(struct span in, struct buf *out)
{
	char *to = (char *)buf_reserve(out, in.len / 3 * 4 + 4);

	out->len += encode(in.p, in.len, to);
	out->p[out->len] = 0;
}

/* Decode to `to`, which has room; -1 and the offset of the fault in *at. */
static int
decode(struct span in, uint8_t *to, size_t *at)
{
	uint32_t bits = 0;
	unsigned held = 0;

	for (size_t i = 0; i < in.len; i++) {
		int v = sextet(in.p[i]);

		*at = i;
		if (v < 0)
			return -1;
		bits = (bits << 6 | (uint32_t)v) & 0xffff;
		held += 6;
		if (held >= 8) {
			held -= 8;
			*to++ = (uint8_t)(bits >> held);
		}
	}
	/* one character alone says nothing; left over bits must be zero */
	return in.len % 4 == 1 || (bits & ((1U << held) - 1)) ? -1 : 0;
}

int
base64url_decode(struct span in, struct buf *out, struct error *err)
{
	uint8_t *to = buf_reserve(out, in.len / 4 * 3 + 3);
	size_t at = 0;

	if (decode(in, to, &at) < 0)
		return FAIL(err, ERR_FORMAT,
		    "not base64url: at offset %zu of %zu", at, in.len);
	out->len += in.len * 3 / 4;
	out->p[out->len] = 0;
	return 0;
}

struct id_text
id_encode(const struct id *id)
{
	struct id_text t;

	t.text[encode(id->bytes, ID_BYTES, t.text)] = 0;
	return t;
}

int
id_decode(struct span text, struct id *id, struct error *err)
{
	struct id decoded;
	size_t at = 0;

	if (text.len != ID_CHARS)
		return FAIL(err, ERR_FORMAT, "an id has %d characters, not %zu",
		    ID_CHARS, text.len);
	if (decode(text, decoded.bytes, &at) < 0)
		return FAIL(err, ERR_FORMAT,
		    "not an id: character %zu is not base64url", at + 1);
	*id = decoded;
	return 0;
}
