/*
 * The fields that a gateway knows, and those of them that a document wants.
 *
 * The types hold no type of their own, so that what recurses here is as deep as
 * the table is.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "net/serve_graphql.h"

static const struct {
	enum gql_type of;
	const char *text;
	enum gql_name name;
	enum gql_type type;
} known[] = {
	{ GQL_QUERY, "transaction", GQL_GET_TRANSACTION, GQL_TRANSACTION },
	{ GQL_QUERY, "transactions", GQL_GET_TRANSACTIONS, GQL_TRANSACTIONS },
	{ GQL_QUERY, "block", GQL_GET_BLOCK, GQL_BLOCK },
	{ GQL_QUERY, "blocks", GQL_GET_BLOCKS, GQL_BLOCKS },
	{ GQL_TRANSACTIONS, "edges", GQL_EDGES, GQL_TRANSACTION_EDGE },
	{ GQL_TRANSACTIONS, "pageInfo", GQL_PAGE_INFO, GQL_PAGE },
	{ GQL_TRANSACTION_EDGE, "cursor", GQL_CURSOR, GQL_LEAF },
	{ GQL_TRANSACTION_EDGE, "node", GQL_NODE, GQL_TRANSACTION },
	{ GQL_TRANSACTION, "id", GQL_ID, GQL_LEAF },
	{ GQL_TRANSACTION, "anchor", GQL_ANCHOR, GQL_LEAF },
	{ GQL_TRANSACTION, "signature", GQL_SIGNATURE, GQL_LEAF },
	{ GQL_TRANSACTION, "recipient", GQL_RECIPIENT, GQL_LEAF },
	{ GQL_TRANSACTION, "owner", GQL_GET_OWNER, GQL_OWNER },
	{ GQL_TRANSACTION, "fee", GQL_FEE, GQL_AMOUNT },
	{ GQL_TRANSACTION, "quantity", GQL_QUANTITY, GQL_AMOUNT },
	{ GQL_TRANSACTION, "data", GQL_GET_DATA, GQL_DATA },
	{ GQL_TRANSACTION, "tags", GQL_TAGS, GQL_TAG },
	{ GQL_TRANSACTION, "block", GQL_OF_BLOCK, GQL_BLOCK },
	{ GQL_TRANSACTION, "parent", GQL_OF_PARENT, GQL_PARENT },
	{ GQL_TRANSACTION, "bundledIn", GQL_OF_PARENT, GQL_PARENT },
	{ GQL_BLOCKS, "edges", GQL_EDGES, GQL_BLOCK_EDGE },
	{ GQL_BLOCKS, "pageInfo", GQL_PAGE_INFO, GQL_PAGE },
	{ GQL_BLOCK_EDGE, "cursor", GQL_CURSOR, GQL_LEAF },
	{ GQL_BLOCK_EDGE, "node", GQL_NODE, GQL_BLOCK },
	{ GQL_BLOCK, "id", GQL_ID, GQL_LEAF },
	{ GQL_BLOCK, "timestamp", GQL_TIMESTAMP, GQL_LEAF },
	{ GQL_BLOCK, "height", GQL_HEIGHT, GQL_LEAF },
	{ GQL_BLOCK, "previous", GQL_PREVIOUS, GQL_LEAF },
	{ GQL_PAGE, "hasNextPage", GQL_HAS_NEXT, GQL_LEAF },
	{ GQL_OWNER, "address", GQL_ADDRESS, GQL_LEAF },
	{ GQL_OWNER, "key", GQL_KEY, GQL_LEAF },
	{ GQL_AMOUNT, "winston", GQL_WINSTON, GQL_LEAF },
	{ GQL_AMOUNT, "ar", GQL_AR, GQL_LEAF },
	{ GQL_DATA, "size", GQL_SIZE, GQL_LEAF },
	{ GQL_DATA, "type", GQL_MEDIA_TYPE, GQL_LEAF },
	{ GQL_TAG, "name", GQL_TAG_NAME, GQL_LEAF },
	{ GQL_TAG, "value", GQL_TAG_VALUE, GQL_LEAF },
	{ GQL_PARENT, "id", GQL_ID, GQL_LEAF },
};

static const char *const type_names[] = {
	[GQL_LEAF] = "String",
	[GQL_QUERY] = "Query",
	[GQL_TRANSACTIONS] = "TransactionConnection",
	[GQL_TRANSACTION_EDGE] = "TransactionEdge",
	[GQL_TRANSACTION] = "Transaction",
	[GQL_BLOCKS] = "BlockConnection",
	[GQL_BLOCK_EDGE] = "BlockEdge",
	[GQL_BLOCK] = "Block",
	[GQL_PAGE] = "PageInfo",
	[GQL_OWNER] = "Owner",
	[GQL_AMOUNT] = "Amount",
	[GQL_DATA] = "MetaData",
	[GQL_TAG] = "Tag",
	[GQL_PARENT] = "Parent",
};

const char *
gql_type_name(enum gql_type type)
{
	return type_names[type];
}

struct shaping {
	struct gql *g;
	struct gql_shape *shape;
	struct error *err;
	unsigned steps;
	bool failed;
};

/* A text that begins with the place of a node. */
static void
put_place(const struct gql *g, const struct graphql_node *n, struct error *err)
{
	unsigned line;
	unsigned column;

	graphql_place(g->document.text, n->at, &line, &column);
	error_prefix(err, "line %u, column %u", line, column);
}

