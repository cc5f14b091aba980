/*
 * A list of what may pass, never of what may not: text, line feeds, tabs and
 * colours. A sequence that is not whole is shown, not waited for.
 *
 * The input is the output of a stranger's program. A terminal would obey it:
 * move the cursor over what was shown, set the window's title, answer with text
 * that the next prompt takes for typed. So colours pass, being of use and
 * harmless, and the rest is made visible: in a log or a copy one sees what was
 * there.
 *
 * UTF-8 is read first: the bytes of a C1 control are only told from those of a
 * letter when characters are looked at.
 */
#include "term/escape.h"

#include "term/width.h"

enum {
	READLINE_HIDE = 1, /* what follows takes no cells */
	READLINE_SHOW = 2
};

/* Readline counts only what is not between its marks. */
static void
add_sgr(struct span sgr, unsigned flags, struct buf *out)
{
	if (!(flags & ESCAPE_COLOR))
		return;
	if (flags & ESCAPE_PROMPT)
		buf_add_byte(out, READLINE_HIDE);
	buf_add_span(out, sgr);
	if (flags & ESCAPE_PROMPT)
		buf_add_byte(out, READLINE_SHOW);
}

/* Characters that hide or reorder others: marks, overrides, isolates. */
static bool
is_deceiving(uint32_t c)
{
	return (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0x061c || c == 0xfeff;
}

/* ^X as in terminals, <U+XXXX> where there is no such way of writing. */
static void
add_char(uint32_t c, struct span bytes, unsigned flags, struct buf *out)
{
	if ((c == '\n' || c == '\t') && !(flags & ESCAPE_ONE_LINE))
		buf_add_byte(out, (uint8_t)c);
	else if (c < 0x20 || c == 0x7f)
		buf_printf(out, "^%c", (char)(c ^ 0x40));
	else if ((c >= 0x80 && c < 0xa0) || is_deceiving(c))
		buf_printf(out, "<U+%04X>", (unsigned)c);
	else
		buf_add_span(out, bytes);
}

void
escape_text(struct span text, unsigned flags, struct buf *out)
{
	size_t at = 0;

	while (at < text.len) {
		struct span rest = span_from(text, at);
		size_t sgr = sgr_length(rest);
		size_t start = at;
		bool valid;
		uint32_t c;

		if (sgr) {
			add_sgr(span_first(rest, sgr), flags, out);
			at += sgr;
			continue;
		}
		c = char_next(text, &at, &valid);
		if (valid)
			add_char(c, span_first(rest, at - start), flags, out);
		else
			buf_add_text(out, "\xef\xbf\xbd");
	}
}

/* Byte by byte: what is no UTF-8 stays what it is. */
void
escape_strip_color(struct span text, struct buf *out)
{
	size_t at = 0;

	while (at < text.len) {
		size_t sgr = sgr_length(span_from(text, at));

		if (sgr == 0)
			buf_add_byte(out, text.p[at++]);
		at += sgr;
	}
}
