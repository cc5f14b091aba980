/*
 * Arguments: values of the document with the variables put in, as JSON, and what
 * the queries of a gateway take of them. What recurses here is as deep as
 * graphql_parse() lets values be, and once more: defaults have no variables.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "net/serve_graphql.h"

/* --- values --- */

/* The definition of a variable; graphql_parse() saw that it is there. */
static const struct graphql_node *
definition_of(const struct gql *g, struct span name)
{
	uint32_t at = g->document.variables;

	while (at) {
		const struct graphql_node *d = graphql_at(&g->document, at);

		if (span_equal(d->name, name))
			return d;
		at = d->next;
	}
	return NULL;
}

static json_t *
member(const json_t *object, struct span name)
{
	return json_object_getn(object, (const char *)name.p, name.len);
}

static int
/* NOLINTNEXTLINE(misc-no-recursion) */
variable_value(const struct gql *g, struct span name, json_t **out,
    struct error *err)
{
	const struct graphql_node *d = definition_of(g, name);
	json_t *given = member(g->variables, name);

	*out = json_incref(given);
	if (given)
		return 0;
	if (d && d->inside)
		return gql_value(g, d->inside, out, err);
	if (d && d->text.len && d->text.p[d->text.len - 1] == '!')
		return FAIL(err, ERR_FORMAT,
		    "the variable '$%.*s' must be given",
		    SPAN_ARG(span_first(name, 60)));
	return 0;
}

static int
number_value(struct span text, json_t **out, struct error *err)
{
	*out =
	    json_loadb((const char *)text.p, text.len, JSON_DECODE_ANY, NULL);
	if (!*out)
		return FAIL(err, ERR_FORMAT, "%.*s is too large a number",
		    SPAN_ARG(span_first(text, 40)));
	return 0;
}

static json_t *
text_value(const struct graphql_node *n)
{
	struct buf text = BUF_INIT;
	json_t *out;

	if (n->kind == GRAPHQL_ENUM)
		return json_stringn((const char *)n->text.p, n->text.len);
	graphql_string(n, &text);
	out = json_stringn(buf_text(&text), text.len);
	buf_release(&text);
	return out;
}

static int
/* NOLINTNEXTLINE(misc-no-recursion) */
list_value(const struct gql *g, uint32_t at, json_t **out, struct error *err)
{
	json_t *list = json_array();

	while (at) {
		json_t *value;

		if (gql_value(g, at, &value, err) < 0) {
			json_decref(list);
			return -1;
		}
		json_array_append_new(list, value ? value : json_null());
		at = graphql_at(&g->document, at)->next;
	}
	*out = list;
	return 0;
}

/* Members or arguments: those whose variable is not given are not there. */
static int
/* NOLINTNEXTLINE(misc-no-recursion) */
object_value(const struct gql *g, uint32_t at, json_t **out, struct error *err)
{
	json_t *object = json_object();

	while (at) {
		const struct graphql_node *n = graphql_at(&g->document, at);
		json_t *value;

		if (member(object, n->name)) {
			json_decref(object);
			return FAIL(err, ERR_FORMAT, "'%.*s' is given twice",
			    SPAN_ARG(span_first(n->name, 60)));
		}
		if (gql_value(g, n->inside, &value, err) < 0) {
			json_decref(object);
			return FAIL_IN(err, "'%.*s'",
			    SPAN_ARG(span_first(n->name, 60)));
		}
		if (value)
			json_object_setn_new(object, (const char *)n->name.p,
			    n->name.len, value);
		at = n->next;
	}
	*out = object;
	return 0;
}

int
/* NOLINTNEXTLINE(misc-no-recursion) */
gql_value(const struct gql *g, uint32_t node, json_t **out, struct error *err)
{
	const struct graphql_node *n = graphql_at(&g->document, node);

	*out = NULL;
	switch (n->kind) {
	case GRAPHQL_VARIABLE:
		return variable_value(g, n->name, out, err);
	case GRAPHQL_INT:
	case GRAPHQL_FLOAT:
		return number_value(n->text, out, err);
	case GRAPHQL_BOOLEAN:
		*out = json_boolean(span_is(n->text, "true"));
		return 0;
	case GRAPHQL_NULL:
		*out = json_null();
		return 0;
	case GRAPHQL_LIST:
		return list_value(g, n->inside, out, err);
	case GRAPHQL_OBJECT:
		return object_value(g, n->inside, out, err);
	default:
		*out = text_value(n);
		if (!*out)
			return FAIL(err, ERR_FORMAT, "a string is not UTF-8");
		return 0;
	}
}

