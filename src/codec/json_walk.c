#include "codec/json_walk.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "codec/json_scan.h"
#include "codec/utf8.h"

enum {
	/* a whole number with its sign, of fewer bytes, fits 64 bits */
	SHORT_NUMBER = 19,
	/* a real one without an exponent, of fewer bytes, is in range */
	SHORT_REAL = 300,
};

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_punctuation(uint8_t c)
{
	return c == ',' || c == ':' || c == '[' || c == ']' || c == '{' ||
	    c == '}';
}

/* Bytes of the string whose quote is at p. */
static size_t
string_bytes(const uint8_t *p, size_t len)
{
	size_t n = 1;

	while (n < len && p[n] != '"')
		n += p[n] == '\\' ? 2 : 1;
	return n < len ? n + 1 : len;
}

bool
json_take_token(struct span *text, struct span *token)
{
	const uint8_t *p = text->p;
	size_t at = 0;
	size_t n = 1;

	while (at < text->len && is_blank(p[at]))
		at++;
	*text = span_from(*text, at);
	if (text->len == 0)
		return false;
	p = text->p;
	if (p[0] == '"')
		n = string_bytes(p, text->len);
	else if (!is_punctuation(p[0]))
		while (
		    n < text->len && !is_blank(p[n]) && !is_punctuation(p[n]))
			n++;
	*token = span_first(*text, n);
	*text = span_from(*text, n);
	return true;
}

struct span
json_take_value(struct span *text)
{
	struct span token = { NULL, 0 };
	struct span start = *text;
	size_t depth = 0;

	do {
		if (!json_take_token(text, &token))
			break;
		if (token.p[0] == '[' || token.p[0] == '{')
			depth++;
		else if (token.p[0] == ']' || token.p[0] == '}')
			depth--;
	} while (depth > 0);
	return span_first(start, start.len - text->len);
}

/* A bracket or a comma stands before each item. */
bool
json_take_item(struct span *list, struct span *item)
{
	struct span rest = *list;
	struct span token;
	struct span after;

	if (!json_take_token(&rest, &token) || token.p[0] == ']')
		return false;
	after = rest;
	if (!json_take_token(&after, &token) || token.p[0] == ']')
		return false;
	/* from its first byte on, whatever blanks are before */
	rest = span_from(rest, (size_t)(token.p - rest.p));
	*item = json_take_value(&rest);
	*list = rest;
	return true;
}

bool
json_is_empty(struct span value)
{
	struct span token;

	return json_take_token(&value, &token) &&
	    (token.p[0] == '[' || token.p[0] == '{') &&
	    json_take_token(&value, &token) &&
	    (token.p[0] == ']' || token.p[0] == '}');
}

/* Four hexadecimal digits. */
static uint32_t
hex_value(const uint8_t *p)
{
	uint32_t n = 0;

	for (int i = 0; i < 4; i++)
		n = n * 16 +
		    (uint32_t)(p[i] <= '9' ? p[i] - '0'
					   : (p[i] | 0x20) - 'a' + 10);
	return n;
}

/* The escape that stands first, two of them for a surrogate pair. */
static uint32_t
take_escape(struct span *s)
{
	static const char from[] = "bfnrt";
	static const char to[] = "\b\f\n\r\t";
	const uint8_t *p = s->p;
	const char *found;
	uint32_t c;
	uint32_t low;

	if (s->len < 6 || p[1] != 'u') {
		found = memchr(from, p[1], sizeof(from) - 1);
		*s = span_from(*s, 2);
		return found ? (uint8_t)to[found - from] : p[1];
	}
	c = hex_value(p + 2);
	if ((c & 0xfc00) != 0xd800 || s->len < 12) {
		*s = span_from(*s, 6);
		return c;
	}
	low = hex_value(p + 8);
	*s = span_from(*s, 12);
	return 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
}

uint32_t
json_take_piece(struct span *inside, struct span *plain)
{
	const uint8_t *end =
	    inside->len ? memchr(inside->p, '\\', inside->len) : NULL;
	size_t n = end ? (size_t)(end - inside->p) : inside->len;

	*plain = span_first(*inside, n);
	if (n == 0)
		return take_escape(inside);
	*inside = span_from(*inside, n);
	return 0;
}

void
json_add_meaning(struct buf *out, struct span string)
{
	struct span inside = span_of(string.p + 1, string.len - 2);
	struct span plain;

	while (inside.len > 0) {
		uint32_t c = json_take_piece(&inside, &plain);

		if (plain.len)
			buf_add_span(out, plain);
		else
			utf8_add(out, c);
	}
}

static bool
is_number(struct span token)
{
	return token.p[0] == '-' || (token.p[0] >= '0' && token.p[0] <= '9');
}

/* In the text a byte stands behind it that ends it. */
static bool
number_fits(struct span token)
{
	const char *p = (const char *)token.p;
	bool exponent = memchr(p, 'e', token.len) || memchr(p, 'E', token.len);
	bool real = exponent || memchr(p, '.', token.len);

	if (real)
		return (!exponent && token.len < SHORT_REAL) ||
		    isfinite(strtod(p, NULL));
	if (token.len < SHORT_NUMBER)
		return true;
	errno = 0;
	(void)strtoll(p, NULL, 10);
	return errno == 0;
}

static bool
has_zero(struct span string)
{
	struct span inside = span_of(string.p + 1, string.len - 2);
	struct span plain;

	while (inside.len > 0)
		if (json_take_piece(&inside, &plain) == 0 && plain.len == 0)
			return true;
	return false;
}

bool
json_has_meaning(struct span text)
{
	struct span before = { NULL, 0 };
	struct span token;

	while (json_take_token(&text, &token)) {
		if (is_number(token) && !number_fits(token))
			return false;
		if (token.p[0] == '"' && memchr(token.p, '\\', token.len) &&
		    !json_has_no_lone_surrogate(token))
			return false;
		/* a colon stands behind a name alone */
		if (token.p[0] == ':' && before.p && has_zero(before))
			return false;
		before = token;
	}
	return true;
}
