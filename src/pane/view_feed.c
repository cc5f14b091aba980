/*
 * Rows are the numbers of those events of the tape that fit. Each is looked at
 * once, when the view is shown; a new filter looks at all again.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "pane/event_json.h"
#include "pane/view.h"

enum {
	NAME_COLUMNS = 10,
	PLACE_COLUMNS = 6,
	KIND_COLUMNS = 6,
	PEER_COLUMNS = 15,
	ACTION_COLUMNS = 14,
	/* narrower screens leave out the time, then who it is from */
	TIME_FROM = 40,
	PEER_FROM = 64
};

struct feed_view {
	struct view view; /* first */
	struct tape *tape;
	bool owns;
	struct filter *base;
	struct filter *filter;
	uint64_t looked; /* events before that number were looked at */
	uint64_t *rows;  /* their numbers; those before head are gone */
	size_t head;
	size_t count;
	size_t room;
};

/* In place of an event's number: the row between what was read and what is new. */
#define BAR UINT64_MAX

static struct feed_view *
feed_of(struct view *v)
{
	return (struct feed_view *)v;
}

static void
feed_free(struct view *v)
{
	struct feed_view *f = feed_of(v);

	filter_free(f->base);
	filter_free(f->filter);
	if (f->owns)
		tape_close(f->tape);
	free(f->rows);
	free(f);
}

static void
add_row(struct feed_view *f, uint64_t number)
{
	if (f->count == f->room) {
		if (f->head > f->room / 2) {
			f->count -= f->head;
			memmove(f->rows, f->rows + f->head,
			    f->count * sizeof(*f->rows));
			f->head = 0;
		} else {
			f->room = f->room ? 2 * f->room : 256;
			f->rows = xrealloc(f->rows, f->room * sizeof(*f->rows));
		}
	}
	f->rows[f->count++] = number;
	f->view.added++;
}

/* Once, before the first that is new, where there is something before it. */
static void
add_bar(struct feed_view *f, const struct event *e)
{
	if (f->view.bar || f->count == f->head || !tape_is_new(f->tape, e))
		return;
	add_row(f, BAR);
	f->view.bar = f->view.added;
}

static void
feed_update(struct view *v, struct scene *s, bool tick)
{
	struct feed_view *f = feed_of(v);
	uint64_t first = tape_first(f->tape);
	uint64_t end = tape_end(f->tape);

	(void)s;
	(void)tick;
	while (f->head < f->count &&
	    (f->rows[f->head] < first || f->rows[f->head] == BAR)) {
		f->head++;
		v->dropped++;
	}
	if (f->looked < first)
		f->looked = first;
	for (; f->looked < end; f->looked++) {
		const struct event *e = tape_at(f->tape, f->looked);

		if (!filter_fits(f->base, e) || !filter_fits(f->filter, e))
			continue;
		add_bar(f, e);
		add_row(f, f->looked);
	}
}

static size_t
feed_rows(struct view *v)
{
	const struct feed_view *f = feed_of(v);

	return f->count - f->head;
}

static enum look
kind_look(enum event_kind k)
{
	switch (k) {
	case EVENT_ERROR:
		return LOOK_ERROR;
	case EVENT_STATUS:
		return LOOK_WARN;
	case EVENT_INBOX:
	case EVENT_CRON:
		return LOOK_TITLE;
	case EVENT_PUSH:
	case EVENT_SPAWN:
	case EVENT_ASSIGN:
		return LOOK_ID;
	default:
		return LOOK_PLAIN;
	}
}

static void
feed_titles(const struct feed_view *f, const struct scene *s, struct line *out)
{
	if (s->width >= TIME_FROM)
		line_printf(out, LOOK_DIM, "%8s ",
		    s->times == TIME_AGE          ? "AGE"
			: s->times == TIME_HEIGHT ? "HEIGHT"
						  : "TIME");
	if (feed_count(tape_feed(f->tape)) > 1)
		line_printf(out, LOOK_DIM, "%-*s ", NAME_COLUMNS, "PROCESS");
	line_printf(out, LOOK_DIM, "%*s %-*s ", PLACE_COLUMNS, "SLOT",
	    KIND_COLUMNS, "KIND");
	if (s->width >= PEER_FROM)
		line_printf(out, LOOK_DIM, "%-*s ", PEER_COLUMNS, "FROM, TO");
	line_printf(out, LOOK_DIM, "%-*s DATA", ACTION_COLUMNS, "ACTION");
}

