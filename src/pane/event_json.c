/*
 * JSON is written here and not built first: a feed may run for days at thousands
 * of events a second.
 */
#include "pane/event_json.h"

#include <inttypes.h>

#include "term/escape.h"

static void
add_key(struct buf *out, const char *key)
{
	buf_printf(out, ",\"%s\":", key);
}

static void
add_text(struct buf *out, const char *key, struct span text)
{
	add_key(out, key);
	json_add_string(out, text);
}

static void
add_number(struct buf *out, const char *key, uint64_t n)
{
	add_key(out, key);
	buf_printf(out, "%" PRIu64, n);
}

static void
add_tags(struct buf *out, struct span rest)
{
	struct span name;
	struct span value;
	const char *comma = "";

	buf_add_text(out, ",\"tags\":[");
	while (event_tag(&rest, &name, &value)) {
		buf_printf(out, "%s{\"name\":", comma);
		json_add_string(out, name);
		buf_add_text(out, ",\"value\":");
		json_add_string(out, value);
		buf_add_byte(out, '}');
		comma = ",";
	}
	buf_add_byte(out, ']');
}

/* Of what was said: data of a message, output, or error, without colours. */
static void
add_said(struct buf *out, const struct event *e)
{
	struct buf plain = BUF_INIT;

	switch (e->kind) {
	case EVENT_RESULT:
	case EVENT_PRINT:
		escape_strip_color(e->text, &plain);
		add_text(out, "output", buf_span(&plain));
		break;
	case EVENT_ERROR:
		escape_strip_color(e->text, &plain);
		add_text(out, "error", buf_span(&plain));
		add_text(out, "verdict", span_text(verdict_name(e->verdict)));
		break;
	default:
		add_tags(out, e->tags);
		if (e->kind != EVENT_ASSIGN)
			add_text(out, "data", e->text);
	}
	if (e->size > e->text.len)
		add_number(out, "size", e->size);
	buf_release(&plain);
}

static void
add_peer(struct buf *out, const struct event *e)
{
	switch (e->kind) {
	case EVENT_START:
	case EVENT_INBOX:
	case EVENT_EVAL:
		add_text(out, "from", e->peer);
		break;
	case EVENT_PUSH:
	case EVENT_ASSIGN:
		add_text(out, "to", e->peer);
		break;
	case EVENT_CRON:
		add_number(out, "schedule", e->schedule);
		add_text(out, "interval", e->peer);
		break;
	default:
		break;
	}
	if (e->action.len)
		add_text(out, e->kind == EVENT_SPAWN ? "spawned" : "action",
		    e->action);
}

void
event_json(const struct process_info *p, const struct event *e, struct buf *out)
{
	buf_add_text(out, "{\"process\":");
	json_add_string(out, span_text(id_encode(&p->id).text));
	add_text(out, "name", span_text(p->name));
	add_number(out, "slot", e->at.slot);
	add_number(out, "tick", e->at.tick);
	add_text(out, "kind", span_text(event_kind_name(e->kind)));
	add_number(out, "timestamp", e->timestamp_ms);
	add_number(out, "height", e->height);
	if (!e->by_tick)
		add_text(out, "id", span_text(id_encode(&e->message).text));
	add_peer(out, e);
	add_said(out, e);
	buf_add_text(out, "}\n");
}
