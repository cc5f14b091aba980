/*
 * The C library knows which characters are wide in the user's locale; asking it
 * keeps us in step with the terminal, which asks the same tables.
 *
 * Cells are counted as readline does, by wcwidth(), a character at a time:
 * sequences that a terminal joins into one picture count each part, so a table
 * may then have a gap, and never a line too long.
 */
#include "term/width.h"

#include <wchar.h>

#include "codec/utf8.h"

enum {
	SGR_MAX = 32 /* bytes of a colour sequence that is taken as one */
};

uint32_t
char_next(struct span text, size_t *at, bool *valid)
{
	struct span rest = span_from(text, *at);
	size_t len = utf8_next(rest, valid);
	uint32_t c;

	*at += len;
	if (!*valid || !rest.p)
		return CHAR_BROKEN;
	c = len == 1 ? rest.p[0] : rest.p[0] & (0x7fU >> len);
	for (size_t i = 1; i < len; i++)
		c = c << 6 | (rest.p[i] & 0x3fU);
	return c;
}

/* Control characters take none here; escape.c has made them visible before. */
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

	if (text.len < 3 || !text.p || text.p[0] != 0x1b || text.p[1] != '[')
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
			width = char_width(char_next(text, &next, &valid));
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
