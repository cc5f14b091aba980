#include "term/width.h"

#include <wchar.h>

enum {
	SGR_MAX = 32 /* bytes of a colour sequence that is taken as one */
};

/* Bytes that a lead byte announces; 0: it is no lead byte. */
static size_t
sequence_length(uint8_t lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

/* Not a surrogate, not too large, not written longer than needed. */
static bool
is_scalar(uint32_t c, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return c >= least[len] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

uint32_t
utf8_next(struct span text, size_t *at, bool *valid)
{
	const uint8_t *p = text.p + *at;
	size_t len = sequence_length(p[0]);
	uint32_t c;

	*valid = false;
	if (len == 0 || len > text.len - *at) {
		++*at;
		return UTF8_BROKEN;
	}
	c = len == 1 ? p[0] : p[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			++*at;
			return UTF8_BROKEN;
		}
		c = c << 6 | (p[i] & 0x3fU);
	}
	if (!is_scalar(c, len)) {
		++*at;
		return UTF8_BROKEN;
	}
	*valid = true;
	*at += len;
	return c;
}

bool
utf8_valid(struct span text, size_t *offset)
{
	size_t at = 0;
	bool valid;

	while (at < text.len) {
		*offset = at;
		utf8_next(text, &at, &valid);
		if (!valid)
			return false;
	}
	return true;
}

unsigned
char_width(uint32_t c)
{
	int cells;

	if (c < 0x20 || c == 0x7f)
		return 0;
	if (c < 0x7f)
		return 1;
	cells = wcwidth((wchar_t)c);
	return cells < 0 ? 1 : (unsigned)cells;
}

size_t
sgr_length(struct span text)
{
	size_t n = 2;

	if (text.len < 3 || text.p[0] != 0x1b || text.p[1] != '[')
		return 0;
	while (n < text.len && n < SGR_MAX &&
	    (text.p[n] == ';' || text.p[n] == ':' ||
		(text.p[n] >= '0' && text.p[n] <= '9')))
		n++;
	return n < text.len && text.p[n] == 'm' ? n + 1 : 0;
}

/*
 * Walk until `columns` are used up; gives the bytes walked over and the cells
 * that they take.
 */
static size_t
walk(struct span text, size_t columns, size_t *cells)
{
	size_t at = 0;
	bool valid;

	*cells = 0;
	while (at < text.len) {
		size_t next = at + sgr_length(span_from(text, at));
		unsigned width = 0;

		if (next == at)
			width = char_width(utf8_next(text, &next, &valid));
		if (*cells + width > columns)
			break;
		*cells += width;
		at = next;
	}
	return at;
}

size_t
text_width(struct span text)
{
	size_t cells;

	walk(text, SIZE_MAX, &cells);
	return cells;
}

size_t
text_fit(struct span text, size_t columns)
{
	size_t cells;

	return walk(text, columns, &cells);
}
