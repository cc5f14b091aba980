/*
 * The form is that of the process library's stringify: "{ v, v }" on a line, or
 * an item a line, with "key = " in front where it is no list. No recursion: the
 * text is somebody else's, so the tables that are open lie in a stack of fixed
 * height.
 */
#include "shell/lua_value.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"

enum {
	DEPTH_MAX = 64
};

/* A table that is open: an array, until a key shows that it is none. */
struct open_table {
	json_t *value;
	char *key; /* of the value that comes next; owned */
};

struct reading {
	struct span rest;
	struct open_table open[DEPTH_MAX];
	size_t depth;
	json_t *whole; /* when the first is closed */
};

static const char key_color[] = "\x1b[31m";
static const char text_color[] = "\x1b[32m\"";
static const char other_color[] = "\x1b[34m";
static const char color_end[] = "\x1b[0m";

static void
skip_blanks(struct reading *r)
{
	while (r->rest.len && isspace(r->rest.p[0]))
		r->rest = span_from(r->rest, 1);
}

static bool
take(struct reading *r, const char *word)
{
	if (!span_starts_with(r->rest, word))
		return false;
	r->rest = span_from(r->rest, strlen(word));
	return true;
}

/* What stands before `end`, which is taken, too. */
static bool
take_until(struct reading *r, const char *end, struct span *out)
{
	size_t len = strlen(end);
	const uint8_t *at =
	    r->rest.len ? memmem(r->rest.p, r->rest.len, end, len) : NULL;

	if (!at)
		return false;
	*out = span_first(r->rest, (size_t)(at - r->rest.p));
	r->rest = span_from(r->rest, out->len + len);
	return true;
}

/* A number, or what else Lua's tostring() gives. */
static json_t *
other_value(struct span text)
{
	char *word = xasprintf("%.*s", SPAN_ARG(text));
	json_t *value = NULL;
	char *end;
	long long whole = strtoll(word, &end, 10);
	double real;

	if (*word && !*end)
		value = json_integer(whole);
	real = strtod(word, &end);
	if (!value && *word && !*end && isfinite(real))
		value = json_real(real);
	if (!value && strcmp(word, "true") == 0)
		value = json_true();
	if (!value && strcmp(word, "false") == 0)
		value = json_false();
	if (!value && strcmp(word, "nil") == 0)
		value = json_null();
	if (!value)
		value = json_stringn((const char *)text.p, text.len);
	free(word);
	return value;
}

/* Put a value where it belongs. False: that is nowhere. */
static bool
add(struct reading *r, json_t *value)
{
	struct open_table *t;
	int rc;

	if (!value)
		return false;
	if (r->depth == 0) {
		r->whole = value;
		return true;
	}
	t = &r->open[r->depth - 1];
	if (t->key && json_is_array(t->value) &&
	    json_array_size(t->value) == 0) {
		json_decref(t->value);
		t->value = json_object();
	}
	rc = t->key ? json_object_set_new(t->value, t->key, value)
		    : json_array_append_new(t->value, value);
	free(t->key);
	t->key = NULL;
	return rc == 0;
}

static bool
close_table(struct reading *r)
{
	json_t *value;

	if (r->depth == 0 || r->open[r->depth - 1].key)
		return false;
	value = r->open[--r->depth].value;
	return add(r, value);
}

static bool
open_table(struct reading *r)
{
	if (r->depth == DEPTH_MAX)
		return false;
	r->open[r->depth++] = (struct open_table){ json_array(), NULL };
	return true;
}

/* "key = " */
static bool
read_key(struct reading *r)
{
	struct span key;

	if (r->depth == 0 || r->open[r->depth - 1].key ||
	    !take_until(r, color_end, &key) || !take(r, " = "))
		return false;
	r->open[r->depth - 1].key = xasprintf("%.*s", SPAN_ARG(key));
	return true;
}

static bool
step(struct reading *r)
{
	struct span text;

	if (take(r, "{"))
		return open_table(r);
	if (take(r, "}"))
		return close_table(r);
	if (take(r, ","))
		return r->depth > 0;
	if (take(r, key_color))
		return read_key(r);
	if (take(r, text_color))
		return take_until(r, "\"\x1b[0m", &text) &&
		    add(r, json_stringn((const char *)text.p, text.len));
	if (take(r, other_color))
		return take_until(r, color_end, &text) &&
		    add(r, other_value(text));
	if (take(r, "<circular reference>"))
		return add(r, json_string("<circular reference>"));
	return false;
}

static json_t *
parse_table(struct span text)
{
	struct reading r = { .rest = text };
	bool valid = true;

	skip_blanks(&r);
	if (!span_starts_with(r.rest, "{"))
		return NULL;
	do {
		valid = step(&r);
		skip_blanks(&r);
	} while (valid && !r.whole);
	valid = valid && r.rest.len == 0;
	while (r.depth > 0) {
		r.depth--;
		free(r.open[r.depth].key);
		json_decref(r.open[r.depth].value);
	}
	if (!valid)
		json_decref(r.whole);
	return valid ? r.whole : NULL;
}

json_t *
lua_value_parse(struct span text)
{
	json_t *value =
	    json_loadb((const char *)(text.p ? text.p : (const uint8_t *)""),
		text.len, 0, NULL);

	return value ? value : parse_table(text);
}
