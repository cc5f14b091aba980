/*
 * Written straight into the reply: what is large (data, results) is copied once.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "base/alloc.h"
#include "base/number.h"
#include "codec/json_scan.h"
#include "codec/utf8.h"
#include "ao/result.h"
#include "net/serve_inner.h"

enum {
	CURSOR_MAX = 400, /* bytes of its text */
};

static void
add_base64url(struct buf *out, struct span bytes)
{
	buf_add_byte(out, '"');
	base64url_encode(bytes, out);
	buf_add_byte(out, '"');
}

/* --- results --- */

/* A list of a result, which may be left out; {} is how Lua writes one that is
 * empty. */
static void
add_list(struct buf *out, struct span value)
{
	if (value.p && value.len && value.p[0] == '[')
		buf_add_span(out, value);
	else
		buf_add_text(out, "[]");
}

int
json_result(struct buf *out, struct span result, bool gas, struct error *err)
{
	struct json_member m[] = { { .name = "Messages" },
		{ .name = "Assignments" }, { .name = "Spawns" },
		{ .name = "Output" }, { .name = "Error" } };

	if (json_scan(result, m, sizeof(m) / sizeof(*m), err) < 0)
		return FAIL_IN(err, "result");
	buf_add_text(out, "{\"Messages\":");
	add_list(out, m[0].value);
	buf_add_text(out, ",\"Assignments\":");
	add_list(out, m[1].value);
	buf_add_text(out, ",\"Spawns\":");
	add_list(out, m[2].value);
	buf_add_text(out, ",\"Output\":");
	if (m[3].value.p)
		buf_add_span(out, m[3].value);
	else
		buf_add_text(out, "\"\"");
	/* what an evaluation took is no part of the log */
	if (gas)
		buf_add_text(out, ",\"GasUsed\":0");
	if (m[4].value.p) {
		buf_add_text(out, ",\"Error\":");
		buf_add_span(out, m[4].value);
	}
	buf_add_byte(out, '}');
	return 0;
}

/* --- cursors --- */

void
json_cursor(struct buf *out, const struct cursor *c)
{
	char json[CURSOR_MAX];
	char text[2 * CURSOR_MAX];
	char cron[sizeof(c->cron) + 4] = "null";
	int len;

	/* names of schedules are digits, letters and a hyphen */
	if (c->cron[0])
		snprintf(cron, sizeof(cron), "\"%s\"", c->cron);
	len = snprintf(json, sizeof(json),
	    "{\"timestamp\":%" PRIu64 ",\"ordinate\":\"%" PRIu64
	    "\",\"cron\":%s,\"sort\":\"%s\"}",
	    c->timestamp_ms, c->slot, cron, c->descending ? "DESC" : "ASC");
	sodium_bin2base64(text, sizeof(text), (uint8_t *)json, (size_t)len,
	    sodium_base64_VARIANT_ORIGINAL);
	buf_printf(out, "\"%s\"", text);
}

/* "0-5-minutes": as cron_name() makes them. False: it is none of ours. */
static bool
read_cron(const json_t *json, struct cursor *c)
{
	static const char characters[] = "0123456789-abcdefghijklmnopqrstuvwxyz"
					 "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *name = json_string_value(json);
	size_t len = json_string_length(json);

	if (!name)
		return !json || json_is_null(json);
	if (len >= sizeof(c->cron) || strspn(name, characters) != len)
		return false;
	memcpy(c->cron, name, len + 1);
	return true;
}

/* The members of a cursor's JSON; false: it is none. */
static bool
read_cursor(const json_t *json, struct cursor *c)
{
	const json_t *ms = json_object_get(json, "timestamp");
	const json_t *ordinate = json_object_get(json, "ordinate");
	const char *sort = json_string_value(json_object_get(json, "sort"));

	if (!json_is_integer(ms) || json_integer_value(ms) < 0)
		return false;
	c->timestamp_ms = (uint64_t)json_integer_value(ms);
	if (json_is_string(ordinate))
		c->exact = parse_decimal(span_text(json_string_value(ordinate)),
		    INT64_MAX, &c->slot);
	c->sorted = sort;
	c->descending = sort && strcmp(sort, "DESC") == 0;
	return read_cron(json_object_get(json, "cron"), c);
}

/* Into JSON; false: it is no base64. A "+" that was not escaped in a query has
 * come as a blank. */
static bool
decode_cursor(struct span text, uint8_t json[CURSOR_MAX], size_t *len)
{
	static const int variants[] = { sodium_base64_VARIANT_ORIGINAL,
		sodium_base64_VARIANT_ORIGINAL_NO_PADDING };
	char copy[2 * CURSOR_MAX];

	if (text.len > sizeof(copy))
		return false;
	for (size_t i = 0; i < text.len; i++)
		copy[i] = text.p[i] == ' ' ? '+' : (char)text.p[i];
	for (size_t i = 0; i < sizeof(variants) / sizeof(*variants); i++)
		if (sodium_base642bin(json, CURSOR_MAX, copy, text.len, NULL,
			len, NULL, variants[i]) == 0)
			return true;
	return false;
}