/* Each process of several has a colour of its own, as far as they go. */
static enum look
name_look(unsigned source)
{
	return LOOK_NAME + source % (LOOK_NAME_LAST - LOOK_NAME + 1);
}

static void
add_place(struct line *out, const struct event *e)
{
	line_printf(out, LOOK_PLAIN, "%*s ", PLACE_COLUMNS,
	    e->kind == EVENT_STATUS ? "" : position_text(e->at).text);
	line_printf(out, kind_look(e->kind), "%-*s ", KIND_COLUMNS,
	    event_kind_name(e->kind));
}

static void
feed_line(struct view *v, const struct scene *s, size_t row, struct line *out)
{
	const struct feed_view *f = feed_of(v);
	const struct event *e;
	bool is_message;

	if (row == SIZE_MAX) {
		feed_titles(f, s, out);
		return;
	}
	if (f->rows[f->head + row] == BAR) {
		line_printf(out, LOOK_WARN, "%s",
		    "------------ new since the last look ------------");
		return;
	}
	e = tape_at(f->tape, f->rows[f->head + row]);
	is_message = e->peer.len || e->action.len;
	if (s->width >= TIME_FROM)
		cell_time(out, s, e->timestamp_ms, e->height);
	if (feed_count(tape_feed(f->tape)) > 1)
		line_add(out, name_look(e->source), NAME_COLUMNS,
		    span_text(
			feed_process(tape_feed(f->tape), e->source)->name));
	add_place(out, e);
	if (is_message && s->width >= PEER_FROM)
		cell_peer(out, s, PEER_COLUMNS, e->peer);
	if (is_message)
		line_add(out, LOOK_PLAIN, ACTION_COLUMNS, e->action);
	line_add(out, e->kind == EVENT_ERROR ? LOOK_ERROR : LOOK_PLAIN, 0,
	    event_trimmed(e->text));
}

static bool
feed_target(struct view *v, size_t row, struct target *out)
{
	const struct feed_view *f = feed_of(v);
	const struct event *e;

	if (f->rows[f->head + row] == BAR)
		return false;
	e = tape_at(f->tape, f->rows[f->head + row]);
	if (e->kind == EVENT_STATUS)
		return false;
	*out = (struct target){
		.process = feed_process(tape_feed(f->tape), e->source)->id,
		.at = e->at,
		.message = e->message,
	};
	return true;
}

static void
feed_json(struct view *v, size_t row, struct buf *out)
{
	const struct feed_view *f = feed_of(v);
	uint64_t number = f->rows[f->head + row];
	const struct event *e;

	if (number == BAR)
		return;
	e = tape_at(f->tape, number);
	if (e->kind != EVENT_STATUS)
		event_json(feed_process(tape_feed(f->tape), e->source), e, out);
}

/* From the first event of the tape on; the end is shown. */
static int
feed_filter(struct view *v, struct span words, struct error *err)
{
	struct feed_view *f = feed_of(v);
	struct filter *fresh;

	if (filter_new(words, &fresh, err) < 0)
		return -1;
	filter_free(f->filter);
	f->filter = fresh;
	f->head = f->count = 0;
	f->looked = 0;
	v->at = v->top = 0;
	v->follow = true;
	v->dropped = v->added = v->seen = v->bar = 0;
	return 0;
}

static const struct view_ops feed_ops = {
	.free = feed_free,
	.update = feed_update,
	.rows = feed_rows,
	.line = feed_line,
	.target = feed_target,
	.json = feed_json,
	.filter = feed_filter,
};

struct view *
view_feed(const char *name, struct tape *tape, const char *base)
{
	struct feed_view *f = xcalloc(1, sizeof(*f));
	struct error ignored;
	int rc = filter_new(span_text(base), &f->base, &ignored);

	ASSERT(rc == 0);
	f->view.ops = &feed_ops;
	f->view.follow = true;
	f->view.name = name;
	f->tape = tape;
	return &f->view;
}

struct view *
view_process(struct scene *s, const struct id *id, struct error *err)
{
	struct tape *tape;
	struct view *v;

	if (tape_open(s->node, id, 1, s->history, &tape, err) < 0)
		return NULL;
	v = view_feed("process", tape, "");
	feed_of(v)->owns = true;
	return v;
}

struct tape *
view_tape(struct view *v)
{
	return v->ops == &feed_ops && feed_of(v)->owns ? feed_of(v)->tape
						       : NULL;
}
