/*
 * Cells are kept until all are there, since a column is as wide as its widest
 * cell. Widths are cells of the terminal, not bytes.
 *
 * The last column is what may be long, so it is not padded and is the one that
 * a narrow screen cuts.
 */
#include "shell/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/alloc.h"
#include "term/escape.h"
#include "term/width.h"

enum {
	GAP = 2 /* blanks between columns */
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

/* The last column is not filled up: no blanks at the end of a line. */
static void
show_row(struct table *t, struct span *rest, struct output *to, size_t screen)
{
	struct buf row = BUF_INIT;
	struct span line;
	struct span cell;

	for (size_t i = 0; i < t->columns && take_block(rest, &cell); i++) {
		size_t pad = t->width[i] + GAP - text_width(cell);

		buf_add_span(&row, cell);
		if (i + 1 < t->columns)
			buf_printf(&row, "%*s", (int)pad, "");
	}
	line = buf_span(&row);
	if (screen)
		line = span_first(line, text_fit(line, screen));
	output_span(to, line);
	output_printf(to, "\n");
	buf_release(&row);
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
	measure(t);
	while (rest.len) {
		if (title && to->color)
			output_printf(to, "%s", attr_on(true, ATTR_DIM));
		show_row(t, &rest, to, screen);
		if (title && to->color)
			output_printf(to, "%s", attr_off(true));
		title = false;
	}
}
