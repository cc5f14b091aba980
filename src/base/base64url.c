/*
 * Ids are encoded and decoded for every message, and data of any size may be,
 * so both go by tables, a group of four characters at a time. 43 characters
 * hold 258 bits, of which two must be zero.
 */
#include "base/base64url.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

enum {
	NO = 0x80, /* a bit that six do not have: not of the alphabet */
};

/* Six bits for each character, or NO. */
/* clang-format off */
static const uint8_t sextets[256] = {
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, 62, NO, NO,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, NO, NO, NO, NO, NO, NO,
	NO, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, NO, NO, NO, NO, 63,
	NO, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO,
};
/* clang-format on */

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

/* The first character that is none of the alphabet; the length: there is none.
 */
static size_t
first_wrong(struct span in)
{
	size_t i = 0;

	while (i < in.len && sextets[in.p[i]] != NO)
		i++;
	return i;
}

/* Two or three characters, the end of a text, to one or two bytes. */
static bool
decode_rest(const uint8_t *p, size_t len, uint8_t *to)
{
	uint8_t a = sextets[p[0]];
	uint8_t b = sextets[p[1]];
	uint8_t c = len > 2 ? sextets[p[2]] : 0;

	if ((a | b | c) & NO)
		return false;
	to[0] = (uint8_t)(a << 2 | b >> 4);
	/* what is left over must be zero, or one value had several texts */
	if (len == 2)
		return (b & 15) == 0;
	to[1] = (uint8_t)(b << 4 | c >> 2);
	return (c & 3) == 0;
}

/*
 * Decode to `to`, which has room for whole groups; -1 and the offset of the
 * fault in *at. Groups of four need one test.
 */
static int
decode(struct span in, uint8_t *to, size_t *at)
{
	const uint8_t *p = in.p;
	size_t left = in.len;
	bool good = left % 4 != 1; /* one alone says nothing */

	for (; good && left >= 4; left -= 4, p += 4, to += 3) {
		uint8_t a = sextets[p[0]];
		uint8_t b = sextets[p[1]];
		uint8_t c = sextets[p[2]];
		uint8_t d = sextets[p[3]];

		good = !((a | b | c | d) & NO);
		to[0] = (uint8_t)(a << 2 | b >> 4);
		to[1] = (uint8_t)(b << 4 | c >> 2);
		to[2] = (uint8_t)(c << 6 | d);
	}
	if (good && (left == 0 || decode_rest(p, left, to)))
		return 0;
	*at = first_wrong(in);
	/* the alphabet is kept: the fault is the last character */
	if (*at == in.len)
		*at = in.len - 1;
	return -1;
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

bool
take_id(struct span *in, struct id *id)
{
	struct span bytes;

	if (!take_bytes(in, ID_BYTES, &bytes))
		return false;
	memcpy(id->bytes, bytes.p, ID_BYTES);
	return true;
}
