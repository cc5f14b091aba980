/*
 * The answer, written in the shape that was asked for.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/number.h"
#include "codec/utf8.h"
#include "ao/cron.h"
#include "net/serve_graphql.h"

/* A function that writes the value of one field of some type. */
typedef void (
    *value_fn)(struct buf *out, const struct gql_field *f, const void *of);

/* Behind the last member, which may be none: all may have been left out. */
static void
end_object(struct buf *out, const struct gql_field *set)
{
	buf_add_text(out, set->first ? "}" : "{}");
}

/* An object of fields, whose values `value` writes. */
static void
write_object(struct buf *out, const struct gql_field *set, value_fn value,
    const void *of)
{
	const struct gql_field *f;
	char before = '{';

	for (f = set->first; f; f = f->next) {
		buf_add_byte(out, (uint8_t)before);
		json_add_string(out, f->key);
		buf_add_byte(out, ':');
		if (f->name == GQL_TYPENAME)
			buf_printf(out, "\"%s\"", gql_type_name(set->type));
		else
			value(out, f, of);
		before = ',';
	}
	end_object(out, set);
}

static void
write_bytes(struct buf *out, struct span bytes)
{
	buf_add_byte(out, '"');
	base64url_encode(bytes, out);
	buf_add_byte(out, '"');
}

/* --- blocks --- */

static void
write_block_value(struct buf *out, const struct gql_field *f, const void *of)
{
	uint64_t height = *(const uint64_t *)of;

	switch (f->name) {
	case GQL_HEIGHT:
		buf_printf(out, "%" PRIu64, height);
		break;
	case GQL_TIMESTAMP:
		buf_printf(out, "%" PRIu64, block_ms(height) / 1000);
		break;
	case GQL_PREVIOUS:
		buf_printf(out, "\"%s\"",
		    height > CRON_FIRST_HEIGHT ? block_id(height - 1).text
					       : "");
		break;
	default:
		buf_printf(out, "\"%s\"", block_id(height).text);
	}
}

static void
write_block(struct buf *out, const struct gql_field *f, uint64_t height)
{
	if (height < CRON_FIRST_HEIGHT)
		buf_add_text(out, "null");
	else
		write_object(out, f, write_block_value, &height);
}

/* --- items --- */

/* Nothing costs anything here. */
static void
write_amount(struct buf *out, const struct gql_field *f, const void *of)
{
	(void)of;
	buf_add_text(out, f->name == GQL_AR ? "\"0.000000000000\"" : "\"0\"");
}

static void
write_owner(struct buf *out, const struct gql_field *f, const void *of)
{
	const struct gql_item *item = of;

	if (f->name == GQL_KEY)
		write_bytes(out, item->owner_key);
	else
		json_add_string(out, span_text(item->owner.text));
}

static void
write_data(struct buf *out, const struct gql_field *f, const void *of)
{
	const struct gql_item *item = of;

	if (f->name == GQL_SIZE) {
		buf_printf(out, "\"%" PRIu64 "\"", item->size);
		return;
	}
	for (size_t i = 0; i < item->tag_count; i++)
		if (span_is(item->tags[i].name, "Content-Type")) {
			json_add_string(out, item->tags[i].value);
			return;
		}
	buf_add_text(out, "null");
}

static void
write_tag(struct buf *out, const struct gql_field *f, const void *of)
{
	const struct tag *tag = of;

	json_add_string(out, f->name == GQL_TAG_NAME ? tag->name : tag->value);
}

static void
write_tags(struct buf *out, const struct gql_field *f,
    const struct gql_item *item)
{
	buf_add_byte(out, '[');
	for (size_t i = 0; i < item->tag_count; i++) {
		if (i)
			buf_add_byte(out, ',');
		write_object(out, f, write_tag, &item->tags[i]);
	}
	buf_add_byte(out, ']');
}

