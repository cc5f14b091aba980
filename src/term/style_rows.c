/*
 * Characters are put down one by one. What a row has is known when the next
 * character does not fit any more, so the cursor may stand behind a full row: it
 * then gets a row of its own.
 */
#include "term/style_rows.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "term/attr.h"
#include "term/escape.h"
#include "term/width.h"

enum {
	TAB_CELLS = 8
};

static struct style_row *
last(struct style_rows *r)
{
	return &r->rows[r->count - 1];
}

static void
begin_row(struct style_rows *r)
{
	if (r->count == r->room) {
		r->room = r->room ? 2 * r->room : 16;
		r->rows = xrealloc(r->rows, r->room * sizeof(*r->rows));
	}
	r->rows[r->count++] =
	    (struct style_row){ .from = r->text.len, .runs = r->run_count };
}

void
style_rows_init(struct style_rows *r, size_t width)
{
	*r = (struct style_rows){ .width = width ? width : 1 };
	begin_row(r);
}

void
style_rows_release(struct style_rows *r)
{
	buf_release(&r->text);
	free(r->runs);
	free(r->rows);
	*r = (struct style_rows){ 0 };
}

void
style_rows_break(struct style_rows *r)
{
	begin_row(r);
}

/* Bytes at the end of the last row. */
static void
add(struct style_rows *r, struct style style, struct span bytes, size_t cells)
{
	struct style_run *run;

	buf_add_span(&r->text, bytes);
	last(r)->len += bytes.len;
	last(r)->cells += cells;
	if (r->run_count == last(r)->runs ||
	    !style_equal(r->runs[r->run_count - 1].style, style)) {
		if (r->run_count == r->run_room) {
			r->run_room = r->run_room ? 2 * r->run_room : 16;
			r->runs =
			    xrealloc(r->runs, r->run_room * sizeof(*r->runs));
		}
		r->runs[r->run_count++].style = style;
	}
	run = &r->runs[r->run_count - 1];
	run->end = r->text.len;
}

/* Room for so many cells, on a new row where this one is full. */
static void
make_room(struct style_rows *r, size_t cells)
{
	if (last(r)->cells + cells <= r->width)
		return;
	/* a row that wraps is full: a wide character leaves a gap */
	while (last(r)->cells < r->width)
		add(r, (struct style){ 0 }, span_text(" "), 1);
	last(r)->wraps = true;
	begin_row(r);
}

/* Behind a full row it stands on that row's last cell. */
static void
put_cursor(struct style_rows *r)
{
	size_t cells = last(r)->cells;

	r->row = r->count - 1;
	r->column = cells < r->width ? cells : r->width - 1;
	r->mark = false;
}

/* One character that is fit to be shown. */
static void
put(struct style_rows *r, struct style style, struct span bytes, size_t cells)
{
	if (cells > r->width) {
		bytes = span_text("?");
		cells = 1;
	}
	make_room(r, cells);
	if (r->mark)
		put_cursor(r);
	add(r, style, bytes, cells);
}

static void
put_escaped(struct style_rows *r, struct style style, struct span c)
{
	struct buf shown = BUF_INIT;
	size_t at = 0;
	bool valid;

	escape_text(c, ESCAPE_ONE_LINE, &shown);
	while (at < shown.len) {
		size_t from = at;
		struct span one;

		char_next(buf_span(&shown), &at, &valid);
		one = span_of(shown.p + from, at - from);
		put(r, style, one, text_width(one));
	}
	buf_release(&shown);
}

static void
put_tab(struct style_rows *r, struct style style)
{
	do
		put(r, style, span_text(" "), 1);
	while (last(r)->cells % TAB_CELLS && last(r)->cells < r->width);
}

void
style_rows_next(struct style_rows *r, struct style style, struct span text,
    size_t *at)
{
	size_t from = *at;
	bool valid;
	struct span c;
	uint8_t first;

	char_next(text, at, &valid);
	c = span_first(span_from(text, from), *at - from);
	first = c.p && c.len ? c.p[0] : 0;
	if (first >= 0x20 && first < 0x7f)
		put(r, style, c, 1);
	else if (first == '\t')
		put_tab(r, style);
	else
		put_escaped(r, style, c);
}

void
style_rows_put(struct style_rows *r, struct style style, struct span text)
{
	if (text.len)
		add(r, style, text, text_width(text));
}

void
style_rows_text(struct style_rows *r, struct style *style, struct span text)
{
	size_t at = 0;

	while (text.p && at < text.len) {
		size_t sgr = sgr_length(span_from(text, at));

		if (sgr) {
			style_apply(style, span_of(text.p + at, sgr));
			at += sgr;
		} else if (text.p[at] == '\n') {
			begin_row(r);
			at++;
		} else {
			style_rows_next(r, *style, text, &at);
		}
	}
}

void
style_rows_cursor(struct style_rows *r)
{
	make_room(r, 1);
	put_cursor(r);
}

struct span
style_rows_at(const struct style_rows *r, size_t row)
{
	return span_of(r->text.p + r->rows[row].from, r->rows[row].len);
}

size_t
style_rows_runs(const struct style_rows *r, size_t row)
{
	size_t end = row + 1 < r->count ? r->rows[row + 1].runs : r->run_count;

	return end - r->rows[row].runs;
}

bool
style_rows_same(const struct style_rows *a, size_t i,
    const struct style_rows *b, size_t j)
{
	const struct style_row *x = &a->rows[i];
	const struct style_row *y = &b->rows[j];
	size_t n = style_rows_runs(a, i);

	if (x->wraps != y->wraps || n != style_rows_runs(b, j) ||
	    !span_equal(style_rows_at(a, i), style_rows_at(b, j)))
		return false;
	for (size_t k = 0; k < n; k++) {
		const struct style_run *p = &a->runs[x->runs + k];
		const struct style_run *q = &b->runs[y->runs + k];

		if (p->end - x->from != q->end - y->from ||
		    !style_equal(p->style, q->style))
			return false;
	}
	return true;
}

void
style_rows_write(const struct style_rows *r, size_t row, struct buf *out)
{
	const struct style_row *w = &r->rows[row];
	size_t n = style_rows_runs(r, row);
	size_t from = w->from;

	for (size_t i = 0; i < n; i++) {
		const struct style_run *run = &r->runs[w->runs + i];
		size_t before = out->len;

		style_write(run->style, out);
		before = out->len - before;
		buf_add(out, r->text.p + from, run->end - from);
		if (before)
			buf_add_text(out, attr_off(true));
		from = run->end;
	}
}
