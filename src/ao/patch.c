/*
 * Results are any JSON that a program makes. Sizes are counted value by value
 * as they come and go, so that the limit holds at each step and a result that
 * exceeds it costs no more than one that does not; nesting is limited by the
 * parser, and everything here that walks down goes no deeper than it did.
 */
#include "ao/patch.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "ao/result.h"

enum {
	/* what a value takes beside its text: node, key, hash */
	VALUE_BYTES = 96,
	/* digits of a number, as results have them */
	NUMBER_DIGITS = 14,
};

/* Fields that every message has, or that say where it goes. */
static const char *const protocol_fields[] = { "action", "anchor",
	"commitments", "content-type", "data", "data-protocol", "device",
	"from", "from-module", "from-process", "id", "method", "module",
	"owner", "pushed-for", "reference", "tags", "target", "type",
	"variant" };

static bool
is_protocol(const char *name)
{
	size_t count = sizeof(protocol_fields) / sizeof(*protocol_fields);

	for (size_t i = 0; i < count; i++)
		if (strcasecmp(name, protocol_fields[i]) == 0)
			return true;
	return false;
}

/* Of one value, with the key it stands under and without what is in it. */
static size_t
own_size(const char *key, const json_t *value)
{
	size_t n = VALUE_BYTES + strlen(key);

	return json_is_string(value) ? n + json_string_length(value) : n;
}

/* With what is in it. No deeper than the parser went. */
static size_t
/* NOLINTNEXTLINE(misc-no-recursion) */
full_size(const char *key, json_t *value)
{
	size_t n = own_size(key, value);
	const char *name;
	json_t *inner;
	size_t i;

	json_object_foreach(value, name, inner) n += full_size(name, inner);
	json_array_foreach(value, i, inner) n += full_size("", inner);
	return n;
}

static void
take_away(struct patch_cache *c, json_t *into, const char *key)
{
	json_t *old = json_object_get(into, key);

	if (!old)
		return;
	c->size -= full_size(key, old);
	(void)json_object_del(into, key);
}

/* Put a value that is no object, or an empty one; false: there is no room. */
static bool
put(struct patch_cache *c, json_t *into, const char *key, json_t *value)
{
	json_t *old = json_object_get(into, key);
	size_t gone = old ? full_size(key, old) : 0;
	size_t size = full_size(key, value);

	if (c->size - gone + size > PATCH_CACHE_MAX ||
	    json_object_set(into, key, value) < 0)
		return false;
	c->size = c->size - gone + size;
	return true;
}

static bool
is_empty_list(const json_t *value)
{
	return json_is_array(value) && json_array_size(value) == 0;
}

/* No deeper than the parser went. */
static void
/* NOLINTNEXTLINE(misc-no-recursion) */
merge(struct patch_cache *c, json_t *into, const char *key, json_t *value)
{
	json_t *old = json_object_get(into, key);
	const char *name;
	json_t *inner;

	if (json_is_null(value)) {
		take_away(c, into, key);
		return;
	}
	if (!json_is_object(value)) {
		if (!json_is_object(old) || !is_empty_list(value))
			(void)put(c, into, key, value);
		return;
	}
	if (!json_is_object(old)) {
		json_t *fresh = json_object();
		bool there = put(c, into, key, fresh);

		json_decref(fresh);
		if (!there)
			return;
		old = fresh;
	}
	json_object_foreach(value, name, inner) merge(c, old, name, inner);
}

