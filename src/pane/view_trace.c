/*
 * The tree as it was when it was asked for, and again with each second while it
 * is looked at: what a message caused may still be on its way.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "pane/view.h"

enum {
	ENTRIES_MAX = 5000,
	DEPTH_MAX = 100,
	INDENT_MAX = 40,
	NAME_COLUMNS = 16,
	PLACE_COLUMNS = 8
};

struct row {
	struct trace_entry e;
	char *name;
	char *action;
};

struct trace_view {
	struct view view; /* first */
	struct trace_query query;
	struct row *rows;
	size_t count;
	bool cut;
};

static struct trace_view *
trace_of(struct view *v)
{
	return (struct trace_view *)v;
}

static void
drop_rows(struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(rows[i].name);
		free(rows[i].action);
	}
	free(rows);
}

static void
trace_free(struct view *v)
{
	struct trace_view *t = trace_of(v);

	drop_rows(t->rows, t->count);
	free(t);
}

static bool
take_entry(void *arg, const struct trace_entry *e)
{
	struct trace_view *t = arg;
	struct row *r;

	if (t->count == ENTRIES_MAX) {
		t->cut = true;
		return false;
	}
	t->rows = xrealloc(t->rows, (t->count + 1) * sizeof(*t->rows));
	r = &t->rows[t->count++];
	r->e = *e;
	r->name = xasprintf("%.*s", SPAN_ARG(e->name));
	r->action = xasprintf("%.*s", SPAN_ARG(e->action));
	return true;
}

/* The old rows stay when the node fails. */
static int
read_rows(struct trace_view *t, struct node *n, struct error *err)
{
	struct trace_view fresh = { 0 };

	if (n->ops->trace(n, &t->query, take_entry, &fresh, err) < 0) {
		drop_rows(fresh.rows, fresh.count);
		return -1;
	}
	drop_rows(t->rows, t->count);
	t->rows = fresh.rows;
	t->count = fresh.count;
	t->cut = fresh.cut;
	return 0;
}

static void
trace_update(struct view *v, struct scene *s, bool tick)
{
	struct error ignored;

	if (tick)
		(void)read_rows(trace_of(v), s->node, &ignored);
}

static size_t
trace_rows(struct view *v)
{
	return trace_of(v)->count;
}

static void
add_verdict(struct line *out, const struct trace_entry *e)
{
	static const char *const kinds[] = {
		[TRACE_SPAWN] = " spawned",
		[TRACE_ASSIGN] = " assigned",
		[TRACE_TICK] = " tick",
		[TRACE_WALLET] = " to a wallet",
		[TRACE_MISSING] = " not delivered",
	};

	if (e->evaluated)
		line_printf(out,
		    e->verdict == VERDICT_OK ? LOOK_GOOD : LOOK_ERROR, "%s",
		    verdict_name(e->verdict));
	if (e->kind != TRACE_MESSAGE)
		line_printf(out, LOOK_DIM, "%s", kinds[e->kind]);
	if (e->more)
		line_printf(out, LOOK_WARN, " and more below");
}

static void
trace_line(struct view *v, const struct scene *s, size_t row, struct line *out)
{
	const struct trace_view *t = trace_of(v);
	const struct row *r;
	uint64_t start;
	unsigned indent;
	bool has_place;

	if (row == SIZE_MAX) {
		line_printf(out, LOOK_DIM, "%8s %-*s %*s  ACTION%s", "AFTER",
		    NAME_COLUMNS, "PROCESS", PLACE_COLUMNS, "SLOT",
		    t->cut ? "  (cut)" : "");
		return;
	}
	r = &t->rows[row];
	start = t->rows[0].e.timestamp_ms;
	has_place = r->e.kind <= TRACE_TICK;
	indent = r->e.depth < INDENT_MAX / 2 ? 2 * r->e.depth : INDENT_MAX;
	if (has_place && r->e.timestamp_ms >= start)
		line_printf(out, LOOK_DIM, "%5" PRIu64 " ms ",
		    r->e.timestamp_ms - start);
	else
		line_printf(out, LOOK_DIM, "%8s ", "");
	if (*r->name)
		line_add(out, LOOK_TITLE, NAME_COLUMNS, span_text(r->name));
	else
		cell_peer(out, s, NAME_COLUMNS,
		    span_text(id_encode(&r->e.process).text));
	line_printf(out, LOOK_PLAIN, "%*s  %*s", PLACE_COLUMNS,
	    has_place ? position_text(r->e.at).text : "", (int)indent, "");
	line_add(out, LOOK_PLAIN, 0, span_text(*r->action ? r->action : "-"));
	line_printf(out, LOOK_PLAIN, "  ");
	add_verdict(out, &r->e);
}

static bool
trace_target(struct view *v, size_t row, struct target *out)
{
	const struct trace_entry *e = &trace_of(v)->rows[row].e;

	*out = (struct target){ .process = e->process,
		.at = e->at,
		.message = e->id };
	return e->kind <= TRACE_TICK;
}

static const struct view_ops trace_ops = {
	.free = trace_free,
	.update = trace_update,
	.rows = trace_rows,
	.line = trace_line,
	.target = trace_target,
};

struct view *
view_trace(struct scene *s, const struct target *target, struct error *err)
{
	struct trace_view *t = xcalloc(1, sizeof(*t));

	t->view.ops = &trace_ops;
	t->view.name = "trace";
	t->query = (struct trace_query){ .by_place = true,
		.message = target->process,
		.at = target->at,
		.depth = DEPTH_MAX };
	if (read_rows(t, s->node, err) < 0) {
		trace_free(&t->view);
		return NULL;
	}
	return &t->view;
}
