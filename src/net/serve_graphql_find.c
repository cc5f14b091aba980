/*
 * The items that a query means: the narrowest walk of the node that has them
 * all, and everything else that is asked looked at for each.
 *
 * What is found is copied (its head alone, a page at most), so that nothing of
 * the node is held while the answer is written.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "base/number.h"
#include "net/serve_graphql.h"
#include "net/serve_records.h"

struct finding {
	struct gql *g;
	const struct gql_query *q;
	struct gql_items *out;
	struct item_query walk;
	unsigned most; /* that are gathered */
	bool tired;    /* it has looked at as many as it may */
};

/* --- what an item is --- */

static const struct tag *
tag_of(const struct gql_item *item, struct span name, size_t *from)
{
	for (size_t i = *from; i < item->tag_count; i++)
		if (span_equal(item->tags[i].name, name)) {
			*from = i + 1;
			return &item->tags[i];
		}
	return NULL;
}

static void
item_of_record(const struct record *r, struct gql_item *out)
{
	*out = (struct gql_item){ .id = r->id,
		.owner = r->owner,
		.tags = r->tags,
		.tag_count = r->tag_count,
		.size = r->size,
		.place = r->place };
}

static int
item_of_head(struct span head, uint64_t size, struct data_item *d,
    struct gql_item *out, struct error *err)
{
	if (ans104_decode(head, d, err) < 0)
		return -1;
	*out = (struct gql_item){ .id = ans104_id(d),
		.owner_key = d->owner,
		.owner = scheduler_address(d->owner),
		.signature = d->signature,
		.target = d->target,
		.anchor = d->anchor,
		.tags = d->tags,
		.tag_count = d->tag_count,
		.size = size - (head.len - d->data.len) };
	return 0;
}

int
gql_item(const struct gql_items *items, const struct gql_found *f,
    struct data_item *decoded, struct gql_item *out, struct error *err)
{
	struct span head = span_of(items->heads.p + f->at, f->len);

	if (f->record)
		item_of_record(f->record, out);
	else if (item_of_head(head, f->size, decoded, out, err) < 0)
		return -1;
	out->place = f->place;
	out->timestamp_ms = f->timestamp_ms;
	out->height = f->height;
	return 0;
}

/* --- what is asked for --- */

static bool
has_text(const struct gql_texts *texts, struct span text)
{
	for (size_t i = 0; i < texts->count; i++)
		if (span_equal(texts->list[i], text))
			return true;
	return false;
}

static bool
has_id(const struct gql_texts *texts, struct span bytes)
{
	struct id id;

	if (bytes.len != ID_BYTES)
		return false;
	memcpy(id.bytes, bytes.p, ID_BYTES);
	return has_text(texts, span_text(id_encode(&id).text));
}

/* Whether one of its tags of that name has one of the values. */
static bool
has_tag(const struct gql_item *item, const struct gql_tag *wanted)
{
	const struct tag *tag;
	size_t from = 0;

	while ((tag = tag_of(item, wanted->name, &from)))
		if (has_text(&wanted->values, tag->value))
			return true;
	return false;
}

/* An owner is named by either of its addresses. */
static bool
has_owner(const struct gql_texts *owners, const struct gql_item *item)
{
	return has_text(owners, span_text(item->owner.text)) ||
	    (item->owner_key.len &&
		has_text(owners,
		    span_text(owner_address(item->owner_key).text)));
}

static bool
is_meant(const struct gql_query *q, const struct gql_item *item)
{
	for (size_t i = 0; i < q->tag_count; i++)
		if (has_tag(item, &q->tags[i]) == q->tags[i].not )
			return false;
	if (q->owners.given && !has_owner(&q->owners, item))
		return false;
	if (q->recipients.given &&
	    !(item->target.len ? has_id(&q->recipients, item->target)
			       : has_text(&q->recipients, span_text(""))))
		return false;
	/* nothing here came in a bundle */
	if (q->bundles.given)
		return false;
	return item->height >= q->height_min && item->height <= q->height_max;
}

/* The one value that a tag must have; empty: there is none. */
static struct span
only_value(const struct gql_query *q, const char *name)
{
	for (size_t i = 0; i < q->tag_count; i++)
		if (span_is(q->tags[i].name, name) &&
		    !q->tags[i].not &&q->tags[i].values.count == 1)
			return q->tags[i].values.list[0];
	return span_of(NULL, 0);
}