/* --- arguments --- */

static struct span
text_of(const json_t *value)
{
	return span_of(json_string_value(value), json_string_length(value));
}

static int
add_text(struct gql_query *q, struct gql_texts *out, const json_t *value,
    struct error *err)
{
	if (!json_is_string(value))
		return FAIL(err, ERR_FORMAT, "it is no text");
	if (q->used == GQL_TEXTS_MAX)
		return FAIL(err, ERR_LIMIT, "there are more than %d values",
		    GQL_TEXTS_MAX);
	q->room[q->used++] = text_of(value);
	out->count++;
	return 0;
}

/* One text stands for a list of it. */
static int
read_texts(struct gql_query *q, const json_t *value, struct gql_texts *out,
    struct error *err)
{
	const json_t *one;
	size_t i;

	*out = (struct gql_texts){ .list = q->room + q->used };
	if (!value || json_is_null(value))
		return 0;
	out->given = true;
	if (!json_is_array(value))
		return add_text(q, out, value, err);
	json_array_foreach(value, i,
	    one) if (add_text(q, out, one, err) < 0) return -1;
	return 0;
}

static int
check_members(json_t *object, const char *const *names, struct error *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		size_t i = 0;

		while (names[i] && strcmp(key, names[i]) != 0)
			i++;
		if (!names[i])
			return FAIL(err, ERR_FORMAT,
			    "there is no argument '%.60s' here", key);
	}
	return 0;
}

static int
read_tag(struct gql_query *q, json_t *value, struct error *err)
{
	static const char *const names[] = { "name", "values", "op", "match",
		NULL };
	const json_t *name = json_object_get(value, "name");
	const char *op = json_string_value(json_object_get(value, "op"));
	const char *match = json_string_value(json_object_get(value, "match"));
	struct gql_tag *tag = &q->tags[q->tag_count];

	if (q->tag_count == GQL_TAGS_MAX)
		return FAIL(err, ERR_LIMIT, "there are more than %d",
		    GQL_TAGS_MAX);
	if (!json_is_object(value) || !json_is_string(name))
		return FAIL(err, ERR_FORMAT, "one has no name");
	if (check_members(value, names, err) < 0)
		return -1;
	if (op && strcmp(op, "EQ") != 0 && strcmp(op, "NEQ") != 0)
		return FAIL(err, ERR_FORMAT, "'op' is EQ or NEQ");
	if (match && strcmp(match, "EXACT") != 0)
		return FAIL(err, ERR_FORMAT, "'match' is EXACT");
	tag->name = text_of(name);
	tag->not = op && strcmp(op, "NEQ") == 0;
	q->tag_count++;
	return read_texts(q, json_object_get(value, "values"), &tag->values,
	    err);
}

static int
read_tags(struct gql_query *q, json_t *value, struct error *err)
{
	json_t *one;
	size_t i;

	if (!value || json_is_null(value))
		return 0;
	if (!json_is_array(value))
		return read_tag(q, value, err);
	json_array_foreach(value, i,
	    one) if (read_tag(q, one, err) < 0) return -1;
	return 0;
}

/* A number from 0; what is not there leaves *out as it is. */
static int
read_count(const json_t *value, uint64_t *out, struct error *err)
{
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return FAIL(err, ERR_FORMAT, "it is no number from 0");
	*out = (uint64_t)json_integer_value(value);
	return 0;
}

static int
read_range(struct gql_query *q, json_t *value, struct error *err)
{
	static const char *const names[] = { "min", "max", NULL };

	q->height_max = UINT64_MAX;
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_object(value))
		return FAIL(err, ERR_FORMAT, "it is no range");
	if (check_members(value, names, err) < 0)
		return -1;
	if (read_count(json_object_get(value, "min"), &q->height_min, err) < 0)
		return FAIL_IN(err, "'min'");
	if (read_count(json_object_get(value, "max"), &q->height_max, err) < 0)
		return FAIL_IN(err, "'max'");
	return 0;
}