int
cursor_parse(struct span text, struct cursor *c, struct error *err)
{
	uint8_t json[CURSOR_MAX];
	size_t len = 0;
	json_t *root;
	bool ok;

	*c = (struct cursor){ .timestamp_ms = 0 };
	if (parse_decimal(text, INT64_MAX, &c->timestamp_ms))
		return 0;
	root = decode_cursor(text, json, &len)
	    ? json_loadb((const char *)json, len, 0, NULL)
	    : NULL;
	ok = read_cursor(root, c);
	json_decref(root);
	if (!ok)
		return FAIL(err, ERR_FORMAT,
		    "it is neither a cursor nor a time");
	return 0;
}

/* --- items --- */

static void
add_owner(struct buf *out, struct span key)
{
	buf_printf(out,
	    "{\"address\":\"%s\",\"key\":", scheduler_address(key).text);
	add_base64url(out, key);
	buf_add_byte(out, '}');
}

static void
add_tags(struct buf *out, const struct tag *tags, size_t count)
{
	buf_add_byte(out, '[');
	for (size_t i = 0; i < count; i++) {
		buf_add_text(out, i ? ",{\"name\":" : "{\"name\":");
		json_add_string(out, tags[i].name);
		buf_add_text(out, ",\"value\":");
		json_add_string(out, tags[i].value);
		buf_add_byte(out, '}');
	}
	buf_add_byte(out, ']');
}

static void
add_anchor(struct buf *out, struct span anchor)
{
	if (anchor.len && utf8_valid(anchor))
		json_add_string(out, anchor);
	else
		buf_add_text(out, "null");
}

static void
add_message(struct buf *out, const struct message *m)
{
	buf_printf(out, "{\"id\":\"%s\",\"owner\":", id_encode(&m->id).text);
	add_owner(out, m->owner_key);
	buf_add_text(out, ",\"data\":");
	json_add_string(out, m->data);
	buf_add_text(out, ",\"tags\":");
	add_tags(out, m->tags, m->tag_count);
	buf_add_text(out, ",\"signature\":");
	add_base64url(out, m->signature);
	buf_add_text(out, ",\"anchor\":");
	add_anchor(out, m->anchor);
	buf_printf(out, ",\"target\":\"%s\"}",
	    m->has_target ? id_encode(&m->target).text : "");
}

/* Anchors of assignments are random bytes. */
static int
add_assignment(struct buf *out, const struct log_entry *e, bool anchors,
    struct error *err)
{
	struct data_item item;

	if (ans104_decode(e->assignment_item, &item, err) < 0)
		return FAIL_IN(err, "assignment");
	buf_printf(out,
	    "{\"id\":\"%s\",\"owner\":", id_encode(&e->assignment).text);
	add_owner(out, item.owner);
	buf_add_text(out, ",\"tags\":");
	add_tags(out, item.tags, item.tag_count);
	buf_add_text(out, ",\"signature\":");
	add_base64url(out, item.signature);
	buf_add_text(out, ",\"anchor\":");
	if (anchors)
		add_base64url(out, item.anchor);
	else
		add_anchor(out, item.anchor);
	buf_add_text(out, ",\"target\":\"\"}");
	return 0;
}

/* One that was sent elsewhere, and has a slot here by an assignment alone. */
static bool
is_assigned(const struct id *process, const struct message *m)
{
	return !id_equal(&m->id, process) &&
	    !(m->has_target && id_equal(&m->target, process));
}

int
json_message(struct buf *out, const struct id *process,
    const struct log_entry *e, bool anchors, struct error *err)
{
	buf_add_text(out, "{\"message\":");
	if (is_assigned(process, e->message))
		buf_add_text(out, "null");
	else
		add_message(out, e->message);
	buf_add_text(out, ",\"assignment\":");
	if (add_assignment(out, e, anchors, err) < 0)
		return -1;
	buf_add_byte(out, '}');
	return 0;
}

int
json_process(struct buf *out, const struct log_entry *e, struct error *err)
{
	const struct message *m = e->message;

	(void)err;
	buf_printf(out,
	    "{\"process_id\":\"%s\",\"block\":\"%012" PRIu64 "\",\"owner\":",
	    id_encode(&m->id).text, e->height);
	add_owner(out, m->owner_key);
	buf_add_text(out, ",\"tags\":");
	add_tags(out, m->tags, m->tag_count);
	buf_printf(out,
	    ",\"timestamp\":%" PRIu64 ",\"data\":", e->timestamp_ms);
	if (utf8_valid(m->data))
		json_add_string(out, m->data);
	else
		buf_add_text(out, "null");
	buf_add_text(out, ",\"anchor\":");
	add_anchor(out, m->anchor);
	buf_add_text(out, ",\"signature\":");
	add_base64url(out, m->signature);
	if (m->has_target)
		buf_printf(out, ",\"target\":\"%s\"}",
		    id_encode(&m->target).text);
	else
		buf_add_text(out, ",\"target\":null}");
	return 0;
}
