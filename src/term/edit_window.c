/*
 * Drawing compares rows and writes from the first that differs on, so that a key
 * costs a row and not a screen. Sequences are those of ANSI, which every terminal
 * that is not dumb knows.
 */
#include "term/edit_window.h"

/* As little as possible is above the cursor when not all has room. */
struct edit_window
edit_window(const struct style_rows *r, size_t height)
{
	struct edit_window w = { r, 0, height ? height : 1 };

	if (r->row >= w.height)
		w.top = r->row - w.height + 1;
	return w;
}

size_t
edit_window_shown(const struct edit_window *w)
{
	size_t rows = w->rows ? w->rows->count - w->top : 0;

	return rows < w->height ? rows : w->height;
}

static bool
is_same(const struct edit_window *a, const struct edit_window *b, size_t i)
{
	return style_rows_same(a->rows, a->top + i, b->rows, b->top + i);
}

/* The cursor's row and column, both counted from 0. */
static void
move(size_t *at, size_t row, size_t column, struct buf *out)
{
	if (row < *at)
		buf_printf(out, "\x1b[%zuA", *at - row);
	else if (row > *at)
		buf_printf(out, "\x1b[%zuB", row - *at);
	buf_add_byte(out, '\r');
	if (column)
		buf_printf(out, "\x1b[%zuC", column);
	*at = row;
}

/*
 * Rows from `first` on; the cursor is at the front of that one. The last cell of
 * a full row may not be cleared behind: the cursor still stands on it.
 */
static void
draw_from(const struct edit_window *w, size_t first, bool more_before,
    struct buf *out)
{
	size_t n = edit_window_shown(w);

	for (size_t i = first; i < n; i++) {
		const struct style_row *r = &w->rows->rows[w->top + i];
		bool full = r->cells >= w->rows->width;
		bool last = i + 1 == n;

		style_rows_write(w->rows, w->top + i, out);
		if (!full)
			buf_add_text(out, last ? "\x1b[J" : "\x1b[K");
		else if (last && more_before)
			buf_add_text(out, "\r\n\x1b[J\x1b[A");
		if (last)
			continue;
		/* a blank makes a full row wrap when nothing else will */
		if (r->wraps && r[1].cells == 0)
			buf_add_text(out, " \r");
		else if (!r->wraps)
			buf_add_text(out, "\r\n");
	}
}

void
edit_window_draw(const struct edit_window *before,
    const struct edit_window *now, size_t *at, struct buf *out)
{
	size_t old = edit_window_shown(before);
	size_t n = edit_window_shown(now);
	size_t first = 0;

	while (first < old && first < n && is_same(before, now, first))
		first++;
	if (first < n) {
		move(at, first == old && old > 0 ? old - 1 : first, 0, out);
		/* the screen may have to be moved for a row more */
		if (first == old && old > 0)
			buf_add_text(out, "\r\n");
		draw_from(now, first, old > n, out);
		*at = n - 1;
	} else if (first < old) {
		/* fewer rows than there were, and these as they were */
		move(at, n, 0, out);
		buf_add_text(out, "\x1b[J");
	}
	move(at, now->rows->row - now->top, now->rows->column, out);
}