static int
read_first(struct gql_query *q, const json_t *value, struct error *err)
{
	uint64_t first = GQL_PAGE_DEFAULT;

	if (read_count(value, &first, err) < 0)
		return -1;
	q->first = first < GQL_PAGE_MAX ? (unsigned)first : GQL_PAGE_MAX;
	return 0;
}

static int
read_sort(struct gql_query *q, const json_t *value, struct error *err)
{
	static const char *const orders[] = { "HEIGHT_DESC", "HEIGHT_ASC",
		"INGESTED_AT_DESC", "INGESTED_AT_ASC" };
	const char *text = json_string_value(value);

	if (!value || json_is_null(value))
		return 0;
	for (size_t i = 0; text && i < sizeof(orders) / sizeof(*orders); i++)
		if (strcmp(text, orders[i]) == 0) {
			q->oldest_first = i % 2;
			return 0;
		}
	return FAIL(err, ERR_FORMAT, "it is HEIGHT_DESC or HEIGHT_ASC");
}

static int
read_after(struct gql_query *q, const json_t *value, struct error *err)
{
	if (!value || json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return FAIL(err, ERR_FORMAT, "it is no text");
	q->after = text_of(value);
	return 0;
}

/* Each argument by itself; which there may be is checked before. */
static int
read_all(struct gql_query *q, struct error *err)
{
	const json_t *j = q->json;
	json_t *range = json_object_get(j, "block");

	if (read_texts(q, json_object_get(j, "ids"), &q->ids, err) < 0)
		return FAIL_IN(err, "'ids'");
	if (!q->ids.given &&
	    read_texts(q, json_object_get(j, "id"), &q->ids, err) < 0)
		return FAIL_IN(err, "'id'");
	if (read_texts(q, json_object_get(j, "owners"), &q->owners, err) < 0)
		return FAIL_IN(err, "'owners'");
	if (read_texts(q, json_object_get(j, "recipients"), &q->recipients,
		err) < 0)
		return FAIL_IN(err, "'recipients'");
	if (read_texts(q, json_object_get(j, "bundledIn"), &q->bundles, err) <
	    0)
		return FAIL_IN(err, "'bundledIn'");
	if (read_tags(q, json_object_get(j, "tags"), err) < 0)
		return FAIL_IN(err, "'tags'");
	if (read_range(q, range ? range : json_object_get(j, "height"), err) <
	    0)
		return FAIL_IN(err, range ? "'block'" : "'height'");
	if (read_first(q, json_object_get(j, "first"), err) < 0)
		return FAIL_IN(err, "'first'");
	if (read_sort(q, json_object_get(j, "sort"), err) < 0)
		return FAIL_IN(err, "'sort'");
	if (read_after(q, json_object_get(j, "after"), err) < 0)
		return FAIL_IN(err, "'after'");
	return 0;
}

int
gql_query_read(const struct gql *g, const struct gql_field *f,
    struct gql_query *q, struct error *err)
{
	static const char *const one[] = { "id", NULL };
	static const char *const items[] = { "ids", "owners", "recipients",
		"tags", "bundledIn", "block", "first", "after", "sort", NULL };
	static const char *const blocks[] = { "ids", "height", "first", "after",
		"sort", NULL };
	const char *const *names = f->name == GQL_GET_TRANSACTIONS ? items
	    : f->name == GQL_GET_BLOCKS                            ? blocks
								   : one;

	*q = (struct gql_query){ .first = GQL_PAGE_DEFAULT };
	q->room = xcalloc(GQL_TEXTS_MAX, sizeof(*q->room));
	if (object_value(g, f->node->arguments, &q->json, err) < 0 ||
	    check_members(q->json, names, err) < 0 || read_all(q, err) < 0)
		return FAIL_IN(err, "%.*s",
		    SPAN_ARG(span_first(f->node->name, 60)));
	if (names == one && q->ids.count != 1)
		return FAIL(err, ERR_FORMAT, "%.*s: it takes one id",
		    SPAN_ARG(span_first(f->node->name, 60)));
	return 0;
}

void
gql_query_release(struct gql_query *q)
{
	json_decref(q->json);
	free(q->room);
	*q = (struct gql_query){ 0 };
}
