/*
 * What is drawn goes into the window of curses, cell by cell; screen.c has the
 * rest.
 */
#include <stdlib.h>

#include "term/style_rows.h"
#include "term/width.h"
#include "pane/curses_load.h"
#include "pane/filter.h"
#include "pane/looks.h"
#include "pane/screen.h"

void
screen_line(int row, const struct line *l, bool chosen)
{
	size_t room = (size_t)*nc.COLS;
	size_t from = 0;
	enum look last = l->count ? l->parts[l->count - 1].look : LOOK_PLAIN;

	if (row < 0 || row >= *nc.LINES || nc.wmove(*nc.stdscr, row, 0) == ERR)
		return;
	for (size_t i = 0; i < l->count && room; i++) {
		struct span part =
		    span_of(l->text.p + from, l->parts[i].end - from);
		size_t n = text_fit(part, room);

		from = l->parts[i].end;
		looks_set(l->parts[i].look, chosen);
		if (n)
			nc.waddnstr(*nc.stdscr, (const char *)part.p, (int)n);
		room -= text_width(span_first(part, n));
		if (n < part.len)
			break;
	}
	/* a bar goes to the edge */
	looks_set(chosen           ? LOOK_PLAIN
		: last == LOOK_BAR ? LOOK_BAR
				   : LOOK_PLAIN,
	    chosen);
	if (room)
		nc.whline(*nc.stdscr,
		    ' ' | (chosen || last == LOOK_BAR ? A_REVERSE : 0),
		    *nc.COLS);
	(void)nc.wattr_set(*nc.stdscr, 0, 0, NULL);
}

static void
mark(int row, int column, int width)
{
	if (nc.wmove(*nc.stdscr, row, column) != ERR)
		nc.wchgat(*nc.stdscr, width, A_REVERSE | A_BOLD, 0, NULL);
}

void
screen_mark(int row, const struct line *l, struct span text)
{
	struct span whole = buf_span(&l->text);

	if (text.len == 0 || row < 0 || row >= *nc.LINES)
		return;
	for (size_t i = 0; i + text.len <= whole.len; i++) {
		struct span part = span_first(span_from(whole, i), text.len);
		size_t column = text_width(span_first(whole, i));

		if (column >= (size_t)*nc.COLS)
			break;
		if (text_holds(part, text))
			mark(row, (int)column, (int)text_width(part));
	}
}

bool
screen_can_dim(void)
{
	return nc.termattrs() & A_DIM;
}

/* Text of one look; where the locale has no more than ASCII, the rest is "?". */
static void
put_run(struct span text)
{
	struct buf ascii = BUF_INIT;

	if (MB_CUR_MAX == 1) {
		buf_add_span(&ascii, text);
		line_make_ascii(&ascii, 0);
		text = buf_span(&ascii);
	}
	nc.waddnstr(*nc.stdscr, (const char *)text.p, (int)text.len);
	buf_release(&ascii);
}

void
screen_row(int row, const struct style_rows *r, size_t i)
{
	size_t n = i < r->count ? style_rows_runs(r, i) : 0;
	size_t from = n ? r->rows[i].from : 0;

	if (row < 0 || row >= *nc.LINES || nc.wmove(*nc.stdscr, row, 0) == ERR)
		return;
	for (size_t k = 0; k < n; k++) {
		const struct style_run *run = &r->runs[r->rows[i].runs + k];

		looks_set_style(run->style);
		put_run(span_of(r->text.p + from, run->end - from));
		from = run->end;
	}
	(void)nc.wattr_set(*nc.stdscr, 0, 0, NULL);
	if (n == 0 || r->rows[i].cells < (size_t)*nc.COLS)
		nc.whline(*nc.stdscr, ' ', *nc.COLS);
}
