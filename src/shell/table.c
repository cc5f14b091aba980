/*
 * Cells are kept until all are there, since a column is as wide as its widest
 * cell. Widths are cells of the terminal, not bytes.
 *
 * The last column is what may be long, so it is not padded. A narrow screen takes
 * from the widest columns first, down to what still says something.
 */
#include "shell/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/alloc.h"
#include "base/base64url.h"
#include "term/escape.h"
#include "term/width.h"

enum {
	GAP = 2,       /* blanks between columns */
	NARROWEST = 9, /* "abc...xyz" */
	DOTS = 3
};

void
table_init(struct table *t, const char *const *titles)
{
	*t = (struct table){ 0 };
	while (titles[t->columns])
		t->columns++;
	for (size_t i = 0; i < t->columns; i++)
		table_add(t, span_text(titles[i]));
}

void
table_release(struct table *t)
{
	buf_release(&t->cells);
}

/*
 * Foreign text is made harmless here, so all that comes later may be written as
 * our own.
 */
void
table_add(struct table *t, struct span text)
{
	struct buf clean = BUF_INIT;

	escape_text(text, ESCAPE_ONE_LINE, &clean);
	buf_add_block(&t->cells, buf_span(&clean));
	buf_release(&clean);
}

void
table_printf(struct table *t, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	table_add(t, span_text(text));
	free(text);
}

size_t
screen_columns(const struct output *to)
{
	struct winsize size = { 0 };

	if (!to->terminal || ioctl(to->fd, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

/* Each column is as wide as its widest cell. */
static void
measure(struct table *t)
{
	struct span rest = buf_span(&t->cells);
	struct span cell;
	size_t column = 0;

	while (take_block(&rest, &cell)) {
		size_t width = text_width(cell);
		size_t *widest = &t->width[column];

		if (width > *widest)
			*widest = width;
		if (++column == t->columns)
			column = 0;
	}
}

/* Leave out columns at the end; then take from the widest ones until the rows
 * fit, or none has anything. */
static void
fit(struct table *t, size_t screen)
{
	size_t total = (t->columns - 1) * GAP;

	for (size_t i = 0; i < t->columns; i++)
		total += t->width[i];
	while (t->whole && t->shown > t->whole && total > screen)
		total -= t->width[--t->shown] + GAP;
	while (total > screen) {
		size_t widest = 0;
		size_t next = NARROWEST;
		size_t step;

		for (size_t i = 1; i < t->shown; i++)
			if (t->width[i] > t->width[widest])
				widest = i;
		for (size_t i = 0; i < t->shown; i++)
			if (i != widest && t->width[i] > next)
				next = t->width[i];
		if (t->width[widest] <= NARROWEST)
			return;
		/* down to the next in width, or together with it */
		step = t->width[widest] - next;
		if (step == 0)
			step = 1;
		if (step > total - screen)
			step = total - screen;
		t->width[widest] -= step;
		total -= step;
	}
}

/* Of what is one word both ends stay, of other text its beginning. */
static void
add_cut(struct span cell, size_t width, struct buf *out)
{
	size_t end = (width - DOTS) / 2;

	if (text_width(cell) <= width) {
		buf_add_span(out, cell);
	} else if (cell.len == ID_CHARS && !memchr(cell.p, ' ', cell.len)) {
		buf_add_span(out, span_first(cell, width - DOTS - end));
		buf_add_text(out, "...");
		buf_add_span(out, span_from(cell, cell.len - end));
	} else {
		buf_add_span(out, span_first(cell, text_fit(cell, width)));
	}
}

/* The last column is not filled up: no blanks at the end of a line. */
static void
show_row(struct table *t, struct span *rest, struct output *to, size_t screen)
{
	struct buf row = BUF_INIT;
	struct span line;
	struct span cell;

	for (size_t i = 0; i < t->columns && take_block(rest, &cell); i++) {
		size_t before = row.len;
		size_t width;

		if (i >= t->shown)
			continue;
		add_cut(cell, t->width[i], &row);
		width = text_width(span_from(buf_span(&row), before));
		if (i + 1 < t->shown)
			buf_printf(&row, "%*s",
			    (int)(t->width[i] + GAP - width), "");
	}
	line = buf_span(&row);
	if (screen)
		line = span_first(line, text_fit(line, screen));
	output_span(to, line);
	output_printf(to, "\n");
	buf_release(&row);
}

/* "TITLE = cell", titles to the right, a blank line between rows. */
static void
show_lines(const struct table *t, struct span titles, struct output *to)
{
	struct span rest = titles;
	struct span title;
	struct span cell;
	size_t widest = 0;

	for (size_t i = 0; i < t->columns && take_block(&rest, &title); i++)
		if (text_width(title) > widest)
			widest = text_width(title);
	while (rest.len) {
		struct span names = titles;

		for (size_t i = 0; i < t->columns; i++) {
			take_block(&names, &title);
			take_block(&rest, &cell);
			output_printf(to, "%*s",
			    (int)(widest - text_width(title)), "");
			output_span(to, title);
			output_printf(to, " = ");
			output_span(to, cell);
			output_printf(to, "\n");
		}
		if (rest.len)
			output_printf(to, "\n");
	}
}

void
table_show(struct table *t, struct output *to, size_t screen)
{
	struct span rest = buf_span(&t->cells);
	struct span cell;
	bool title = true;

	for (size_t i = 0; i < t->columns; i++)
		take_block(&rest, &cell);
	if (rest.len == 0)
		return;
	rest = buf_span(&t->cells);
	if (to->lines) {
		show_lines(t, rest, to);
		return;
	}
	measure(t);
	t->shown = t->columns;
	if (screen)
		fit(t, screen);
	while (rest.len) {
		if (title && to->color)
			output_printf(to, "%s", attr_on(true, ATTR_DIM));
		show_row(t, &rest, to, screen);
		if (title && to->color)
			output_printf(to, "%s", attr_off(true));
		title = false;
	}
}
