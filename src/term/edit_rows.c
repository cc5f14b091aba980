#include "term/edit_rows.h"

#include "term/escape.h"
#include "term/highlight.h"
#include "term/width.h"

/* Ours, or the process's. */
static void
put_prompt(struct style_rows *r, struct span prompt)
{
	struct style style = { 0 };
	struct buf line = BUF_INIT;

	/* a line feed in it is none of the text's */
	escape_text(prompt, ESCAPE_ONE_LINE | ESCAPE_COLOR, &line);
	style_rows_text(r, &style, buf_span(&line));
	buf_release(&line);
}

static void
put_more(struct style_rows *r, const struct edit_text *e, size_t line)
{
	struct buf prompt = BUF_INIT;

	if (e->more)
		e->more(e->arg, line, &prompt);
	put_prompt(r, buf_span(&prompt));
	buf_release(&prompt);
}

static bool
is_cursor_on(const struct edit_text *e, size_t at)
{
	size_t next = at;
	bool valid;

	char_next(e->text, &next, &valid);
	return e->point >= at && e->point < next;
}

static void
put_text(struct style_rows *r, const struct edit_text *e)
{
	size_t line = 0;
	size_t at = 0;

	while (at < e->text.len) {
		enum ink ink = e->inks ? (enum ink)e->inks[at] : INK_NONE;

		r->mark = is_cursor_on(e, at);
		if (e->text.p[at] != '\n') {
			style_rows_next(r, ink_style(ink), e->text, &at);
			continue;
		}
		if (r->mark)
			style_rows_cursor(r);
		style_rows_break(r);
		put_more(r, e, ++line);
		at++;
	}
	if (e->point >= e->text.len)
		style_rows_cursor(r);
}

/* Never more than what is left of the row. */
static void
put_hint(struct style_rows *r, struct span hint)
{
	struct buf shown = BUF_INIT;
	size_t left = r->width - r->rows[r->count - 1].cells;

	escape_text(hint, ESCAPE_ONE_LINE, &shown);
	/* the last cell stays free: no row is made to wrap by a hint */
	hint = span_first(buf_span(&shown),
	    left > 1 ? text_fit(buf_span(&shown), left - 1) : 0);
	style_rows_put(r, ink_style(INK_HINT), hint);
	buf_release(&shown);
}

void
edit_rows_make(const struct edit_text *e, size_t width, struct style_rows *out)
{
	style_rows_init(out, width);
	put_prompt(out, e->prompt);
	put_text(out, e);
	put_hint(out, e->hint);
}
