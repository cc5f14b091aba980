/*
 * Items for whoever looks for some: by id, by an index, or all of them, one
 * after the other.
 *
 * All of them are had by going through the records in their order, which costs
 * one read for each; the numbers that the indexes of names and types list, and
 * those of processes, lead to one record each, too. So a walk needs no memory,
 * but for lists that are wanted against their order.
 *
 * Of an item only what stands in front of its data is copied: reading does not
 * depend on how large items are.
 *
 * An item may be in several records: kept, then sent, then assigned to another
 * process. It is told where it came first, so that pages of a walk have it once.
 */
#include <stdlib.h>

#include "ao/cron.h"
#include "store/journal.h"
#include "store/journal_state.h"

enum {
	CHUNK_ENTRIES = 256,
	/* of one message, that are looked at for the first */
	PLACES_MAX = 256,
};

/* Places of ITEMS_ALL: two for each record, of a slot's two items. */
enum part {
	PART_FIRST = 0, /* assignment, or a kept item */
	PART_MESSAGE = 1,
};

/* What a record holds, copied. */
struct found {
	enum record_kind kind;
	uint64_t seq;
	uint64_t slot;
	struct id process; /* of a slot */
	struct id ids[2];  /* of its parts */
	struct buf heads[2];
	uint64_t sizes[2];
	uint64_t timestamp_ms;
	uint64_t height;
};

struct items {
	struct journal *j;
	const struct item_query *q;
	node_item_fn fn;
	void *arg;
	struct found found; /* its room is used again */
	bool going;
};

/* --- records --- */

static void
copy_head(struct found *f, enum part part, struct span item)
{
	buf_clear(&f->heads[part]);
	buf_add_span(&f->heads[part], span_first(item, ANS104_HEAD_MAX));
	f->sizes[part] = item.len;
}

/* A slot's time stands in its assignment. */
static int
copy_found(const struct record *r, struct found *f, struct error *err)
{
	struct assignment as;

	f->kind = r->kind;
	f->ids[PART_FIRST] = r->id;
	f->timestamp_ms = r->kept_ms;
	f->height = r->kept_ms ? cron_height(r->kept_ms) : 0;
	copy_head(f, PART_FIRST, r->item);
	if (r->kind != RECORD_SLOT)
		return 0;
	copy_head(f, PART_MESSAGE, r->text);
	f->ids[PART_MESSAGE] = r->message;
	f->process = r->process;
	f->slot = r->slot;
	if (assignment_decode(r->item, &as, &f->ids[PART_FIRST], err) < 0)
		return -1;
	f->timestamp_ms = as.timestamp_ms;
	f->height = as.height;
	return 0;
}

static int
read_found(struct items *w, uint64_t seq, struct error *err)
{
	struct kv_txn *txn;
	struct record r;
	int rc;

	w->found.seq = seq;
	if (kv_begin(w->j->kv, false, &txn, err) < 0)
		return -1;
	rc = journal_get_record(txn, seq, &r, err);
	if (rc == 0)
		rc = copy_found(&r, &w->found, err);
	kv_abort(txn);
	return rc;
}

static bool
is_item(const struct found *f)
{
	return f->kind == RECORD_SLOT || f->kind == RECORD_ITEM ||
	    f->kind == RECORD_KEPT;
}

static uint64_t
place_of(uint64_t seq, enum part part)
{
	return 2 * seq + part;
}

static void
tell(struct items *w, enum part part, uint64_t place)
{
	const struct item_entry entry = { .place = place,
		.head = buf_span(&w->found.heads[part]),
		.size = w->found.sizes[part],
		.timestamp_ms = w->found.timestamp_ms,
		.height = w->found.height };

	w->going = w->fn(w->arg, &entry);
}

/* --- where an item came first --- */

/* The record of a kept item: 1; 0: it was not kept; -1. */
static int
kept_seq(struct journal *j, const struct id *id, uint64_t *seq,
    struct error *err)
{
	struct index_key k = derive_id_key(id, ID_ITEM);
	struct index_value v;
	uint64_t unused;
	int rc = index_get(j->index, TREE_ID, key_span(&k), &v, err);