#define FAIL_NODE(c, n, code, ...)               \
	(error_set((c)->err, code, __VA_ARGS__), \
	    put_place((c)->g, n, (c)->err), -1)

/* --- directives --- */

/* The value of "if". */
static int
condition(struct shaping *c, const struct graphql_node *directive, bool *out)
{
	const struct graphql_node *a = directive->arguments
	    ? graphql_at(&c->g->document, directive->arguments)
	    : NULL;
	json_t *value = NULL;
	int rc = -1;

	if (!a || a->next || !span_is(a->name, "if"))
		return FAIL_NODE(c, directive, ERR_FORMAT,
		    "'@%.*s' takes one argument, 'if'",
		    SPAN_ARG(span_first(directive->name, 40)));
	if (gql_value(c->g, a->inside, &value, c->err) < 0) {
		put_place(c->g, a, c->err);
	} else if (!value || !json_is_boolean(value)) {
		rc = FAIL_NODE(c, a, ERR_FORMAT, "'if' is true or false");
	} else {
		*out = json_is_true(value);
		rc = 0;
	}
	json_decref(value);
	return rc;
}

/* Whether its directives let a selection be. A graphql_walk's. */
static bool
is_wanted(void *arg, const struct graphql_node *n)
{
	struct shaping *c = arg;
	uint32_t at = n->directives;

	if (c->failed)
		return false;
	if (++c->steps > GRAPHQL_NODES_MAX)
		c->failed = FAIL_NODE(c, n, ERR_LIMIT,
				"fragments make more than %d parts of it",
				GRAPHQL_NODES_MAX) < 0;
	while (at && !c->failed) {
		const struct graphql_node *d = graphql_at(&c->g->document, at);
		bool skips = span_is(d->name, "skip");
		bool on = false;

		if (!skips && !span_is(d->name, "include"))
			c->failed = FAIL_NODE(c, d, ERR_FORMAT,
					"there is no directive '@%.*s'",
					SPAN_ARG(span_first(d->name, 40))) < 0;
		else if (condition(c, d, &on) < 0)
			c->failed = true;
		else if (on == skips)
			return false;
		at = d->next;
	}
	return !c->failed;
}

/* --- fields --- */

