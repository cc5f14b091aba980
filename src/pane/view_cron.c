/*
 * Schedules are asked for each second, since the time to the next tick runs;
 * how their ticks went is gathered from the tape.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "pane/view.h"

enum {
	HISTORY = 60, /* ticks */
	NAME_COLUMNS = 10,
	SCHEDULE_COLUMNS = 14,
	ACTION_COLUMNS = 12,
	NEXT_COLUMNS = 9,
	MS_PER_S = 1000
};

struct row {
	unsigned source;
	uint32_t index;
	char *name;
	char *action;
	uint64_t next_ms;
	uint64_t ticks;
	uint64_t late;
	struct position last;
	bool evaluated;
	enum verdict verdict;
	/* of the newest ticks, oldest first: good or not */
	char history[HISTORY + 1];
};

struct cron_view {
	struct view view; /* first */
	struct tape *tape;
	uint64_t looked; /* events before that number were looked at */
	struct row *rows;
	size_t count;
	unsigned reading; /* whose schedules are being read */
};

static struct cron_view *
cron_of(struct view *v)
{
	return (struct cron_view *)v;
}

static void
cron_free(struct view *v)
{
	struct cron_view *c = cron_of(v);

	for (size_t i = 0; i < c->count; i++) {
		free(c->rows[i].name);
		free(c->rows[i].action);
	}
	free(c->rows);
	free(c);
}

static struct row *
find_row(struct cron_view *c, unsigned source, uint32_t index)
{
	ASSERT(c->rows || c->count == 0);
	for (size_t i = 0; i < c->count; i++)
		if (c->rows[i].source == source && c->rows[i].index == index)
			return &c->rows[i];
	return NULL;
}

static struct row *
add_row(struct cron_view *c, const struct cron_info *info)
{
	struct row *r;

	c->rows = xrealloc(c->rows, (c->count + 1) * sizeof(*c->rows));
	r = &c->rows[c->count++];
	*r = (struct row){ .source = c->reading,
		.index = info->index,
		.name = xasprintf("%.*s", SPAN_ARG(info->name)),
		.action = xasprintf("%.*s", SPAN_ARG(info->action)) };
	return r;
}

static bool
take_cron(void *arg, const struct cron_info *info)
{
	struct cron_view *c = arg;
	struct row *r = find_row(c, c->reading, info->index);

	if (!r)
		r = add_row(c, info);
	r->next_ms = info->next_ms;
	r->ticks = info->ticks;
	r->late = info->late;
	r->last = info->last;
	r->evaluated = info->evaluated;
	r->verdict = info->verdict;
	return true;
}

/* The oldest makes room. */
static void
note_tick(struct row *r, bool good)
{
	size_t n = strlen(r->history);

	if (n == HISTORY)
		memmove(r->history, r->history + 1, --n);
	r->history[n] = good ? '.' : '!';
	r->history[n + 1] = '\0';
}

static void
look_at_tape(struct cron_view *c)
{
	if (c->looked < tape_first(c->tape))
		c->looked = tape_first(c->tape);
	for (; c->looked < tape_end(c->tape); c->looked++) {
		const struct event *e = tape_at(c->tape, c->looked);
		struct row *r = e->kind == EVENT_CRON
		    ? find_row(c, e->source, e->schedule)
		    : NULL;

		if (r)
			note_tick(r, e->verdict == VERDICT_OK);
	}
}

static void
cron_update(struct view *v, struct scene *s, bool tick)
{
	struct cron_view *c = cron_of(v);
	struct feed *feed = tape_feed(c->tape);
	struct error ignored;

	for (size_t i = 0; (tick || !c->rows) && i < feed_count(feed); i++) {
		c->reading = (unsigned)i;
		(void)s->node->ops->cron(s->node, &feed_process(feed, i)->id,
		    take_cron, c, &ignored);
	}
	look_at_tape(c);
}

static size_t
cron_rows(struct view *v)
{
	return cron_of(v)->count;
}

static void
add_next(struct line *out, const struct scene *s, const struct row *r)
{
	uint64_t seconds = r->next_ms > s->now_ms
	    ? (r->next_ms - s->now_ms + MS_PER_S - 1) / MS_PER_S
	    : 0;

	if (seconds == 0)
		line_printf(out, LOOK_WARN, "%*s ", NEXT_COLUMNS, "now");
	else if (seconds < 3600)
		line_printf(out, LOOK_PLAIN, "%*" PRIu64 ":%02" PRIu64 " ",
		    NEXT_COLUMNS - 3, seconds / 60, seconds % 60);
	else
		line_printf(out, LOOK_PLAIN, "%*" PRIu64 "h%02" PRIu64 "m ",
		    NEXT_COLUMNS - 4, seconds / 3600, seconds / 60 % 60);
}

static void
cron_line(struct view *v, const struct scene *s, size_t row, struct line *out)
{
	const struct cron_view *c = cron_of(v);
	const struct row *r;

	if (row == SIZE_MAX) {
		line_printf(out, LOOK_DIM,
		    "%-*s %-*s %-*s %*s %8s %6s %-12s LAST 60", NAME_COLUMNS,
		    "PROCESS", SCHEDULE_COLUMNS, "SCHEDULE", ACTION_COLUMNS,
		    "ACTION", NEXT_COLUMNS, "NEXT IN", "TICKS", "LATE", "LAST");
		return;
	}
	r = &c->rows[row];
	line_add(out, LOOK_TITLE, NAME_COLUMNS,
	    span_text(feed_process(tape_feed(c->tape), r->source)->name));
	line_add(out, LOOK_PLAIN, SCHEDULE_COLUMNS, span_text(r->name));
	line_add(out, LOOK_PLAIN, ACTION_COLUMNS, span_text(r->action));
	add_next(out, s, r);
	line_printf(out, LOOK_PLAIN, "%8" PRIu64 " %6" PRIu64 " ", r->ticks,
	    r->late);
	line_printf(out, r->verdict == VERDICT_OK ? LOOK_GOOD : LOOK_ERROR,
	    "%-12s ",
	    !r->ticks          ? "-"
		: r->evaluated ? verdict_name(r->verdict)
			       : "waiting");
	line_printf(out, LOOK_DIM, "%s", r->history);
}

static bool
cron_target(struct view *v, size_t row, struct target *out)
{
	const struct cron_view *c = cron_of(v);
	const struct row *r = &c->rows[row];

	*out = (struct target){ .at = r->last,
		.process = feed_process(tape_feed(c->tape), r->source)->id };
	return r->ticks > 0;
}

static const struct view_ops cron_ops = {
	.free = cron_free,
	.update = cron_update,
	.rows = cron_rows,
	.line = cron_line,
	.target = cron_target,
};

struct view *
view_cron(struct tape *tape)
{
	struct cron_view *c = xcalloc(1, sizeof(*c));

	c->view.ops = &cron_ops;
	c->view.name = "cron";
	c->tape = tape;
	return &c->view;
}