	return rc > 0 ? derive_read_id(value_span(&v), seq, &unused) : rc;
}

/* The first of the records of an id, whatever it is: 1, 0, -1. */
static int
first_seq(struct journal *j, const struct id *id, uint64_t *seq,
    enum id_kind *kind, struct error *err)
{
	struct index_cursor at = { .tree = TREE_ID };
	const struct sorted_entry *e;
	struct sorted chunk;
	bool found = false;
	uint64_t slot;

	key_add_bytes(&at.from, id_span(id));
	sorted_init(&chunk);
	if (index_chunk(j->index, &at, PLACES_MAX, &chunk, err) < 0)
		return -1;
	e = sorted_seek(&chunk, id_span(id));
	for (;
	     e && span_equal(span_first(sorted_key(e), ID_BYTES), id_span(id));
	     e = sorted_next(e)) {
		enum id_kind k = (enum id_kind)sorted_key(e).p[ID_BYTES];
		uint64_t n;

		if (k > ID_MESSAGE ||
		    !derive_read_id(sorted_value(e), &n, &slot) ||
		    (found && n >= *seq))
			continue;
		*seq = n;
		*kind = k;
		found = true;
	}
	sorted_release(&chunk);
	return found;
}

/*
 * Whether a message came first with this record: 1, 0, -1. Mostly its target
 * says so, and that it was not kept before.
 */
