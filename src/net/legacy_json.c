/*
 * jansson gives every value some memory, so a text of nothing but commas would
 * cost fifty times its length: commas and brackets outside of texts are counted
 * first.
 */
#include "net/legacy_json.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "base/alloc.h"
#include "base/number.h"

/* --- texts and values --- */

/* How many values there are, at most. */
static size_t
count_values(struct span text)
{
	bool quoted = false;
	size_t n = 1;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.p[i];

		if (c == '"')
			quoted = !quoted;
		else if (c == '\\' && quoted)
			i++;
		else if (!quoted && (c == ',' || c == '[' || c == '{'))
			n++;
	}
	return n;
}

int
legacy_parse(struct span text, json_t **out, struct error *err)
{
	/* a number that is too large for 64 bits is one nevertheless */
	const size_t flags[] = { JSON_ALLOW_NUL,
		JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL };
	json_error_t why = { 0 };
	json_t *root = NULL;

	if (count_values(text) > LEGACY_VALUES_MAX)
		return FAIL(err, ERR_LIMIT, "over %d values",
		    LEGACY_VALUES_MAX);
	for (size_t i = 0; i < 2 && !root; i++) {
		root = json_loadb(text.len ? (const char *)text.p : "",
		    text.len, flags[i], &why);
		if (!root &&
		    json_error_code(&why) != json_error_numeric_overflow)
			break;
	}
	if (!root)
		return FAIL(err, ERR_FORMAT, "no JSON (%.80s)", why.text);
	if (!json_is_object(root)) {
		json_decref(root);
		return FAIL(err, ERR_FORMAT, "no JSON object");
	}
	*out = root;
	return 0;
}

static struct span
text_of(const json_t *value)
{
	if (!json_is_string(value))
		return span_of(NULL, 0);
	return span_of(json_string_value(value), json_string_length(value));
}

struct span
legacy_text(const json_t *object, const char *name)
{
	return text_of(json_object_get(object, name));
}

bool
legacy_id(const json_t *object, const char *name, struct id *out)
{
	struct error ignored;

	return id_decode(legacy_text(object, name), out, &ignored) == 0;
}

bool
legacy_number(const json_t *value, uint64_t *out)
{
	if (json_is_integer(value) && json_integer_value(value) >= 0) {
		*out = (uint64_t)json_integer_value(value);
		return true;
	}
	return parse_decimal(text_of(value), INT64_MAX, out);
}

void
legacy_error_text(struct span body, struct buf *out)
{
	struct error ignored;
	struct span text;
	json_t *root;

	if (legacy_parse(body, &root, &ignored) < 0) {
		if (body.len > 0 && body.p[0] != '<')
			buf_add_span(out, body);
		return;
	}
	text = legacy_text(root, "error");
	if (text.len == 0 || json_object_get(root, "statusCode"))
		text = legacy_text(root, "message");
	buf_add_span(out, text);
	json_decref(root);
}

int
legacy_read_receipt(struct span body, struct id *out, struct error *err)
{
	json_t *root;
	bool found;

	if (legacy_parse(body, &root, err) < 0)
		return -1;
	found = legacy_id(root, "processId", out) || legacy_id(root, "id", out);
	json_decref(root);
	return found ? 0 : FAIL(err, ERR_FORMAT, "no id in the answer");
}

/* --- results --- */

/* Text, or what else a program gave, as its JSON. */
static void
set_error(const json_t *error, struct result *out)
{
	char *text;

	if (json_is_string(error)) {
		result_fail(out, VERDICT_ERROR, text_of(error));
		return;
	}
	text =
	    json_dumps(error, JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_COMPACT);
	result_fail(out, VERDICT_ERROR, span_text(text ? text : ""));
	free(text);
}

static bool
is_said(const json_t *error)
{
	return error && !json_is_null(error) && !json_is_false(error) &&
	    !(json_is_string(error) && json_string_length(error) == 0);
}

/* A list that is missing is an empty one. */
static int
copy_list(json_t *to, const json_t *from, const char *name, struct error *err)
{
	json_t *list = json_object_get(from, name);

	if (list && !json_is_null(list) && !json_is_array(list))
		return FAIL(err, ERR_FORMAT, "'%s' of a result is no list",
		    name);
	(void)json_object_set_new(to, name,
	    json_is_array(list) ? json_incref(list) : json_array());
	return 0;
}