/* --- gathering --- */

static struct gql_found *
add_found(struct finding *f)
{
	struct gql_items *out = f->out;

	if (out->count == out->room) {
		out->room = out->room ? 2 * out->room : 16;
		out->list = xrealloc(out->list, out->room * sizeof(*out->list));
	}
	return &out->list[out->count++];
}

/* False: that was one more than is wanted. */
static bool
has_room(struct finding *f)
{
	if (f->out->count < f->most)
		return true;
	f->out->more = true;
	return false;
}

/* A node_item_fn. */
static bool
take_entry(void *arg, const struct item_entry *e)
{
	struct finding *f = arg;
	struct gql_items *out = f->out;
	struct data_item decoded;
	struct gql_item item;
	struct error ignored;

	if (++f->g->looked > GQL_LOOKED_MAX) {
		f->tired = true;
		return false;
	}
	if (item_of_head(e->head, e->size, &decoded, &item, &ignored) < 0)
		return true;
	item.height = e->height;
	if (!is_meant(f->q, &item))
		return true;
	if (!has_room(f))
		return false;
	*add_found(f) = (struct gql_found){ .place = e->place,
		.size = e->size,
		.timestamp_ms = e->timestamp_ms,
		.height = e->height,
		.at = out->heads.len,
		.len = e->head.len - decoded.data.len };
	buf_add_span(&out->heads,
	    span_first(e->head, out->list[out->count - 1].len));
	return true;
}

static bool
is_behind(const struct finding *f, uint64_t place)
{
	uint64_t behind = f->walk.behind;

	return !behind ||
	    (f->q->oldest_first ? place > behind : place < behind);
}

/* Our own records, that come last. Who does not ask for their kind wants what
 * people sent. */
static void
take_records(struct finding *f)
{
	const struct gql_query *q = f->q;
	struct gql_items *out = f->out;
	struct span type = only_value(q, "Type");
	bool located = span_is(type, "Scheduler-Location");
	size_t count;

	if (!q->ids.given && !located && !span_is(type, "Module"))
		return;
	out->records = xcalloc(RECORDS_MAX, sizeof(*out->records));
	count = records_fill(f->g, q->owners.list,
	    located ? q->owners.count : 0, out->records);
	for (size_t i = 0; i < count; i++) {
		size_t at = q->oldest_first ? i : count - 1 - i;
		const struct record *r = &out->records[at];
		struct gql_item item;

		item_of_record(r, &item);
		item.height = block_newest();
		if (!is_behind(f, r->place) || !is_meant(q, &item) ||
		    (q->ids.given &&
			!has_text(&q->ids, span_text(id_encode(&r->id).text))))
			continue;
		if (!has_room(f))
			return;
		*add_found(f) = (struct gql_found){ .place = r->place,
			.timestamp_ms = block_ms(item.height),
			.height = item.height,
			.record = r };
	}
}

static int
walk_node(struct finding *f, struct error *err)
{
	struct item_query walk = f->walk;

	if (f->out->more)
		return 0;
	if (walk.behind >= RECORDS_PLACE) {
		if (walk.oldest_first)
			return 0;
		walk.behind = 0;
	}
	if (f->g->node->ops->items(f->g->node, &walk, take_entry, f, err) < 0)
		return -1;
	if (f->tired && f->out->count == 0)
		return FAIL(err, ERR_LIMIT,
		    "none of the %u items that were looked at is meant: ask by "
		    "ids, by the tag Name of a process, by the tag Type, or by "
		    "one recipient",
		    GQL_LOOKED_MAX);
	f->out->more |= f->tired;
	return 0;
}

/* --- by id --- */

static int
by_place(const void *a, const void *b)
{
	uint64_t x = ((const struct gql_found *)a)->place;
	uint64_t y = ((const struct gql_found *)b)->place;

	return (x > y) - (x < y);
}

/* What was found by id lies as the ids do: put it in order, cut the page out. */
static void
cut_page(struct finding *f)
{
	struct gql_items *out = f->out;
	size_t kept = 0;

	if (out->count)
		qsort(out->list, out->count, sizeof(*out->list), by_place);
	for (size_t i = 0; i < out->count / 2 && !f->q->oldest_first; i++) {
		struct gql_found *a = &out->list[i];
		struct gql_found *b = &out->list[out->count - 1 - i];
		struct gql_found swap = *a;

		*a = *b;
		*b = swap;
	}
	for (size_t i = 0; i < out->count; i++) {
		if (!is_behind(f, out->list[i].place) ||
		    (kept && out->list[kept - 1].place == out->list[i].place))
			continue;
		if (kept == f->q->first) {
			out->more = true;
			break;
		}
		out->list[kept++] = out->list[i];
	}
	out->count = kept;
}

