/*
 * What an evaluation gave is read once, as its canonical JSON. A result that
 * cannot be read as an outbox still has its output and its error; what the
 * messenger would not push is not shown as pushed.
 */
#include "pane/event.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "ao/outbox.h"
#include "ao/result_text.h"

enum {
	/* of one text that is no data: an action, a peer */
	WORD_MAX_BYTES = 256,
	TAGS_BYTES = 8192, /* of all tags of an event */
	TAGS_ROOM = 1024,  /* enough for those of most messages */
	SHORT_ENDS = 6
};

static const char *const kind_names[EVENT_KINDS] = {
	[EVENT_START] = "start",
	[EVENT_INBOX] = "inbox",
	[EVENT_EVAL] = "eval",
	[EVENT_CRON] = "cron",
	[EVENT_RESULT] = "result",
	[EVENT_PRINT] = "print",
	[EVENT_ERROR] = "error",
	[EVENT_PUSH] = "push",
	[EVENT_SPAWN] = "spawn",
	[EVENT_ASSIGN] = "assign",
	[EVENT_STATUS] = "status",
};

const char *
event_kind_name(enum event_kind k)
{
	return kind_names[k];
}

bool
event_kind_parse(struct span name, enum event_kind *k)
{
	for (int i = 0; i < EVENT_KINDS; i++)
		if (span_is(name, kind_names[i])) {
			*k = (enum event_kind)i;
			return true;
		}
	return false;
}

bool
event_tag(struct span *rest, struct span *name, struct span *value)
{
	return take_block(rest, name) && take_block(rest, value);
}

void
event_short_id(struct span id, struct buf *out)
{
	if (id.len != ID_CHARS) {
		buf_add_span(out, id);
		return;
	}
	buf_printf(out, "%.*s...%.*s", SHORT_ENDS, (const char *)id.p,
	    SHORT_ENDS, (const char *)id.p + id.len - SHORT_ENDS);
}

/* What an event is made from; spans are borrowed. */
struct parts {
	struct span peer;
	struct span action;
	struct span text;
	const struct tag *tags;
	size_t tag_count;
};

/* As far as there is room: all of a tag or nothing. */
static void
add_tags(const struct parts *p, struct buf *out)
{
	if (p->tag_count)
		(void)buf_reserve(out, TAGS_ROOM);
	for (size_t i = 0; i < p->tag_count; i++) {
		const struct tag *t = &p->tags[i];

		if (out->len + t->name.len + t->value.len > TAGS_BYTES)
			continue;
		buf_add_block(out, t->name);
		buf_add_block(out, t->value);
	}
}

/* No character is cut in two. */
static struct span
cut(struct span s, size_t max)
{
	if (s.len <= max)
		return s;
	while (max && (s.p[max] & 0xc0) == 0x80)
		max--;
	return span_first(s, max);
}

/* Copy behind the event; gives where it stands. */
static struct span
place(uint8_t **at, struct span s)
{
	uint8_t *to = *at;

	if (s.len)
		memcpy(to, s.p, s.len);
	*at += s.len;
	return span_of(to, s.len);
}

/* `like` has what all events of an entry have in common. */
static void
emit(const struct event_sink *sink, const struct event *like,
    enum event_kind kind, const struct parts *p)
{
	struct span peer = cut(p->peer, WORD_MAX_BYTES);
	struct span action = cut(p->action, WORD_MAX_BYTES);
	struct span text = cut(p->text, sink->text_max);
	struct buf tags = BUF_INIT;
	struct event *e;
	uint8_t *at;

	add_tags(p, &tags);
	e = xmalloc(sizeof(*e) + peer.len + action.len + text.len + tags.len);
	*e = *like;
	at = e->bytes;
	e->kind = kind;
	e->source = sink->source;
	e->size = p->text.len;
	e->peer = place(&at, peer);
	e->action = place(&at, action);
	e->text = place(&at, text);
	e->tags = place(&at, buf_span(&tags));
	buf_release(&tags);
	sink->fn(sink->arg, e);
}

static enum event_kind
kind_of(const struct event_sink *sink, const struct log_entry *e)
{
	if (e->tick)
		return EVENT_CRON;
	if (e->slot == 0)
		return EVENT_START;
	if (span_is(message_tag_or_empty(e->message, "Action"), "Eval") &&
	    span_is(message_from(e->message), sink->owner->text))
		return EVENT_EVAL;
	return EVENT_INBOX;
}