static int
set_success(const json_t *from, struct result *out, struct error *err)
{
	json_t *output = json_object_get(from, "Output");
	json_t *to = json_object();
	char *text = NULL;
	int rc;

	(void)json_object_set_new(to, "Output",
	    output && !json_is_null(output) ? json_incref(output)
					    : json_string(""));
	rc = copy_list(to, from, "Messages", err);
	if (rc == 0)
		rc = copy_list(to, from, "Spawns", err);
	if (rc == 0)
		rc = copy_list(to, from, "Assignments", err);
	if (rc == 0)
		text = json_dumps(to, JSON_SORT_KEYS | JSON_COMPACT);
	if (rc == 0 && !text)
		rc = FAIL(err, ERR_FORMAT, "a result that is no text");
	json_decref(to);
	if (rc < 0)
		return -1;
	buf_add_text(&out->json, text);
	free(text);
	return 0;
}

static int
take_result(const json_t *from, struct result *out, struct error *err)
{
	const json_t *error = json_object_get(from, "Error");

	*out = (struct result)RESULT_INIT;
	if (!json_is_object(from))
		return FAIL(err, ERR_FORMAT, "a result that is no object");
	if (!error)
		error = json_object_get(from, "error");
	if (is_said(error)) {
		set_error(error, out);
		return 0;
	}
	/* anything else that is JSON would pass for an empty result */
	if (!json_object_get(from, "Output") &&
	    !json_object_get(from, "Messages"))
		return FAIL(err, ERR_FORMAT, "no result in the answer");
	return set_success(from, out, err);
}

int
legacy_read_result(struct span body, struct result *out, struct error *err)
{
	json_t *root;
	int rc;

	if (legacy_parse(body, &root, err) < 0)
		return -1;
	rc = take_result(root, out, err);
	json_decref(root);
	return rc;
}

/* --- cursors --- */

static bool
take_cursor(const json_t *root, struct legacy_cursor *out)
{
	const json_t *cron = json_object_get(root, "cron");
	struct span name = text_of(cron);

	*out = (struct legacy_cursor){ .tick = name.len > 0 };
	if (name.len >= sizeof(out->schedule) ||
	    !legacy_number(json_object_get(root, "timestamp"),
		&out->timestamp_ms) ||
	    !legacy_number(json_object_get(root, "ordinate"), &out->ordinate))
		return false;
	if (name.len)
		memcpy(out->schedule, name.p, name.len);
	return !cron || json_is_null(cron) || json_is_string(cron);
}

bool
legacy_cursor_parse(struct span text, struct legacy_cursor *out)
{
	uint8_t bytes[LEGACY_CURSOR_MAX];
	struct error ignored;
	json_t *root;
	size_t len;
	bool valid;

	if (text.len == 0 || text.len > LEGACY_CURSOR_MAX ||
	    sodium_base642bin(bytes, sizeof(bytes), (const char *)text.p,
		text.len, NULL, &len, NULL,
		sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    legacy_parse(span_of(bytes, len), &root, &ignored) < 0)
		return false;
	valid = take_cursor(root, out);
	json_decref(root);
	return valid;
}

static int
take_edge(const json_t *from, struct legacy_edge *out, struct error *err)
{
	struct span cursor = legacy_text(from, "cursor");

	if (!legacy_cursor_parse(cursor, &out->at))
		return FAIL(err, ERR_FORMAT, "a cursor of another form");
	memcpy(out->cursor, cursor.p, cursor.len);
	out->cursor[cursor.len] = 0;
	return take_result(json_object_get(from, "node"), &out->result, err);
}

/* pageInfo is left out by some: then a page that is not empty has a next. */
static bool
has_next(const json_t *root, const char *info, const char *name, size_t count)
{
	const json_t *more = json_object_get(json_object_get(root, info), name);

	return more ? json_is_true(more) : count > 0;
}

static int
take_edges(const json_t *root, struct legacy_results *out, struct error *err)
{
	const json_t *edges = json_object_get(root, "edges");

	if (!json_is_array(edges))
		return FAIL(err, ERR_FORMAT, "no list of results");
	out->edges = xcalloc(json_array_size(edges) + 1, sizeof(*out->edges));
	while (out->count < json_array_size(edges)) {
		struct legacy_edge *edge = &out->edges[out->count];

		if (take_edge(json_array_get(edges, out->count), edge, err) <
		    0) {
			result_release(&edge->result);
			return -1;
		}
		out->count++;
	}
	out->more = has_next(root, "pageInfo", "hasNextPage", out->count);
	return 0;
}

int
legacy_read_results(struct span body, struct legacy_results *out,
    struct error *err)
{
	struct legacy_results r = { 0 };
	json_t *root;
	int rc;

	if (legacy_parse(body, &root, err) < 0)
		return -1;
	rc = take_edges(root, &r, err);
	json_decref(root);
	if (rc < 0)
		legacy_results_release(&r);
	else
		*out = r;
	return rc;
}

void
legacy_results_release(struct legacy_results *r)
{
	for (size_t i = 0; i < r->count; i++)
		result_release(&r->edges[i].result);
	free(r->edges);
	*r = (struct legacy_results){ 0 };
}
