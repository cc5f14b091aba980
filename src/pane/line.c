/*
 * In a locale without UTF-8 a terminal would show each byte for itself, or obey
 * some of them: there every character beyond ASCII becomes a question mark.
 */
#include "pane/line.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "term/escape.h"
#include "term/width.h"

enum {
	/* of one cell's text: no screen shows more */
	CELL_BYTES_MAX = 8192
};

void
line_release(struct line *l)
{
	buf_release(&l->text);
	l->count = 0;
}

void
line_clear(struct line *l)
{
	buf_clear(&l->text);
	l->count = 0;
}

/* What was added since the last part; the last one takes what has no room. */
static void
end_part(struct line *l, enum look look)
{
	if (l->count == LINE_PARTS_MAX)
		l->count--;
	l->parts[l->count++] = (struct line_part){ l->text.len, look };
}

void
line_make_ascii(struct buf *text, size_t from)
{
	size_t to = from;

	for (size_t i = from; i < text->len; i++) {
		uint8_t c = text->p[i];

		if (c < 0x80)
			text->p[to++] = c;
		else if (c >= 0xc0)
			text->p[to++] = '?';
	}
	text->len = to;
}

void
line_add(struct line *l, enum look look, size_t columns, struct span text)
{
	size_t from = l->text.len;
	struct span clean;
	size_t width;

	escape_text(span_first(text, CELL_BYTES_MAX), ESCAPE_ONE_LINE,
	    &l->text);
	if (MB_CUR_MAX == 1)
		line_make_ascii(&l->text, from);
	if (columns) {
		clean = span_from(buf_span(&l->text), from);
		l->text.len = from + text_fit(clean, columns);
		clean = span_from(buf_span(&l->text), from);
		width = text_width(clean);
		buf_printf(&l->text, "%*s", (int)(columns - width) + 1, "");
	}
	end_part(l, look);
}

void
line_printf(struct line *l, enum look look, const char *fmt, ...)
{
	size_t from = l->text.len;
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	buf_add_text(&l->text, text);
	free(text);
	if (MB_CUR_MAX == 1)
		line_make_ascii(&l->text, from);
	end_part(l, look);
}