/* What a type has by that name. */
static int
look_up(struct shaping *c, enum gql_type of, const struct graphql_node *n,
    struct gql_field *f)
{
	*f = (struct gql_field){ .key = n->text, .node = n };
	if (span_is(n->name, "__typename"))
		return 0;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].of == of && span_is(n->name, known[i].text)) {
			f->name = known[i].name;
			f->type = known[i].type;
			return 0;
		}
	return FAIL_NODE(c, n, ERR_FORMAT, "a %s has no field '%.*s' here",
	    type_names[of], SPAN_ARG(span_first(n->name, 60)));
}

static int
check_field(struct shaping *c, enum gql_type of, const struct gql_field *f)
{
	const struct graphql_node *n = f->node;

	if (f->type == GQL_LEAF && n->inside)
		return FAIL_NODE(c, n, ERR_FORMAT, "'%.*s' has no fields",
		    SPAN_ARG(span_first(n->name, 60)));
	if (f->type != GQL_LEAF && !n->inside)
		return FAIL_NODE(c, n, ERR_FORMAT,
		    "it must be said which fields of '%.*s' are wanted",
		    SPAN_ARG(span_first(n->name, 60)));
	if (n->arguments && (of != GQL_QUERY || f->name == GQL_TYPENAME))
		return FAIL_NODE(c, n, ERR_FORMAT, "'%.*s' takes no arguments",
		    SPAN_ARG(span_first(n->name, 60)));
	return 0;
}

/* The field of that key, made when there is none. */
static struct gql_field *
find_or_add(struct shaping *c, struct gql_field *into,
    const struct gql_field *wanted)
{
	struct gql_field **at = &into->first;
	struct gql_shape *s = c->shape;

	while (*at && !span_equal((*at)->key, wanted->key))
		at = &(*at)->next;
	if (!*at && s->count < GQL_FIELDS_MAX) {
		*at = &s->fields[s->count++];
		**at = *wanted;
	}
	return *at;
}

static int
add_field(struct shaping *c, struct gql_field *into,
    const struct graphql_node *n, struct gql_field **out)
{
	struct gql_field wanted;

	if (look_up(c, into->type, n, &wanted) < 0 ||
	    check_field(c, into->type, &wanted) < 0)
		return -1;
	*out = find_or_add(c, into, &wanted);
	if (!*out)
		return FAIL_NODE(c, n, ERR_LIMIT,
		    "the query asks for more than %d fields", GQL_FIELDS_MAX);
	if ((*out)->name != wanted.name ||
	    ((*out)->node != n && into->type == GQL_QUERY &&
		wanted.type != GQL_LEAF))
		return FAIL_NODE(c, n, ERR_FORMAT,
		    "'%.*s' stands there twice: give one an alias",
		    SPAN_ARG(span_first(n->text, 60)));
	return 0;
}

static int
/* NOLINTNEXTLINE(misc-no-recursion) */
add_set(struct shaping *c, struct gql_field *into, uint32_t first)
{
	struct graphql_walk walk = { .wanted = is_wanted, .arg = c };
	const struct graphql_node *n;
	struct gql_field *f;

	graphql_walk_begin(&walk, &c->g->document, first);
	while ((n = graphql_walk_next(&walk)))
		if (add_field(c, into, n, &f) < 0 ||
		    (n->inside && add_set(c, f, n->inside) < 0))
			return -1;
	return c->failed ? -1 : 0;
}

int
gql_shape(struct gql *g, struct gql_shape *out, struct error *err)
{
	struct shaping c = { .g = g, .shape = out, .err = err };
	const struct graphql_node *operation =
	    graphql_at(&g->document, g->document.operation);

	out->fields = xcalloc(GQL_FIELDS_MAX, sizeof(*out->fields));
	out->fields[0] = (struct gql_field){ .type = GQL_QUERY };
	out->count = 1;
	return add_set(&c, &out->fields[0], operation->inside);
}

void
gql_shape_release(struct gql_shape *s)
{
	free(s->fields);
	*s = (struct gql_shape){ 0 };
}
