#include "term/edit_reflow.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "term/width.h"

enum {
	REPORT_DIGITS = 5
};

/* --- sizes --- */

void
edit_sizes_release(struct edit_sizes *s)
{
	buf_release(&s->widths);
	free(s->list);
	*s = (struct edit_sizes){ 0 };
}

static struct edit_size *
begin_row(struct edit_sizes *s)
{
	if (s->count % 16 == 0)
		s->list = xrealloc(s->list, (s->count + 16) * sizeof(*s->list));
	s->list[s->count] = (struct edit_size){ .from = s->widths.len };
	return &s->list[s->count++];
}

static void
add_width(struct edit_sizes *s, uint8_t width)
{
	buf_add_byte(&s->widths, width);
	s->list[s->count - 1].count++;
}

void
edit_sizes_append(struct edit_sizes *s, const struct edit_sizes *other)
{
	for (size_t i = 0; i < other->count; i++) {
		const struct edit_size *from = &other->list[i];

		begin_row(s)->wraps = from->wraps;
		for (size_t k = 0; k < from->count; k++)
			add_width(s, other->widths.p[from->from + k]);
	}
}

static void
add_text(struct edit_sizes *s, struct span text)
{
	size_t at = 0;

	while (at < text.len) {
		bool valid;
		unsigned width = char_width(char_next(text, &at, &valid));

		if (width)
			add_width(s, (uint8_t)width);
	}
}

void
edit_sizes_add(struct edit_sizes *s, const struct edit_window *w)
{
	size_t n = edit_window_shown(w);

	s->row = s->count + w->rows->row - w->top;
	s->column = w->rows->column;
	for (size_t i = 0; i < n; i++) {
		begin_row(s)->wraps =
		    w->rows->rows[w->top + i].wraps && i + 1 < n;
		add_text(s, style_rows_at(w->rows, w->top + i));
	}
}

void
edit_sizes_keep(struct edit_sizes *s, size_t count)
{
	if (count < s->count)
		s->count = count;
}

/* A line that is being wrapped. */
struct wrapping {
	struct edit_sizes *out;
	size_t width;
	size_t cells; /* of its last row */
};

static void
make_room(struct wrapping *w, size_t cells)
{
	if (w->cells == 0 || w->cells + cells <= w->width)
		return;
	w->out->list[w->out->count - 1].wraps = true;
	begin_row(w->out);
	w->cells = 0;
}

static void
put_cursor(struct wrapping *w)
{
	w->out->row = w->out->count - 1;
	w->out->behind = w->cells >= w->width;
	w->out->column = w->out->behind ? w->width - 1 : w->cells;
}

/* The rest of a row, with the cursor in front of `column`, or SIZE_MAX. */
static void
wrap_row(struct wrapping *w, struct span widths, size_t column)
{
	size_t cells = 0;
	bool placed = column == SIZE_MAX;

	for (size_t i = 0; i < widths.len; i++) {
		make_room(w, widths.p[i]);
		if (!placed && cells >= column) {
			put_cursor(w);
			placed = true;
		}
		add_width(w->out, widths.p[i]);
		w->cells += widths.p[i];
		cells += widths.p[i];
	}
	if (!placed)
		put_cursor(w);
}

/* A line is its rows as far as they wrap. */
void
edit_sizes_wrap(const struct edit_sizes *s, size_t width,
    struct edit_sizes *out)
{
	struct wrapping w = { .out = out, .width = width };
	bool goes_on = false;

	*out = (struct edit_sizes){ 0 };
	for (size_t i = 0; i < s->count; i++) {
		const struct edit_size *row = &s->list[i];

		if (!goes_on) {
			begin_row(out);
			w.cells = 0;
		}
		wrap_row(&w, span_of(s->widths.p + row->from, row->count),
		    i == s->row ? s->column : SIZE_MAX);
		goes_on = row->wraps;
	}
}

/* --- reports --- */

/* A number at s.p[*at], which moves behind it; false: there is none. */
static bool
take_number(struct span s, size_t *at, size_t *n)
{
	size_t from = *at;

	*n = 0;
	while (*at < s.len && s.p[*at] >= '0' && s.p[*at] <= '9' &&
	    *at < from + REPORT_DIGITS)
		*n = 10 * *n + (size_t)(s.p[(*at)++] - '0');
	return *at > from;
}

/*
 * Length of ESC [ row ; column R at the front, or 0; *begun: it ends in the
 * middle of one.
 */
static size_t
report_length(struct span s, size_t *row, size_t *column, bool *begun)
{
	static const char front[] = "\x1b[";
	size_t at = 0;

	*begun = false;
	for (; at < 2; at++) {
		*begun = at == s.len || !s.p;
		if (*begun || s.p[at] != (uint8_t)front[at])
			return 0;
	}
	if (!take_number(s, &at, row) || at == s.len || s.p[at] != ';') {
		*begun = at == s.len;
		return 0;
	}
	at++;
	if (!take_number(s, &at, column) || at == s.len || s.p[at] != 'R') {
		*begun = at == s.len;
		return 0;
	}
	return *row && *column ? at + 1 : 0;
}

bool
cursor_report_take(struct buf *bytes, size_t *row, size_t *column)
{
	for (size_t i = 0; i < bytes->len; i++) {
		bool begun;
		size_t len = report_length(span_from(buf_span(bytes), i), row,
		    column, &begun);

		if (len == 0)
			continue;
		memmove(bytes->p + i, bytes->p + i + len, bytes->len - i - len);
		bytes->len -= len;
		--*row;
		--*column;
		return true;
	}
	return false;
}

size_t
cursor_report_begun(struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		size_t row;
		size_t column;
		bool begun;

		(void)report_length(span_from(bytes, i), &row, &column, &begun);
		if (begun)
			return bytes.len - i;
	}
	return 0;
}
