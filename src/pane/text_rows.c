#include "pane/text_rows.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/alloc.h"
#include "codec/utf8.h"
#include "term/escape.h"
#include "term/width.h"

enum {
	HEX_BYTES = 16, /* of a row */
	TAB_COLUMNS = 8,
	DEPTH_MAX = 64 /* of JSON that is indented */
};

void
text_rows_init(struct text_rows *t, size_t width)
{
	*t = (struct text_rows){ .width = width ? width : 1 };
}

void
text_rows_release(struct text_rows *t)
{
	buf_release(&t->text);
	free(t->rows);
	*t = (struct text_rows){ .width = t->width };
}

static void
add_row(struct text_rows *t, enum look look, struct span text)
{
	if (t->count == TEXT_ROWS_MAX)
		return;
	if (t->count % 64 == 0)
		t->rows = xrealloc(t->rows, (t->count + 64) * sizeof(*t->rows));
	t->rows[t->count++] = (struct text_row){ t->text.len, text.len, look };
	buf_add_span(&t->text, text);
}

/* At least a character, or the loop would not end: one too wide is a mark. */
static void
add_wrapped(struct text_rows *t, enum look look, struct span clean)
{
	do {
		size_t n = text_fit(clean, t->width);
		size_t next = 0;
		bool valid;

		if (n == 0 && clean.len) {
			(void)char_next(clean, &next, &valid);
			add_row(t, look, span_text("?"));
			n = next;
		} else {
			add_row(t, look, span_first(clean, n));
		}
		clean = span_from(clean, n);
	} while (clean.len && t->count < TEXT_ROWS_MAX);
}

/* Tabs become blanks, so that what is aligned stays so. */
static void
expand_tabs(struct span line, struct buf *out)
{
	size_t column = 0;

	for (size_t i = 0; i < line.len; i++) {
		if (line.p[i] != '\t') {
			buf_add_byte(out, line.p[i]);
			column += (line.p[i] & 0xc0) != 0x80;
			continue;
		}
		do {
			buf_add_byte(out, ' ');
		} while (++column % TAB_COLUMNS);
	}
}

void
text_rows_add(struct text_rows *t, enum look look, struct span text)
{
	do {
		const uint8_t *end =
		    text.len ? memchr(text.p, '\n', text.len) : NULL;
		size_t len = end ? (size_t)(end - text.p) : text.len;
		struct buf wide = BUF_INIT;
		struct buf clean = BUF_INIT;

		expand_tabs(span_first(text, len), &wide);
		escape_text(buf_span(&wide), ESCAPE_ONE_LINE, &clean);
		add_wrapped(t, look, buf_span(&clean));
		buf_release(&wide);
		buf_release(&clean);
		text = span_from(text, len + 1);
	} while (text.len && t->count < TEXT_ROWS_MAX);
}

void
text_rows_printf(struct text_rows *t, enum look look, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	text_rows_add(t, look, span_text(text));
	free(text);
}

/* 00000010  48 65 6c 6c 6f …  |Hello| */
static void
add_hex(struct text_rows *t, struct span data)
{
	for (size_t at = 0; at < data.len; at += HEX_BYTES) {
		struct span part = span_first(span_from(data, at), HEX_BYTES);
		struct buf line = BUF_INIT;

		buf_printf(&line, "%08zx ", at);
		for (size_t i = 0; i < HEX_BYTES; i++) {
			if (i < part.len)
				buf_printf(&line, " %02x", part.p[i]);
			else
				buf_add_text(&line, "   ");
		}
		buf_add_text(&line, "  |");
		for (size_t i = 0; i < part.len; i++)
			buf_add_byte(&line,
			    part.p[i] < 0x80 && isprint(part.p[i]) ? part.p[i]
								   : '.');
		buf_add_byte(&line, '|');
		text_rows_add(t, LOOK_PLAIN, buf_span(&line));
		buf_release(&line);
	}
}

/*
 * More brackets are open at once than people can read, and each would indent
 * all that is in it: a small text could become a huge one.
 */
static bool
is_deep(struct span data)
{
	size_t depth = 0;

	for (size_t i = 0; i < data.len; i++) {
		if (data.p[i] == '{' || data.p[i] == '[')
			depth++;
		else if ((data.p[i] == '}' || data.p[i] == ']') && depth)
			depth--;
		if (depth > DEPTH_MAX)
			return true;
	}
	return false;
}

/* What is a list or an object; false: it is something else. */
static bool
add_json(struct text_rows *t, struct span data)
{
	json_t *root;
	char *text;

	if (data.len == 0 || (data.p[0] != '{' && data.p[0] != '[') ||
	    is_deep(data))
		return false;
	root = json_loadb((const char *)data.p, data.len, 0, NULL);
	text = root ? json_dumps(root, JSON_INDENT(2)) : NULL;
	if (text)
		text_rows_add(t, LOOK_PLAIN, span_text(text));
	free(text);
	json_decref(root);
	return text != NULL;
}

void
text_rows_add_data(struct text_rows *t, struct span data)
{
	struct span shown = span_first(data, TEXT_DATA_MAX);

	if (data.len <= TEXT_DATA_MAX && add_json(t, data))
		return;
	/* a character may have been cut */
	for (int i = 0; i < 3 && shown.len < data.len; i++)
		if (!utf8_valid(shown))
			shown.len--;
	if (utf8_valid(shown) && !(shown.len && memchr(shown.p, 0, shown.len)))
		text_rows_add(t, LOOK_PLAIN, shown);
	else
		add_hex(t, shown);
	if (shown.len < data.len)
		text_rows_printf(t, LOOK_WARN, "… %zu bytes more",
		    data.len - shown.len);
}

struct span
text_rows_at(const struct text_rows *t, size_t row)
{
	const struct text_row *r = &t->rows[row];

	return span_of(t->text.p + r->from, r->len);
}