/* A spawn has no action; its type says more. */
static void
emit_message(const struct event_sink *sink, const struct event *like,
    const struct log_entry *e)
{
	struct parts p = {
		.peer = message_from(e->message),
		.action = message_tag_or_empty(e->message, "Action"),
		.text = e->message->data,
		.tags = e->message->tags,
		.tag_count = e->message->tag_count,
	};

	if (e->tick)
		p.peer = e->interval;
	else if (p.action.len == 0)
		p.action = message_tag_or_empty(e->message, "Type");
	emit(sink, like, kind_of(sink, e), &p);
}

/* A first value of that name among the tags of an entry. */
static struct span
entry_tag(const struct outbox_entry *o, const char *name)
{
	for (size_t i = 0; i < o->tag_count; i++)
		if (span_is(o->tags[i].name, name))
			return o->tags[i].value;
	return span_of(NULL, 0);
}

static void
emit_sent(const struct event_sink *sink, const struct event *like,
    const struct outbox_entry *o)
{
	static const enum event_kind kinds[] = {
		[OUTBOX_MESSAGE] = EVENT_PUSH,
		[OUTBOX_SPAWN] = EVENT_SPAWN,
		[OUTBOX_ASSIGNMENT] = EVENT_ASSIGN,
	};
	struct parts p = { .text = buf_span(&o->data),
		.tags = o->tags,
		.tag_count = o->tag_count };
	struct id_text peer = { "" };
	struct id to;

	if (o->kind == OUTBOX_MESSAGE)
		peer = id_encode(&o->target);
	if (o->kind == OUTBOX_ASSIGNMENT && o->processes.len >= ID_BYTES) {
		memcpy(to.bytes, o->processes.p, ID_BYTES);
		peer = id_encode(&to);
	}
	p.peer = span_text(peer.text);
	p.action = entry_tag(o, o->kind == OUTBOX_SPAWN ? "Name" : "Action");
	/* the single space that stands for no data */
	if (span_is(p.text, " "))
		p.text.len = 0;
	emit(sink, like, kinds[o->kind], &p);
}

/* What the messenger drops is no push. */
static void
emit_outbox(const struct event_sink *sink, const struct event *like,
    const struct outbox *box)
{
	for (size_t i = 0; i < box->count; i++) {
		struct outbox_entry entry;
		struct error ignored;

		if (outbox_get(box, i, &entry, &ignored) < 0)
			continue;
		emit_sent(sink, like, &entry);
		outbox_entry_release(&entry);
	}
}

/* An error alone, or what it prints and sends. */
static void
emit_result(const struct event_sink *sink, const struct event *like,
    const json_t *result, bool of_eval)
{
	const json_t *output = json_object_get(result, "Output");
	struct buf text = BUF_INIT;
	struct parts p = { 0 };

	if (error_text(result, &text)) {
		p.text = buf_span(&text);
		emit(sink, like, EVENT_ERROR, &p);
	} else {
		output_text(result, &text);
		p.text = buf_span(&text);
		if (p.text.len)
			emit(sink, like,
			    !of_eval &&
				    json_is_true(
					json_object_get(output, "print"))
				? EVENT_PRINT
				: EVENT_RESULT,
			    &p);
	}
	buf_release(&text);
}

void
event_of_entry(const struct event_sink *sink, const struct log_entry *e)
{
	struct event like = {
		.at = log_entry_at(e),
		.timestamp_ms = e->timestamp_ms,
		.height = e->height,
		.schedule = e->schedule,
		.verdict = e->verdict,
		.by_tick = e->tick != 0,
		.message = e->message->id,
	};
	bool of_eval = kind_of(sink, e) == EVENT_EVAL;
	json_t *result = result_parse(e->result_json);
	struct outbox box;
	struct error ignored;

	emit_message(sink, &like, e);
	emit_result(sink, &like, result, of_eval);
	json_decref(result);
	if (outbox_init(&box, e->result_json, &ignored) == 0) {
		emit_outbox(sink, &like, &box);
		outbox_release(&box);
	}
}

void
event_of_status(const struct event_sink *sink, const char *text,
    uint64_t timestamp_ms)
{
	const struct event like = { .timestamp_ms = timestamp_ms };
	const struct parts p = { .text = span_text(text) };

	emit(sink, &like, EVENT_STATUS, &p);
}

struct span
event_trimmed(struct span s)
{
	while (s.len && (s.p[0] == '\n' || s.p[0] == ' '))
		s = span_from(s, 1);
	while (s.len && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == ' '))
		s.len--;
	return s;
}