static int
find_by_id(struct finding *f, struct error *err)
{
	struct id *ids = xcalloc(GQL_TEXTS_MAX, sizeof(*ids));
	struct error ignored;
	int rc;

	for (size_t i = 0; i < f->q->ids.count; i++)
		if (id_decode(f->q->ids.list[i], &ids[f->walk.id_count],
			&ignored) == 0)
			f->walk.id_count++;
	f->walk.ids = ids;
	f->most = UINT32_MAX;
	take_records(f);
	rc = walk_node(f, err);
	free(ids);
	if (rc == 0)
		cut_page(f);
	return rc;
}

/* --- the plan --- */

/* The one recipient that is asked for, when it is a process with a log here. */
static bool
is_of_log(struct gql *g, const struct gql_query *q, struct id *recipient)
{
	struct process_info info;
	struct error ignored;
	struct node *n = g->node;

	return q->recipients.count == 1 &&
	    id_decode(q->recipients.list[0], recipient, &ignored) == 0 &&
	    n->ops->process(n, recipient, &info, &ignored) == 0;
}

static struct item_query
plan(struct gql *g, const struct gql_query *q, struct id *recipient)
{
	struct item_query walk = { .scope = ITEMS_ALL,
		.oldest_first = q->oldest_first };
	struct span type = only_value(q, "Type");
	struct span name = only_value(q, "Name");

	if (q->ids.given) {
		walk.scope = ITEMS_BY_ID;
	} else if (span_is(type, "Process")) {
		walk.scope = name.len ? ITEMS_NAMED : ITEMS_PROCESSES;
		walk.word = name;
	} else if (type.len && !span_is(type, "Message") &&
	    !span_is(type, "Assignment")) {
		walk.scope = ITEMS_TYPED;
		walk.word = type;
	} else if (is_of_log(g, q, recipient)) {
		walk.scope = ITEMS_OF_LOG;
		walk.ids = recipient;
		walk.id_count = 1;
	}
	return walk;
}

/* Places of different walks mean different things. */
static char
scope_letter(enum item_scope scope)
{
	static const char letters[] = { [ITEMS_BY_ID] = 'a',
		[ITEMS_NAMED] = 'p',
		[ITEMS_PROCESSES] = 'p',
		[ITEMS_TYPED] = 't',
		[ITEMS_OF_LOG] = 'l',
		[ITEMS_ALL] = 'a' };

	return letters[scope];
}

static int
read_cursor(struct finding *f, struct error *err)
{
	struct span text = f->q->after;
	uint64_t place;

	if (text.len == 0)
		return 0;
	if (text.p[0] == (uint8_t)f->out->scope &&
	    parse_decimal(span_from(text, 1), UINT64_MAX, &place) && place) {
		f->walk.behind = place;
		return 0;
	}
	return FAIL(err, ERR_FORMAT,
	    "transactions: 'after': '%.*s' is no cursor of this query",
	    SPAN_ARG(span_first(text, 40)));
}

void
gql_cursor(const struct gql_items *items, const struct gql_found *f,
    struct buf *out)
{
	buf_printf(out, "\"%c%llu\"", items->scope,
	    (unsigned long long)f->place);
}

int
gql_find(struct gql *g, const struct gql_query *q, struct gql_items *out,
    struct error *err)
{
	struct id recipient;
	struct finding f = { .g = g,
		.q = q,
		.out = out,
		.walk = plan(g, q, &recipient),
		.most = q->first };

	*out = (struct gql_items){ .scope = scope_letter(f.walk.scope) };
	if (read_cursor(&f, err) < 0)
		return -1;
	if (f.walk.scope == ITEMS_BY_ID)
		return find_by_id(&f, err);
	if (!q->oldest_first)
		take_records(&f);
	if (walk_node(&f, err) < 0)
		return -1;
	if (q->oldest_first && !out->more)
		take_records(&f);
	return 0;
}

void
gql_items_release(struct gql_items *items)
{
	free(items->list);
	free(items->records);
	buf_release(&items->heads);
	*items = (struct gql_items){ 0 };
}
