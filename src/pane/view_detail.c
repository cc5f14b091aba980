/*
 * The entry is read from the node each time it has to be laid out: when the
 * width changes, and each second until it has its result.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "ao/result_text.h"
#include "pane/text_rows.h"
#include "pane/view.h"

struct detail_view {
	struct view view; /* first */
	struct target target;
	struct text_rows rows;
	bool evaluated;
};

static struct detail_view *
detail_of(struct view *v)
{
	return (struct detail_view *)v;
}

static void
detail_free(struct view *v)
{
	struct detail_view *d = detail_of(v);

	text_rows_release(&d->rows);
	free(d);
}

/* One reading of the entry. */
struct reading {
	const struct target *target;
	struct text_rows rows;
	bool found;
	bool evaluated;
};

static void
add_head(struct text_rows *t, const struct target *target,
    const struct log_entry *e)
{
	const struct message *m = e->message;
	struct span from = message_from(m);

	text_rows_printf(t, LOOK_TITLE, "message %s",
	    e->tick ? "(a cron tick)" : id_encode(&m->id).text);
	text_rows_printf(t, LOOK_PLAIN, "process %s, slot %s",
	    id_encode(&target->process).text,
	    position_text(log_entry_at(e)).text);
	text_rows_printf(t, LOOK_PLAIN, "time    %" PRIu64 ", height %" PRIu64,
	    e->timestamp_ms, e->height);
	if (e->tick)
		text_rows_printf(t, LOOK_PLAIN, "cron    %.*s, schedule %u",
		    SPAN_ARG(e->interval), e->schedule);
	text_rows_printf(t, LOOK_PLAIN, "from    %.*s", SPAN_ARG(from));
	if (!span_is(from, m->owner.text))
		text_rows_printf(t, LOOK_PLAIN, "owner   %s", m->owner.text);
	if (m->has_target)
		text_rows_printf(t, LOOK_PLAIN, "target  %s",
		    id_encode(&m->target).text);
	text_rows_printf(t, LOOK_TITLE, "%zu tags", m->tag_count);
	for (size_t i = 0; i < m->tag_count; i++)
		text_rows_printf(t, LOOK_PLAIN, "  %.*s = %.*s",
		    SPAN_ARG(m->tags[i].name), SPAN_ARG(m->tags[i].value));
	text_rows_printf(t, LOOK_TITLE, "%zu bytes of data", m->data.len);
	if (m->data.len)
		text_rows_add_data(t, m->data);
}

/* The lists of a result, as they are. */
static void
add_lists(struct text_rows *t, const json_t *result)
{
	static const char *const lists[] = { "Messages", "Spawns",
		"Assignments" };

	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const json_t *list = json_object_get(result, lists[i]);
		char *text;

		if (json_array_size(list) == 0)
			continue;
		text = json_dumps(list, JSON_COMPACT);
		text_rows_printf(t, LOOK_TITLE, "%zu in %s",
		    json_array_size(list), lists[i]);
		text_rows_add_data(t, span_text(text));
		free(text);
	}
}

static void
add_result(struct text_rows *t, const struct log_entry *e)
{
	struct buf text = BUF_INIT;
	json_t *result;

	if (!e->evaluated) {
		text_rows_printf(t, LOOK_WARN, "no result yet%s",
		    e->stopped ? ": the process is stopped" : "");
		return;
	}
	result = result_parse(e->result_json);
	text_rows_printf(t, e->verdict == VERDICT_OK ? LOOK_GOOD : LOOK_ERROR,
	    "result: %s", verdict_name(e->verdict));
	if (error_text(result, &text)) {
		text_rows_add(t, LOOK_ERROR, buf_span(&text));
	} else {
		output_text(result, &text);
		if (text.len)
			text_rows_add_data(t, buf_span(&text));
		add_lists(t, result);
	}
	json_decref(result);
	buf_release(&text);
}

static bool
take_entry(void *arg, const struct log_entry *e)
{
	struct reading *r = arg;

	if (position_compare(log_entry_at(e), r->target->at) != 0)
		return false;
	r->found = true;
	r->evaluated = e->evaluated;
	add_head(&r->rows, r->target, e);
	add_result(&r->rows, e);
	return false;
}

/* The old rows stay when the node fails. */
static int
read_rows(struct detail_view *d, const struct scene *s, struct error *err)
{
	struct reading r = { .target = &d->target };
	int rc;

	text_rows_init(&r.rows, s->width);
	rc = s->node->ops->log(s->node, &d->target.process, d->target.at,
	    take_entry, &r, err);
	if (rc == 0 && !r.found)
		rc = FAIL(err, ERR_NOT_FOUND, "there is no slot %s",
		    position_text(d->target.at).text);
	if (rc < 0) {
		text_rows_release(&r.rows);
		return -1;
	}
	text_rows_release(&d->rows);
	d->rows = r.rows;
	d->evaluated = r.evaluated;
	return 0;
}

static void
detail_update(struct view *v, struct scene *s, bool tick)
{
	struct detail_view *d = detail_of(v);
	struct error ignored;

	if (d->rows.width != s->width || (tick && !d->evaluated))
		(void)read_rows(d, s, &ignored);
}

static size_t
detail_rows(struct view *v)
{
	return detail_of(v)->rows.count;
}

static void
detail_line(struct view *v, const struct scene *s, size_t row, struct line *out)
{
	const struct detail_view *d = detail_of(v);

	(void)s;
	if (row == SIZE_MAX)
		line_printf(out, LOOK_DIM, "SLOT %s",
		    position_text(d->target.at).text);
	else
		line_add(out, d->rows.rows[row].look, 0,
		    text_rows_at(&d->rows, row));
}

/* The same entry from every row: for a trace, and for its id. */
static bool
detail_target(struct view *v, size_t row, struct target *out)
{
	(void)row;
	*out = detail_of(v)->target;
	return true;
}

static const struct view_ops detail_ops = {
	.free = detail_free,
	.update = detail_update,
	.rows = detail_rows,
	.line = detail_line,
	.target = detail_target,
};

struct view *
view_detail(struct scene *s, const struct target *target, struct error *err)
{
	struct detail_view *d = xcalloc(1, sizeof(*d));

	d->view.ops = &detail_ops;
	d->view.name = "message";
	d->target = *target;
	if (read_rows(d, s, err) < 0) {
		detail_free(&d->view);
		return NULL;
	}
	return &d->view;
}
