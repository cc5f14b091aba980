/*
 * Two bytes of size, one of the place of the cursor, then a line: laid out,
 * coloured and hinted at, whatever it is. Rows are no wider than the terminal,
 * the cursor is on one of them, and nothing in them is obeyed but colours. What
 * a process says that it has is offered only when it may stand there. The line
 * is also shown as what a process printed, in its colours, which are written as
 * they were read.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "term/edit_reflow.h"
#include "term/edit_rows.h"
#include "term/edit_window.h"
#include "term/highlight.h"
#include "term/lua_nest.h"
#include "term/width.h"
#include "shell/hint.h"
#include "shell/names.h"
#include "shell/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* Of what is written the same comes again, and no row is left out. */
static void
check_styles(const struct style_rows *rows, size_t i)
{
	size_t n = style_rows_runs(rows, i);
	size_t from = rows->rows[i].from;

	for (size_t k = 0; k < n; k++) {
		const struct style_run *run =
		    &rows->runs[rows->rows[i].runs + k];
		struct style read = { 0 };
		struct buf out = BUF_INIT;

		style_write(run->style, &out);
		for (struct span s = buf_span(&out); s.len;) {
			size_t sgr = sgr_length(s);

			ASSERT(sgr);
			style_apply(&read, span_first(s, sgr));
			s = span_from(s, sgr);
		}
		ASSERT(style_equal(read, run->style));
		ASSERT(style_palette(run->style.color) < 256);
		ASSERT(run->end > from);
		from = run->end;
		buf_release(&out);
	}
	ASSERT(from == rows->rows[i].from + rows->rows[i].len);
}

static void
check_row(const struct style_rows *rows, size_t i)
{
	struct span row = style_rows_at(rows, i);

	ASSERT(text_width(row) == rows->rows[i].cells);
	ASSERT(rows->rows[i].cells <= rows->width);
	ASSERT(!rows->rows[i].wraps || rows->rows[i].cells == rows->width);
	for (size_t at = 0; at < row.len; at++)
		ASSERT(row.p[at] >= 0x20 && row.p[at] != 0x7f);
	check_styles(rows, i);
}

/* In another width there are as many characters, and the cursor is in a row. */
static void
check_sizes(const struct edit_window *w)
{
	struct edit_sizes sizes = { 0 };
	struct edit_sizes wrapped;
	size_t cells = 0;

	edit_sizes_add(&sizes, w);
	edit_sizes_wrap(&sizes, 7, &wrapped);
	for (size_t i = 0; i < wrapped.count; i++)
		cells += wrapped.list[i].count;
	ASSERT(cells == sizes.widths.len && cells == wrapped.widths.len);
	ASSERT(wrapped.row < wrapped.count && wrapped.column < 7);
	edit_sizes_release(&sizes);
	edit_sizes_release(&wrapped);
}

/* What is no report stays, in order. */
static void
check_reports(struct span in)
{
	struct buf bytes = BUF_INIT;
	size_t row;
	size_t column;
	size_t len = in.len;

	buf_add_span(&bytes, in);
	while (cursor_report_take(&bytes, &row, &column)) {
		ASSERT(bytes.len + 6 <= len);
		len = bytes.len;
	}
	ASSERT(cursor_report_begun(buf_span(&bytes)) <= bytes.len);
	buf_release(&bytes);
}

static void
check_text(struct span text, size_t width)
{
	struct style style = { 0 };
	struct style_rows rows;

	style_rows_init(&rows, width);
	style_rows_text(&rows, &style, text);
	for (size_t i = 0; i < rows.count; i++)
		check_row(&rows, i);
	style_rows_release(&rows);
}

static void
check_line(struct span line, size_t width, size_t height, size_t point)
{
	struct highlight h = { .first = true, .point = point };
	struct edit_text e = { .prompt = span_text("> "), .text = line };
	struct edit_window before = { NULL, 0, 0 };
	struct edit_window now;
	struct style_rows rows;
	struct buf out = BUF_INIT;
	uint8_t *inks = xcalloc(line.len + 1, 1);
	size_t at = 0;

	highlight(&h, line, inks);
	for (size_t i = 0; i < line.len; i++)
		ASSERT(inks[i] < INKS);
	hint_make(span_of(NULL, 0), line, &out);
	hint_make(line, line, &out);
	hint_in_editor(line, &out);
	e.inks = inks;
	e.point = point;
	e.hint = buf_span(&out);
	edit_rows_make(&e, width, &rows);
	for (size_t i = 0; i < rows.count; i++)
		check_row(&rows, i);
	ASSERT(rows.row < rows.count && rows.column < rows.width);
	now = edit_window(&rows, height);
	buf_clear(&out);
	edit_window_draw(&before, &now, &at, &out);
	ASSERT(at == rows.row - now.top);
	check_sizes(&now);
	style_rows_release(&rows);
	buf_release(&out);
	free(inks);
}

static void
count(void *arg, struct span word)
{
	(void)word;
	++*(size_t *)arg;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct buf stripped = BUF_INIT;
	enum name_kind kind;
	struct span name;
	struct span type;
	uint8_t width;
	uint8_t height;
	uint8_t point;
	size_t lines = 0;

	if (!take_u8(&in, &width) || !take_u8(&in, &height) ||
	    !take_u8(&in, &point))
		return 0;
	check_line(in, width, height, point);
	check_text(in, width);
	check_reports(in);
	lua_open_lines(in, count, &lines);
	for (size_t i = 0; i < in.len; i++)
		lines -= in.p[i] == '\n';
	ASSERT(lines == 0);
	strip_prompts(in, &stripped);
	ASSERT(stripped.len <= in.len);
	buf_release(&stripped);
	if (names_parse(in, &kind, &name, &type))
		for (size_t i = 0; i < name.len; i++)
			ASSERT(name.p[i] >= 0x20 && name.p[i] != 0x7f);
	return 0;
}