static void
write_item_value(struct buf *out, const struct gql_field *f, const void *of)
{
	const struct gql_item *item = of;

	switch (f->name) {
	case GQL_ID:
		buf_printf(out, "\"%s\"", id_encode(&item->id).text);
		break;
	case GQL_ANCHOR:
		write_bytes(out, item->anchor);
		break;
	case GQL_SIGNATURE:
		write_bytes(out, item->signature);
		break;
	case GQL_RECIPIENT:
		write_bytes(out, item->target);
		break;
	case GQL_GET_OWNER:
		write_object(out, f, write_owner, item);
		break;
	case GQL_FEE:
	case GQL_QUANTITY:
		write_object(out, f, write_amount, NULL);
		break;
	case GQL_GET_DATA:
		write_object(out, f, write_data, item);
		break;
	case GQL_TAGS:
		write_tags(out, f, item);
		break;
	case GQL_OF_BLOCK:
		write_block(out, f, item->height);
		break;
	default:
		/* no item here came in a bundle */
		buf_add_text(out, "null");
	}
}

static int
write_item(struct gql *g, const struct gql_field *f,
    const struct gql_items *items, const struct gql_found *found,
    struct error *err)
{
	struct data_item decoded;
	struct gql_item item;

	if (gql_item(items, found, &decoded, &item, err) < 0)
		return -1;
	write_object(g->out, f, write_item_value, &item);
	if (g->out->len > GQL_ANSWER_MAX)
		return FAIL(err, ERR_LIMIT,
		    "the answer is larger than %d bytes: ask for fewer items "
		    "or fields",
		    GQL_ANSWER_MAX);
	return 0;
}

/* --- lists --- */

static void
write_page(struct buf *out, const struct gql_field *f, const void *of)
{
	(void)f;
	buf_add_text(out, *(const bool *)of ? "true" : "false");
}

/* Begin the next member of an object. */
static void
write_key(struct gql *g, const struct gql_field *set, const struct gql_field *f)
{
	buf_add_byte(g->out, f == set->first ? '{' : ',');
	json_add_string(g->out, f->key);
	buf_add_byte(g->out, ':');
	if (f->name == GQL_TYPENAME)
		buf_printf(g->out, "\"%s\"", gql_type_name(set->type));
}

static int
write_edge(struct gql *g, const struct gql_field *edge,
    const struct gql_items *items, const struct gql_found *found,
    struct error *err)
{
	const struct gql_field *f;

	for (f = edge->first; f; f = f->next) {
		write_key(g, edge, f);
		if (f->name == GQL_CURSOR)
			gql_cursor(items, found, g->out);
		else if (f->name == GQL_NODE &&
		    write_item(g, f, items, found, err) < 0)
			return -1;
	}
	end_object(g->out, edge);
	return 0;
}

static int
write_items(struct gql *g, const struct gql_field *set,
    const struct gql_items *items, struct error *err)
{
	const struct gql_field *f;

	for (f = set->first; f; f = f->next) {
		write_key(g, set, f);
		if (f->name == GQL_PAGE_INFO)
			write_object(g->out, f, write_page, &items->more);
		if (f->name != GQL_EDGES)
			continue;
		buf_add_byte(g->out, '[');
		for (size_t i = 0; i < items->count; i++) {
			if (i)
				buf_add_byte(g->out, ',');
			if (write_edge(g, f, items, &items->list[i], err) < 0)
				return -1;
		}
		buf_add_byte(g->out, ']');
	}
	end_object(g->out, set);
	return 0;
}

/* --- blocks, which are all there by themselves --- */

struct blocks {
	uint64_t from; /* the first that is shown */
	uint64_t count;
	bool up;
	bool more;
};

static uint64_t
block_number(const struct blocks *b, uint64_t i)
{
	return b->up ? b->from + i : b->from - i;
}

static int
plan_blocks(const struct gql_query *q, struct blocks *b, struct error *err)
{
	uint64_t low = CRON_FIRST_HEIGHT;
	uint64_t high = block_newest();
	uint64_t after;

	if (q->height_min > low)
		low = q->height_min;
	if (q->height_max < high)
		high = q->height_max;
	if (q->after.len) {
		if (!parse_decimal(q->after, INT64_MAX, &after))
			return FAIL(err, ERR_FORMAT,
			    "blocks: 'after': '%.*s' is no cursor of blocks",
			    SPAN_ARG(span_first(q->after, 40)));
		if (q->oldest_first && after >= low)
			low = after + 1;
		else if (!q->oldest_first && after <= high)
			high = after ? after - 1 : 0;
	}
	*b = (struct blocks){ .from = q->oldest_first ? low : high,
		.count = low <= high ? high - low + 1 : 0,
		.up = q->oldest_first };
	if (b->count > q->first) {
		b->count = q->first;
		b->more = true;
	}
	return 0;
}