/* Append a name as the cache has it. */
static void
add_lower(struct buf *out, struct span name)
{
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.p[i];

		buf_add_byte(out, c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
}

/* merge() at the top, where keys are in lower case. */
static void
merge_entry(struct patch_cache *c, const char *key, json_t *value)
{
	struct buf name = BUF_INIT;

	if (!c->map)
		c->map = json_object();
	add_lower(&name, span_text(key));
	merge(c, c->map, buf_text(&name), value);
	buf_release(&name);
}

/* Called for each field of a message, whether it is a tag or not. */
typedef void (*field_fn)(void *arg, const char *name, json_t *value);

/* Fields at the root first, then tags in their order. */
static void
each_field(json_t *message, field_fn fn, void *arg)
{
	json_t *tags = json_object_get(message, "Tags");
	const char *name;
	json_t *value;
	size_t i;

	json_object_foreach(message, name, value) fn(arg, name, value);
	json_array_foreach(tags, i, value)
	{
		name = json_string_value(json_object_get(value, "name"));
		if (name && json_object_get(value, "value"))
			fn(arg, name, json_object_get(value, "value"));
	}
}

static bool
is_text(const json_t *value, const char *text)
{
	const char *have = json_string_value(value);

	return have && strcmp(have, text) == 0;
}

/* *arg becomes true when the field says that the message is for the node. */
static void
look_for_patch(void *arg, const char *name, json_t *value)
{
	bool *found = arg;

	if ((strcasecmp(name, "device") == 0 && is_text(value, "patch@1.0")) ||
	    (strcasecmp(name, "method") == 0 && is_text(value, "PATCH")))
		*found = true;
}

static void
merge_field(void *arg, const char *name, json_t *value)
{
	struct patch_cache *c = arg;
	const char *key;
	json_t *entry;

	if (is_protocol(name))
		return;
	if (strcasecmp(name, "cache") != 0) {
		merge_entry(c, name, value);
		return;
	}
	json_object_foreach(value, key, entry) merge_entry(c, key, entry);
}

bool
patch_is(json_t *message)
{
	bool found = false;

	each_field(message, look_for_patch, &found);
	return found;
}

static void
merge_message(struct patch_cache *c, json_t *message)
{
	if (patch_is(message))
		each_field(message, merge_field, c);
}

/* "1", "2", …, as far as there are any. */
static void
merge_outbox(struct patch_cache *c, const json_t *outbox)
{
	char key[24];
	json_t *message;

	for (size_t i = 1;; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		message = json_object_get(outbox, key);
		if (!message)
			return;
		merge_message(c, message);
	}
}

static void
merge_result(struct patch_cache *c, const json_t *result)
{
	const json_t *results = json_object_get(result, "results");
	json_t *message;
	size_t i;

	if (!results)
		results = result;
	if (json_object_get(results, "Error") ||
	    json_object_get(results, "error"))
		return;
	json_array_foreach(json_object_get(results, "Messages"), i, message)
	    merge_message(c, message);
	merge_outbox(c, json_object_get(results, "outbox"));
}

void
patch_cache_release(struct patch_cache *c)
{
	json_decref(c->map);
	*c = (struct patch_cache)PATCH_CACHE_INIT;
}

static bool
holds(struct span text, const char *part)
{
	return text.len > 0 &&
	    memmem(text.p, text.len, part, strlen(part)) != NULL;
}

/* Nearly all results have no patch: those are not even parsed. */
void
patch_cache_merge(struct patch_cache *c, struct span result_json)
{
	json_t *result;

	if (!holds(result_json, "\"patch@1.0\"") &&
	    !holds(result_json, "\"PATCH\""))
		return;
	result = result_parse(result_json);
	if (result)
		merge_result(c, result);
	json_decref(result);
}

static int
add_piece(const char *p, size_t len, void *arg)
{
	buf_add((struct buf *)arg, p, len);
	return 0;
}

/* NULL: there is none. Keys that are no C string cannot be in the map. */
static const json_t *
find(const struct patch_cache *c, struct span key)
{
	struct buf name = BUF_INIT;
	const json_t *value = NULL;

	add_lower(&name, key);
	if (strlen(buf_text(&name)) == key.len)
		value = json_object_get(c->map, buf_text(&name));
	buf_release(&name);
	return value;
}

bool
patch_cache_write(const struct patch_cache *c, struct span key, struct buf *out)
{
	const size_t flags = JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY |
	    JSON_REAL_PRECISION(NUMBER_DIGITS);
	const json_t *value = key.len ? find(c, key) : c->map;
	int rc;

	if (!value && key.len)
		return false;
	if (!value) {
		buf_add_text(out, "{}");
		return true;
	}
	rc = json_dump_callback(value, add_piece, out, flags);
	ASSERT(rc == 0);
	return true;
}
