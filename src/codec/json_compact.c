/*
 * Token by token: what is written is what stands there, but for numbers and
 * escapes. The exception is an object with a name twice, which is made whole
 * first (json_names.h).
 */
#include "codec/json_compact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/json_names.h"
#include "codec/json_walk.h"
#include "codec/utf8.h"

enum {
	DIGITS_FEW = 15, /* a double keeps so many of any number */
	DIGITS_ALL = 17, /* and these are enough for any double */
	/* a real of so many bytes without an exponent has no more than it
	 * keeps */
	KEPT_BYTES = DIGITS_FEW + 1,
	REAL_ROOM = 64,
};

/* A character that was escaped: as it is, if it may be. */
static void
add_character(struct buf *out, uint32_t c)
{
	static const char from[] = "\b\t\n\f\r\"\\";
	static const char to[] = "btnfr\"\\";
	const char *at = c && c < 0x80 ? strchr(from, (int)c) : NULL;

	if (at) {
		buf_add_byte(out, '\\');
		buf_add_byte(out, (uint8_t)to[at - from]);
	} else if (c < 0x20) {
		buf_printf(out, "\\u%04X", (unsigned)c);
	} else {
		utf8_add(out, c);
	}
}

static void
add_string(struct buf *out, struct span string)
{
	struct span inside = span_of(string.p + 1, string.len - 2);
	struct span plain;

	buf_add_byte(out, '"');
	while (inside.len > 0) {
		uint32_t c = json_take_piece(&inside, &plain);

		if (plain.len)
			buf_add_span(out, plain);
		else
			add_character(out, c);
	}
	buf_add_byte(out, '"');
}

/* Without the plus and the leading zeros of an exponent that printf() has. */
static void
trim_exponent(char *text)
{
	char *e = strchr(text, 'e');
	char *digits;

	if (!e)
		return;
	digits = e + 2;
	if (e[1] == '-')
		e++;
	digits += strspn(digits, "0");
	memmove(e + 1, digits, strlen(digits) + 1);
}

/* False: in so many digits it would be another number. */
static bool
add_real(struct buf *out, struct span token, int digits)
{
	bool plain = token.len <= KEPT_BYTES &&
	    !memchr(token.p, 'e', token.len) &&
	    !memchr(token.p, 'E', token.len);
	double x = strtod((const char *)token.p, NULL);
	char text[REAL_ROOM];

	(void)snprintf(text, sizeof(text), "%.*g", digits, x);
	trim_exponent(text);
	/* or it would be a whole number */
	if (!strpbrk(text, ".e"))
		memcpy(text + strlen(text), ".0", sizeof(".0"));
	buf_add_text(out, text);
	return plain || digits == DIGITS_ALL || strtod(text, NULL) == x;
}

static bool
add_number(struct buf *out, struct span token, int digits)
{
	if (memchr(token.p, '.', token.len) ||
	    memchr(token.p, 'e', token.len) || memchr(token.p, 'E', token.len))
		return add_real(out, token, digits);
	if (span_is(token, "-0"))
		token = span_from(token, 1);
	buf_add_span(out, token);
	return true;
}

/* False, and some of it is written: some number needs more digits. */
static bool
add_value(struct buf *out, struct span value, int digits)
{
	struct span token;

	while (json_take_token(&value, &token)) {
		uint8_t c = token.p[0];

		if (c == '"')
			add_string(out, token);
		else if (c != '-' && (c < '0' || c > '9'))
			buf_add_span(out, token);
		else if (!add_number(out, token, digits))
			return false;
	}
	return true;
}

void
json_add_compact(struct buf *out, struct span value)
{
	struct buf unique = BUF_INIT;
	size_t start = out->len;

	if (json_unite_names(value, &unique))
		value = buf_span(&unique);
	for (int digits = DIGITS_FEW; !add_value(out, value, digits); digits++)
		out->len = start;
	buf_release(&unique);
}