static void
write_block_edge(struct buf *out, const struct gql_field *f, const void *of)
{
	uint64_t height = *(const uint64_t *)of;

	if (f->name == GQL_CURSOR)
		buf_printf(out, "\"%" PRIu64 "\"", height);
	else
		write_block(out, f, height);
}

static void
write_blocks_value(struct buf *out, const struct gql_field *f, const void *of)
{
	const struct blocks *b = of;

	if (f->name == GQL_PAGE_INFO) {
		write_object(out, f, write_page, &b->more);
		return;
	}
	buf_add_byte(out, '[');
	/* an answer that is too large already is refused as a whole */
	for (uint64_t i = 0; i < b->count && out->len <= GQL_ANSWER_MAX; i++) {
		uint64_t height = block_number(b, i);

		if (i)
			buf_add_byte(out, ',');
		write_object(out, f, write_block_edge, &height);
	}
	buf_add_byte(out, ']');
}

/* Those whose ids are given, in their order. */
static void
write_blocks_by_id(struct gql *g, const struct gql_field *set,
    const struct gql_query *q)
{
	const struct gql_field *f;
	const bool more = false;

	for (f = set->first; f; f = f->next) {
		bool first = true;

		write_key(g, set, f);
		if (f->name == GQL_PAGE_INFO)
			write_object(g->out, f, write_page, &more);
		if (f->name != GQL_EDGES)
			continue;
		buf_add_byte(g->out, '[');
		for (size_t i = 0; i < q->ids.count; i++) {
			uint64_t height;

			if (!block_of_id(q->ids.list[i], &height))
				continue;
			if (!first)
				buf_add_byte(g->out, ',');
			first = false;
			write_object(g->out, f, write_block_edge, &height);
		}
		buf_add_byte(g->out, ']');
	}
	end_object(g->out, set);
}

/* --- top fields --- */

static int
write_found(struct gql *g, const struct gql_field *f, const struct gql_query *q,
    struct error *err)
{
	struct gql_items items;
	int rc = gql_find(g, q, &items, err);

	if (rc == 0 && f->name == GQL_GET_TRANSACTIONS)
		rc = write_items(g, f, &items, err);
	else if (rc == 0 && items.count)
		rc = write_item(g, f, &items, &items.list[0], err);
	else if (rc == 0)
		buf_add_text(g->out, "null");
	gql_items_release(&items);
	return rc;
}

static int
write_chain(struct gql *g, const struct gql_field *f, const struct gql_query *q,
    struct error *err)
{
	struct blocks b;
	uint64_t height;

	if (f->name == GQL_GET_BLOCK) {
		write_block(g->out, f,
		    block_of_id(q->ids.list[0], &height) ? height : 0);
	} else if (q->ids.given) {
		write_blocks_by_id(g, f, q);
	} else {
		if (plan_blocks(q, &b, err) < 0)
			return -1;
		write_object(g->out, f, write_blocks_value, &b);
	}
	return 0;
}

static int
write_top(struct gql *g, const struct gql_field *f, struct error *err)
{
	struct gql_query q;
	int rc = gql_query_read(g, f, &q, err);

	if (rc == 0 && (f->name == GQL_GET_BLOCK || f->name == GQL_GET_BLOCKS))
		rc = write_chain(g, f, &q, err);
	else if (rc == 0)
		rc = write_found(g, f, &q, err);
	gql_query_release(&q);
	return rc;
}

int
gql_write(struct gql *g, const struct gql_shape *s, struct error *err)
{
	const struct gql_field *root = &s->fields[0];
	const struct gql_field *f;

	for (f = root->first; f; f = f->next) {
		write_key(g, root, f);
		if (f->name != GQL_TYPENAME && write_top(g, f, err) < 0)
			return -1;
		if (g->out->len > GQL_ANSWER_MAX)
			return FAIL(err, ERR_LIMIT,
			    "the answer is larger than %d bytes",
			    GQL_ANSWER_MAX);
	}
	end_object(g->out, root);
	return 0;
}