static int
is_first_message(struct items *w, struct error *err)
{
	const struct found *f = &w->found;
	const struct id *id = &f->ids[PART_MESSAGE];
	struct data_item item;
	enum id_kind kind;
	uint64_t seq;
	int rc;

	if (ans104_decode(buf_span(&f->heads[PART_MESSAGE]), &item, err) < 0)
		return -1;
	rc = kept_seq(w->j, id, &seq, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	if (f->slot == 0 || span_equal(item.target, id_span(&f->process)))
		return 1;
	rc = first_seq(w->j, id, &seq, &kind, err);
	/* one that the index does not know yet has just come */
	return rc > 0 ? seq == f->seq : rc == 0 ? 1 : -1;
}

/* The same of any part of the record at hand. */
static int
is_first(struct items *w, enum part part, struct error *err)
{
	uint64_t seq;
	int rc;

	if (part == PART_MESSAGE)
		return is_first_message(w, err);
	if (w->found.kind == RECORD_SLOT)
		return 1;
	rc = kept_seq(w->j, &w->found.ids[PART_FIRST], &seq, err);
	return rc > 0 ? seq == w->found.seq : rc == 0 ? 1 : -1;
}

/* --- all of them --- */

static bool
is_behind(const struct item_query *q, uint64_t place)
{
	if (!q->behind)
		return true;
	return q->oldest_first ? place > q->behind : place < q->behind;
}

static int
visit_part(struct items *w, enum part part, struct error *err)
{
	uint64_t place = place_of(w->found.seq, part);
	int rc;

	if (!w->going || !is_item(&w->found) || !is_behind(w->q, place) ||
	    (part == PART_MESSAGE && w->found.kind != RECORD_SLOT))
		return 0;
	rc = is_first(w, part, err);
	if (rc > 0)
		tell(w, part, place);
	return rc < 0 ? -1 : 0;
}

static int
visit_record(struct items *w, uint64_t seq, struct error *err)
{
	enum part first = w->q->oldest_first ? PART_FIRST : PART_MESSAGE;

	if (read_found(w, seq, err) < 0 || visit_part(w, first, err) < 0)
		return -1;
	return visit_part(w, first ^ 1, err);
}

/* The last record that is durable; 0: there is none. */
static int
last_seq(struct journal *j, uint64_t *seq, struct error *err)
{
	struct kv_txn *txn;
	struct span value;
	struct span key;

	*seq = 0;
	if (kv_begin(j->kv, false, &txn, err) < 0)
		return -1;
	if (kv_last(txn, TREE_RECORD, &key, &value))
		for (size_t i = 0; i < key.len; i++)
			*seq = *seq << 8 | key.p[i];
	kv_abort(txn);
	return 0;
}

static int
walk_all(struct items *w, struct error *err)
{
	const struct item_query *q = w->q;
	uint64_t last;
	uint64_t seq;

	if (last_seq(w->j, &last, err) < 0)
		return -1;
	if (q->oldest_first) {
		seq = q->behind / 2 ? q->behind / 2 : 1;
		for (; w->going && seq <= last; seq++)
			if (visit_record(w, seq, err) < 0)
				return -1;
		return 0;
	}
	seq = q->behind && (q->behind - 1) / 2 < last ? (q->behind - 1) / 2
						      : last;
	for (; w->going && seq > 0; seq--)
		if (visit_record(w, seq, err) < 0)
			return -1;
	return 0;
}

/* --- by id --- */

static int
walk_ids(struct items *w, struct error *err)
{
	for (size_t i = 0; i < w->q->id_count && w->going; i++) {
		enum id_kind kind;
		enum part part;
		uint64_t seq;
		int rc = first_seq(w->j, &w->q->ids[i], &seq, &kind, err);

		if (rc == 0)
			continue;
		if (rc < 0 || read_found(w, seq, err) < 0)
			return -1;
		part = kind == ID_MESSAGE ? PART_MESSAGE : PART_FIRST;
		tell(w, part, place_of(seq, part));
	}
	return 0;
}

/* --- processes and their logs --- */

/* The message of an entry, told at `place`. One that is not there is passed. */
static int
visit_entry(struct items *w, uint64_t number, uint64_t slot, uint64_t place,
    struct error *err)
{
	struct slot_place at;
	int rc =
	    journal_find_place(w->j, number, position_of_slot(slot), &at, err);

	if (rc <= 0)
		return rc;
	if (read_found(w, at.assigned, err) < 0)
		return -1;
	tell(w, PART_MESSAGE, place);
	return 0;
}

/* Both kinds of walks count places from 1 to `last`. */
typedef int (*visit_fn)(struct items *w, uint64_t number, uint64_t place,
    struct error *err);

static int
visit_process(struct items *w, uint64_t unused, uint64_t place,
    struct error *err)
{
	(void)unused;
	return visit_entry(w, place, 0, place, err);
}

static int
visit_slot(struct items *w, uint64_t number, uint64_t place, struct error *err)
{
	return visit_entry(w, number, place - 1, place, err);
}

static int
walk_counted(struct items *w, uint64_t number, uint64_t last, visit_fn visit,
    struct error *err)
{
	uint64_t behind = w->q->behind;
	uint64_t place;

	if (w->q->oldest_first) {
		for (place = behind + 1; w->going && place <= last; place++)
			if (visit(w, number, place, err) < 0)
				return -1;
		return 0;
	}
	place = behind && behind - 1 < last ? behind - 1 : last;
	for (; w->going && place > 0; place--)
		if (visit(w, number, place, err) < 0)
			return -1;
	return 0;
}

static int
walk_processes(struct items *w, struct error *err)
{
	return walk_counted(w, 0, atomic_load(&w->j->next_number) - 1,
	    visit_process, err);
}

static int
walk_log(struct items *w, struct error *err)
{
	struct journal_process p;

	if (journal_find(w->j, w->q->ids, &p, err) < 0)
		return -1;
	return walk_counted(w, p.number, p.slots, visit_slot, err);
}

/* --- by name and by type --- */

/* An entry of either index: whether it is one, not of another word's hash. */
static bool
is_listed(const struct items *w, struct span key, struct span value,
    uint64_t *n)
{
	struct span name;
	struct span owner;
	struct id id;

	if (!derive_read_listed(key, n) || !is_behind(w->q, *n))
		return false;
	return w->q->scope == ITEMS_TYPED ||
	    (derive_read_name(value, &id, &name, &owner) &&
		span_equal(name, w->q->word));
}

/* Of a type that has another with the same hash the caller sees both. */
static int
visit_listed(struct items *w, uint64_t n, struct error *err)
{
	int rc;

	if (w->q->scope == ITEMS_NAMED)
		return visit_process(w, 0, n, err);
	if (read_found(w, n, err) < 0)
		return -1;
	rc = is_first(w, PART_FIRST, err);
	if (rc > 0)
		tell(w, PART_FIRST, n);
	return rc < 0 ? -1 : 0;
}

/* The newest first, as the index has them; or they are all noted. */
static int
visit_chunk(struct items *w, const struct sorted_entry *e, struct span prefix,
    struct buf *noted, bool *more, struct error *err)
{
	for (; e && w->going; e = sorted_next(e)) {
		uint64_t n;

		if (!span_equal(span_first(sorted_key(e), prefix.len),
			prefix)) {
			*more = false;
			return 0;
		}
		if (!is_listed(w, sorted_key(e), sorted_value(e), &n))
			continue;
		if (w->q->oldest_first)
			buf_add(noted, &n, sizeof(n));
		else if (visit_listed(w, n, err) < 0)
			return -1;
	}
	return 0;
}

/* The noted ones, the last first. */
static int
visit_noted(struct items *w, const struct buf *noted, struct error *err)
{
	size_t i = noted->len / sizeof(uint64_t);

	while (i-- > 0 && w->going) {
		uint64_t n;

		memcpy(&n, noted->p + i * sizeof(n), sizeof(n));
		if (visit_listed(w, n, err) < 0)
			return -1;
	}
	return 0;
}

static int
walk_listed(struct items *w, enum tree tree, struct buf *noted,
    struct error *err)
{
	struct index_key prefix = derive_name_prefix(w->q->word);
	struct index_cursor at = { tree, prefix, true, NULL };
	struct sorted chunk;
	int rc = 0;

	if (w->q->behind && !w->q->oldest_first)
		key_add_u64(&at.from, ~w->q->behind);
	sorted_init(&chunk);
	while (rc == 0 && at.more && w->going) {
		bool more = true;

		if (index_chunk(w->j->index, &at, CHUNK_ENTRIES, &chunk, err) <
		    0)
			return -1;
		rc = visit_chunk(w, sorted_seek(&chunk, span_of(NULL, 0)),
		    key_span(&prefix), noted, &more, err);
		at.more &= more;
		sorted_release(&chunk);
	}
	return rc < 0 ? -1 : visit_noted(w, noted, err);
}

static int
walk_items(struct items *w, struct error *err)
{
	struct buf noted = BUF_INIT;
	int rc;

	switch (w->q->scope) {
	case ITEMS_BY_ID:
		return walk_ids(w, err);
	case ITEMS_PROCESSES:
		return walk_processes(w, err);
	case ITEMS_OF_LOG:
		return walk_log(w, err);
	case ITEMS_ALL:
		return walk_all(w, err);
	default:
		break;
	}
	rc = walk_listed(w, w->q->scope == ITEMS_NAMED ? TREE_NAME : TREE_TYPE,
	    &noted, err);
	buf_release(&noted);
	return rc;
}

int
journal_walk_items(struct journal *j, const struct item_query *q,
    node_item_fn fn, void *arg, struct error *err)
{
	struct items w = { .j = j,
		.q = q,
		.fn = fn,
		.arg = arg,
		.going = true };
	int rc = walk_items(&w, err);

	buf_release(&w.found.heads[PART_FIRST]);
	buf_release(&w.found.heads[PART_MESSAGE]);
	return rc;
}

/* --- one item's time --- */

static bool
take_time(void *arg, const struct item_entry *entry)
{
	*(struct item_entry *)arg = *entry;
	return false;
}

int
journal_item_time(struct journal *j, const struct id *id,
    uint64_t *timestamp_ms, struct error *err)
{
	const struct item_query q = { .scope = ITEMS_BY_ID,
		.ids = id,
		.id_count = 1 };
	struct item_entry entry = { .place = 0 };

	if (journal_walk_items(j, &q, take_time, &entry, err) < 0)
		return -1;
	if (!entry.place)
		return FAIL(err, ERR_NOT_FOUND, "no item '%s'",
		    id_encode(id).text);
	*timestamp_ms = entry.timestamp_ms;
	return 0;
}
