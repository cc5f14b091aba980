#include <inttypes.h>
#include <stdio.h>

#include "term/width.h"
#include "pane/pane_inner.h"
#include "pane/screen.h"

enum {
	NAMES_COLUMNS = 24,
	SPARK_COLUMNS = 20
};

static void
add_names(const struct pane *p, struct line *out)
{
	const struct feed *f = tape_feed(p->scene.tape);
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < feed_count(f) && i < NAMES_COLUMNS; i++) {
		const struct process_info *info = feed_process(f, i);

		buf_printf(&names, "%s%s", i ? " " : "",
		    *info->name ? info->name : id_encode(&info->id).text);
	}
	line_printf(out, LOOK_BAR, " ");
	line_add(out, LOOK_BAR,
	    text_width(buf_span(&names)) < NAMES_COLUMNS
		? text_width(buf_span(&names)) + 1
		: NAMES_COLUMNS,
	    buf_span(&names));
	buf_release(&names);
}

static void
draw_header(struct pane *p)
{
	const struct node_status *s = &p->status;
	struct line l = LINE_INIT;
	struct buf bars = BUF_INIT;

	add_names(p, &l);
	spark_write(&p->rate, SPARK_COLUMNS, &bars);
	line_printf(&l, LOOK_BAR, " %.0f msg/s %s ", spark_last(&p->rate),
	    buf_text(&bars));
	line_printf(&l, LOOK_BAR,
	    " queue %" PRIu64 "  commits %.1f/s  awake %" PRIu64 "/%" PRIu64
	    "  memory ",
	    s->waiting, (double)s->commits_10s / 10, s->awake, s->processes);
	cell_bytes(&l, s->memory);
	l.parts[l.count - 1].look = LOOK_BAR;
	screen_line(p->layout.header, &l, false);
	buf_release(&bars);
	line_release(&l);
}

static void
draw_titles(struct pane *p)
{
	struct line l = LINE_INIT;

	p->view->ops->line(p->view, &p->scene, SIZE_MAX, &l);
	screen_line(p->layout.titles, &l, false);
	line_release(&l);
}

static void
draw_row(struct pane *p, int at, size_t row, size_t rows, struct line *l)
{
	line_clear(l);
	if (row < rows)
		p->view->ops->line(p->view, &p->scene, row, l);
	screen_line(p->layout.body + at, l, row < rows && row == p->view->at);
	if (p->search.len && row < rows)
		screen_mark(p->layout.body + at, l, buf_span(&p->search));
}

static void
draw_body(struct pane *p)
{
	struct view *v = p->view;
	size_t rows = v->ops->rows(v);
	struct line l = LINE_INIT;

	v->top = layout_scroll(v->top, v->at, rows, p->layout.rows);
	for (int i = 0; i < p->layout.rows; i++)
		draw_row(p, i, v->top + (size_t)i, rows, &l);
	line_release(&l);
}

/* What is being typed, with the cursor behind it. */
static void
draw_input(struct pane *p)
{
	static const char *const prompts[] = {
		[INPUT_SEARCH] = "/",
		[INPUT_SEARCH_UP] = "\\",
		[INPUT_FILTER] = "&",
		[INPUT_SAVE] = "save to: ",
	};
	struct line l = LINE_INIT;
	struct span typed = buf_span(&p->typed);
	size_t room = p->scene.width;

	line_printf(&l, LOOK_BAR, "%s", prompts[p->input]);
	/* the end is what is looked at */
	while (typed.len &&
	    text_width(typed) + text_width(buf_span(&l.text)) >= room) {
		size_t at = 0;
		bool valid;

		(void)char_next(typed, &at, &valid);
		typed = span_from(typed, at);
	}
	line_add(&l, LOOK_BAR, 0, typed);
	screen_line(p->layout.footer, &l, false);
	screen_cursor(p->layout.footer, text_width(buf_span(&l.text)));
	line_release(&l);
}

/* The bar between old and new is no line that counts. */
static void
add_place(struct view *v, struct line *l)
{
	size_t rows = v->ops->rows(v);
	bool has_bar = v->bar > v->dropped;
	bool behind = has_bar && v->at >= v->bar - v->dropped;

	line_printf(l, LOOK_BAR, "  %zu/%zu", rows ? v->at + 1 - behind : 0,
	    rows - has_bar);
}

static void
draw_footer(struct pane *p)
{
	struct view *v = p->view;
	struct line l = LINE_INIT;
	uint64_t fresh = v->added - v->seen;

	line_printf(&l, LOOK_BAR, " %s", v->name);
	if (*v->filter_text) {
		line_printf(&l, LOOK_BAR, " &");
		line_add(&l, LOOK_BAR, 0, span_text(v->filter_text));
	}
	add_place(v, &l);
	if (v->ops->filter && v->follow)
		line_printf(&l, LOOK_BAR, "  following");
	else if (v->ops->filter && fresh)
		line_printf(&l, LOOK_BAR, "  %" PRIu64 " new", fresh);
	if (feed_failure(tape_feed(p->scene.tape)))
		line_printf(&l, LOOK_BAR, "  the node fails");
	if (p->scene.message.len) {
		line_printf(&l, LOOK_BAR, "  ");
		line_add(&l, LOOK_BAR, 0, buf_span(&p->scene.message));
	} else {
		line_printf(&l, LOOK_BAR, "  ? keys  q back");
	}
	screen_line(p->layout.footer, &l, false);
	line_release(&l);
}

void
pane_draw(struct pane *p)
{
	p->layout = layout_make(p->height ? p->height : screen_rows());
	draw_body(p);
	if (p->layout.header >= 0)
		draw_header(p);
	if (p->layout.titles >= 0)
		draw_titles(p);
	screen_cursor(-1, 0);
	if (p->layout.footer < 0)
		return;
	if (p->input)
		draw_input(p);
	else
		draw_footer(p);
}
