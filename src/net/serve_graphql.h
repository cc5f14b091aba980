/*
 * serve_graphql - the parts of POST /graphql; for serve_graphql*.c alone.
 *
 * A request goes through them in their order here: the document (codec/graphql.h)
 * becomes a tree of fields that are wanted, each top field has its arguments
 * read, what they mean is looked for, and the tree is written for it.
 *
 * Source: spec/ao-network.md 12; GraphQL, October 2021, sections 3 and 6.
 */
#ifndef NET_SERVE_GRAPHQL_H
#define NET_SERVE_GRAPHQL_H

#include <jansson.h>

#include "codec/graphql.h"
#include "net/blocks.h"
#include "net/serve_inner.h"

enum {
	GQL_FIELDS_MAX = 1000,    /* of one answer's shape */
	GQL_TEXTS_MAX = 1000,     /* ids, addresses, values of a top field */
	GQL_TAGS_MAX = 64,        /* that are asked for */
	GQL_PAGE_MAX = 1000,      /* items of a page */
	GQL_PAGE_DEFAULT = 10,    /* likewise, when none is said */
	GQL_LOOKED_MAX = 100000,  /* items that one request looks at */
	GQL_ANSWER_MAX = 32 << 20 /* bytes */
};

/* A request while it is answered. */
struct gql {
	struct node *node;
	const struct node_info *info;
	struct span origin; /* the URL by which whoever asks has reached us */
	struct graphql document;
	const json_t *variables; /* an object, or NULL */
	unsigned looked;         /* at so many items by now */
	struct buf *out;
};

/* --- serve_graphql_fields.c: what is wanted --- */

enum gql_type {
	GQL_LEAF,
	GQL_QUERY,
	GQL_TRANSACTIONS,
	GQL_TRANSACTION_EDGE,
	GQL_TRANSACTION,
	GQL_BLOCKS,
	GQL_BLOCK_EDGE,
	GQL_BLOCK,
	GQL_PAGE,
	GQL_OWNER,
	GQL_AMOUNT,
	GQL_DATA,
	GQL_TAG,
	GQL_PARENT,
};

enum gql_name {
	GQL_TYPENAME,
	/* the query's own */
	GQL_GET_TRANSACTION,
	GQL_GET_TRANSACTIONS,
	GQL_GET_BLOCK,
	GQL_GET_BLOCKS,
	/* of lists */
	GQL_EDGES,
	GQL_PAGE_INFO,
	GQL_HAS_NEXT,
	GQL_CURSOR,
	GQL_NODE,
	/* of items and blocks */
	GQL_ID,
	GQL_ANCHOR,
	GQL_SIGNATURE,
	GQL_RECIPIENT,
	GQL_GET_OWNER,
	GQL_FEE,
	GQL_QUANTITY,
	GQL_GET_DATA,
	GQL_TAGS,
	GQL_OF_BLOCK,
	GQL_OF_PARENT,
	GQL_TIMESTAMP,
	GQL_HEIGHT,
	GQL_PREVIOUS,
	/* of their parts */
	GQL_ADDRESS,
	GQL_KEY,
	GQL_WINSTON,
	GQL_AR,
	GQL_SIZE,
	GQL_MEDIA_TYPE,
	GQL_TAG_NAME,
	GQL_TAG_VALUE,
};

/* A field of the answer, those of equal keys made one. */
struct gql_field {
	struct span key; /* what it is called in the answer */
	enum gql_name name;
	enum gql_type type; /* of what it gives; GQL_LEAF: a value */
	const struct graphql_node *node;
	struct gql_field *first; /* inside */
	struct gql_field *next;
};

struct gql_shape {
	struct gql_field *fields; /* GQL_FIELDS_MAX; [0] is the query */
	size_t count;
};

/*
 * The fields that the document wants with these variables. ERR_FORMAT: no such
 * field, a directive that is none, …; ERR_LIMIT. Release in any case.
 */
int gql_shape(struct gql *g, struct gql_shape *out, struct error *err);
void gql_shape_release(struct gql_shape *s);
/* "Transaction", … */
const char *gql_type_name(enum gql_type type);

/* --- serve_graphql_values.c: arguments --- */

/*
 * What a value of the document stands for, variables put in: new, the caller's.
 * *out is NULL when it is a variable that is not given. ERR_FORMAT.
 */
int gql_value(const struct gql *g, uint32_t node, json_t **out,
    struct error *err);

struct gql_texts {
	bool given;
	struct span *list;
	size_t count;
};

struct gql_tag {
	struct span name;
	struct gql_texts values;
	bool not ;
};

/* The arguments of a top field. Spans are borrowed from `json`. */
struct gql_query {
	json_t *json;
	struct span *room; /* GQL_TEXTS_MAX, of all lists */
	size_t used;

	struct gql_texts ids;
	struct gql_texts owners;
	struct gql_texts recipients;
	struct gql_texts bundles;
	struct gql_tag tags[GQL_TAGS_MAX];
	size_t tag_count;
	uint64_t height_min;
	uint64_t height_max;
	unsigned first;
	bool oldest_first;
	struct span after; /* empty: from the beginning */
};

/* ERR_FORMAT, ERR_LIMIT; the text names the argument. Release in any case. */
int gql_query_read(const struct gql *g, const struct gql_field *f,
    struct gql_query *q, struct error *err);
void gql_query_release(struct gql_query *q);

/* --- serve_graphql_find.c: items --- */

/* An item, its parts borrowed. */
struct gql_item {
	struct id id;
	struct span owner_key; /* empty: not signed */
	struct address owner;  /* of who signed, as the networks have it */
	struct span signature;
	struct span target;
	struct span anchor;
	const struct tag *tags;
	size_t tag_count;
	uint64_t size; /* of its data */
	uint64_t place;
	uint64_t timestamp_ms; /* 0: not known */
	uint64_t height;
};

/* One that was found. */
struct gql_found {
	uint64_t place;
	uint64_t size; /* of the item */
	uint64_t timestamp_ms;
	uint64_t height;
	const struct record *record; /* of our own; else its head: */
	size_t at;
	size_t len;
};

struct gql_items {
	struct gql_found *list;
	size_t count;
	size_t room;
	struct buf heads;
	struct record *records; /* RECORDS_MAX */
	char scope;             /* of its cursors */
	bool more;              /* behind the last one */
};

/* ERR_FORMAT: a cursor of another search; ERR_LIMIT; errors of the node. Release
 * in any case. */
int gql_find(struct gql *g, const struct gql_query *q, struct gql_items *out,
    struct error *err);
void gql_items_release(struct gql_items *items);
/* What was found; `decoded` is room for it. */
int gql_item(const struct gql_items *items, const struct gql_found *f,
    struct data_item *decoded, struct gql_item *out, struct error *err);
/* The cursor behind it, with its quotes. */
void gql_cursor(const struct gql_items *items, const struct gql_found *f,
    struct buf *out);

/* --- serve_graphql_write.c --- */

/* The answer's data. ERR_LIMIT, and errors of what is found and read. */
int gql_write(struct gql *g, const struct gql_shape *s, struct error *err);

/* --- serve_graphql.c --- */

/*
 * Append the answer to a request's body, which is JSON. ERR_USAGE: it is not;
 * else as above, and errors of graphql_parse(). After a failure what was
 * appended means nothing.
 */
int gql_answer(struct gql *g, struct span body, struct error *err);

#endif
