/*
 * Reading a journal: the index says where, a short read transaction copies.
 *
 * Most functions make two steps, and between them the index may move on: an
 * entry that was in memory may be in a tree now, a slot may have its result.
 * Records themselves never change and never go, so what an index said stays
 * true.
 *
 * Transactions are short and copy what they read: a long one would keep old
 * pages from being used again, and the store would grow.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/thread.h"
#include "store/journal.h"
#include "store/journal_derive.h"
#include "store/journal_state.h"

enum {
	/* of a walk: copied before the first of them is told */
	CHUNK_ENTRIES = 256
};

void
slot_record_release(struct slot_record *r)
{
	buf_release(&r->assignment);
	buf_release(&r->message);
	buf_release(&r->text);
	result_release(&r->result);
	r->evaluated = false;
}

int
journal_seen(struct journal *j, uint64_t number, const struct id *id,
    uint64_t *slot, struct error *err)
{
	struct index_key k = derive_message_key(id, number);
	struct index_value v;
	const struct slot_mark *mark;
	uint64_t seq;
	int rc;

	/* in this order: a message leaves the first when it is in the second */
	lock(&j->lock);
	mark = map_get(&j->submitted, key_span(&k));
	if (mark)
		*slot = mark->slot;
	unlock(&j->lock);
	if (mark)
		return 1;
	rc = index_get(j->index, TREE_ID, key_span(&k), &v, err);
	return rc > 0 ? derive_read_id(value_span(&v), &seq, slot) : rc;
}

int
journal_find(struct journal *j, const struct id *id,
    struct journal_process *out, struct error *err)
{
	struct index_key k = derive_id_key(id, ID_PROCESS);
	struct index_value v;
	uint64_t number;
	uint64_t unused;
	int rc;

	rc = index_get(j->index, TREE_ID, key_span(&k), &v, err);
	if (rc < 0)
		return -1;
	if (rc == 0 || !derive_read_id(value_span(&v), &number, &unused))
		return FAIL(err, ERR_NOT_FOUND, "no process '%s'",
		    id_encode(id).text);
	k = derive_process_key(number);
	rc = index_get(j->index, TREE_PROCESS, key_span(&k), &v, err);
	if (rc < 0)
		return -1;
	if (rc == 0 || !derive_read_process(key_span(&k), value_span(&v), out))
		return FAIL(err, ERR_STORE, "process '%s' cannot be read",
		    id_encode(id).text);
	return 0;
}

/* --- names --- */

/* What match_name() compares, and where it puts what it finds. */
struct name_search {
	struct span prefix;
	struct span name;
	struct span owner;
	struct id *out;
	size_t room;
	int count;
};

/* False: behind the last entry of that name. */
static bool
match_name(struct name_search *s, struct span key, struct span value)
{
	struct span name;
	struct span owner;
	struct id id;

	if (!span_equal(span_first(key, s->prefix.len), s->prefix))
		return false;
	if (!derive_read_name(value, &id, &name, &owner) ||
	    !span_equal(name, s->name) ||
	    (s->owner.len > 0 && !span_equal(owner, s->owner)))
		return true;
	if ((size_t)s->count < s->room)
		s->out[s->count] = id;
	s->count++;
	return true;
}

int
journal_find_name(struct journal *j, struct span name, struct span owner,
    struct id *out, size_t room, struct error *err)
{
	struct index_key prefix = derive_name_prefix(name);
	struct name_search s = { key_span(&prefix), name, owner, out, room, 0 };
	struct index_cursor at = { TREE_NAME, prefix, true, NULL };
	struct sorted chunk;

	sorted_init(&chunk);
	while (at.more) {
		const struct sorted_entry *e;

		if (index_chunk(j->index, &at, CHUNK_ENTRIES, &chunk, err) < 0)
			return -1;
		e = sorted_seek(&chunk, key_span(&prefix));
		while (e && match_name(&s, sorted_key(e), sorted_value(e)))
			e = sorted_next(e);
		at.more &= !e;
		sorted_release(&chunk);
	}
	return s.count;
}

/* --- records --- */

int
journal_get_record(struct kv_txn *txn, uint64_t seq, struct record *r,
    struct error *err)
{
	struct index_key k = { .len = 0 };
	struct span value;

	key_add_u64(&k, seq);
	if (!kv_get(txn, TREE_RECORD, key_span(&k), &value))
		return FAIL(err, ERR_STORE, "record %" PRIu64 " is missing",
		    seq);
	if (record_decode(value, r, err) < 0)
		return FAIL_IN(err, "record %" PRIu64, seq);
	return 0;
}

/* A slot's two items, or what a tick is. */
static void
copy_entry(const struct record *r, struct slot_record *out)
{
	out->at = (struct position){ r->slot, r->tick.at.tick };
	buf_add_span(&out->assignment, r->item);
	buf_add_span(&out->message, r->text);
	out->tick = r->tick;
	buf_add_span(&out->text, r->tick.interval);
	out->tick.interval = buf_span(&out->text);
}

/* Entry and result are two records; both are read in one transaction. */
static int
copy_slot(struct kv_txn *txn, const struct slot_place *place,
    struct slot_record *out, struct error *err)
{
	struct record assigned;
	struct record result = { .number = 0 };

	if (journal_get_record(txn, place->assigned, &assigned, err) < 0 ||
	    (place->result &&
		journal_get_record(txn, place->result, &result, err) < 0))
		return -1;
	*out = (struct slot_record){ .evaluated = place->result != 0 };
	copy_entry(&assigned, out);
	if (out->evaluated) {
		out->result.verdict = result.verdict;
		buf_add_span(&out->result.json, result.text);
		memcpy(out->chain, result.chain, sizeof(out->chain));
	}
	return 0;
}

int
journal_find_place(struct journal *j, uint64_t number, struct position at,
    struct slot_place *place, struct error *err)
{
	struct index_key k = derive_entry_key(number, at);
	struct index_value v;
	int rc = index_get(j->index, TREE_SLOT, key_span(&k), &v, err);

	if (rc <= 0)
		return rc;
	return derive_read_place(value_span(&v), place) && place->assigned;
}

/* An entry that is there, of that process. */
static int
read_place(struct journal *j, const struct slot_place *place,
    struct slot_record *out, struct error *err)
{
	struct kv_txn *txn;
	int rc;

	if (kv_begin(j->kv, false, &txn, err) < 0)
		return -1;
	rc = copy_slot(txn, place, out, err);
	kv_abort(txn);
	return rc;
}

int
journal_read_slot(struct journal *j, uint64_t number, uint64_t slot,
    struct slot_record *out, struct error *err)
{
	struct slot_place place;
	int rc =
	    journal_find_place(j, number, position_of_slot(slot), &place, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return FAIL(err, ERR_NOT_FOUND, "no slot %" PRIu64, slot);
	return read_place(j, &place, out, err);
}

/* Ticks have no gaps: behind the last one comes the next slot, or nothing. */
int
journal_read_entry(struct journal *j, uint64_t number, struct position *at,
    struct slot_record *out, struct error *err)
{
	const struct position next = position_of_slot(at->slot + 1);
	struct slot_place place;
	int rc = journal_find_place(j, number, *at, &place, err);

	if (rc == 0 && at->tick) {
		rc = journal_find_place(j, number, next, &place, err);
		if (rc > 0)
			*at = next;
	}
	if (rc < 0)
		return -1;
	if (rc == 0)
		return FAIL(err, ERR_NOT_FOUND, "no slot %" PRIu64,
		    at->tick ? next.slot : at->slot);
	return read_place(j, &place, out, err);
}

int
journal_read_schedule(struct journal *j, uint64_t number, uint32_t schedule,
    struct journal_schedule *out, struct error *err)
{
	struct index_key k = derive_schedule_key(number, schedule);
	struct index_value v;
	int rc = index_get(j->index, TREE_CRON, key_span(&k), &v, err);

	if (rc < 0)
		return -1;
	if (rc == 0 || !derive_read_schedule(value_span(&v), out))
		return FAIL(err, ERR_NOT_FOUND, "no tick of schedule %" PRIu32,
		    schedule);
	return 0;
}

/* Append what record `seq` holds of that kind. */
static int
copy_bytes(struct journal *j, uint64_t seq, enum id_kind kind, struct buf *out,
    struct error *err)
{
	struct kv_txn *txn;
	struct record r;
	int rc;

	if (kv_begin(j->kv, false, &txn, err) < 0)
		return -1;
	rc = journal_get_record(txn, seq, &r, err);
	if (rc == 0)
		buf_add_span(out, kind == ID_MESSAGE ? r.text : r.item);
	kv_abort(txn);
	return rc;
}

/* The first item of that id, of whatever kind: 1, 0, -1. */
static int
find_item(struct journal *j, const struct id *id, uint64_t *seq,
    enum id_kind *kind, struct error *err)
{
	struct index_cursor at = { .tree = TREE_ID };
	const struct sorted_entry *e;
	struct sorted chunk;
	uint64_t slot;
	bool found = false;

	key_add_bytes(&at.from, id_span(id));
	sorted_init(&chunk);
	if (index_chunk(j->index, &at, 2, &chunk, err) < 0)
		return -1;
	e = sorted_seek(&chunk, id_span(id));
	if (e && span_equal(span_first(sorted_key(e), ID_BYTES), id_span(id))) {
		*kind = (enum id_kind)sorted_key(e).p[ID_BYTES];
		found = *kind <= ID_MESSAGE &&
		    derive_read_id(sorted_value(e), seq, &slot);
	}
	sorted_release(&chunk);
	return found;
}

int
journal_read_item(struct journal *j, const struct id *id, struct buf *out,
    struct error *err)
{
	enum id_kind kind;
	uint64_t seq;
	int rc;

	rc = find_item(j, id, &seq, &kind, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return FAIL(err, ERR_NOT_FOUND, "no item '%s'",
		    id_encode(id).text);
	return copy_bytes(j, seq, kind, out, err);
}

int
journal_read_module(struct journal *j, const struct id *id, struct buf *out,
    struct error *err)
{
	struct index_key k = derive_id_key(id, ID_MODULE);
	struct index_value v;
	uint64_t seq;
	uint64_t unused;
	int rc;

	rc = index_get(j->index, TREE_ID, key_span(&k), &v, err);
	if (rc < 0)
		return -1;
	if (rc == 0 || !derive_read_id(value_span(&v), &seq, &unused))
		return FAIL(err, ERR_NOT_FOUND, "no module '%s'",
		    id_encode(id).text);
	return copy_bytes(j, seq, ID_MODULE, out, err);
}

/* --- walks --- */

/* False: stop. */
typedef bool (*entry_fn)(void *arg, struct span key, struct span value);

/*
 * Call back for each entry of a tree. A chunk is copied before its entries are
 * told, so that a callback may take its time and use the journal.
 */
static int
walk(struct journal *j, struct index_cursor at, entry_fn fn, void *arg,
    struct error *err)
{
	struct sorted chunk;
	bool going = true;

	sorted_init(&chunk);
	while (at.more && going) {
		const struct sorted_entry *e;

		if (index_chunk(j->index, &at, CHUNK_ENTRIES, &chunk, err) < 0)
			return -1;
		e = sorted_seek(&chunk, span_of(NULL, 0));
		for (; e && going; e = sorted_next(e))
			going = fn(arg, sorted_key(e), sorted_value(e));
		sorted_release(&chunk);
	}
	return 0;
}

struct process_walk {
	journal_process_fn fn;
	void *arg;
};

/* An entry that cannot be read is passed over. */
static bool
tell_process(void *arg, struct span key, struct span value)
{
	struct process_walk *w = arg;
	struct journal_process p;

	return !derive_read_process(key, value, &p) || w->fn(w->arg, &p);
}

/* Most of a million processes have nothing to be done, and are not stopped. */
static bool
is_unevaluated(struct span key, struct span value)
{
	struct journal_process p;

	return derive_read_process(key, value, &p) &&
	    (p.stopped ||
		(position_before(p.done, p.end) && !journal_is_dormant(&p)));
}

int
journal_walk(struct journal *j, journal_process_fn fn, void *arg,
    struct error *err)
{
	struct index_cursor at = { .tree = TREE_PROCESS, .more = true };
	struct process_walk w = { fn, arg };

	return walk(j, at, tell_process, &w, err);
}

int
journal_walk_unevaluated(struct journal *j, journal_process_fn fn, void *arg,
    struct error *err)
{
	struct index_cursor at = { .tree = TREE_PROCESS,
		.more = true,
		.wanted = is_unevaluated };
	struct process_walk w = { fn, arg };

	return walk(j, at, tell_process, &w, err);
}

struct cron_walk {
	struct journal *j;
	journal_process_fn fn;
	void *arg;
	struct error *err;
	int status;
};

/* The schedules' own entries are passed over. */
static bool
tell_cron(void *arg, struct span key,
    __attribute__((unused)) struct span unused)
{
	struct cron_walk *w = arg;
	struct journal_process p;
	struct index_value v;
	uint64_t number;

	if (!derive_read_cron(key, &number))
		return true;
	w->status = index_get(w->j->index, TREE_PROCESS, key, &v, w->err);
	if (w->status < 0)
		return false;
	return w->status == 0 ||
	    !derive_read_process(key, value_span(&v), &p) || w->fn(w->arg, &p);
}

int
journal_walk_cron(struct journal *j, journal_process_fn fn, void *arg,
    struct error *err)
{
	struct index_cursor at = { .tree = TREE_CRON, .more = true };
	struct cron_walk w = { j, fn, arg, err, 0 };

	if (walk(j, at, tell_cron, &w, err) < 0)
		return -1;
	return w.status < 0 ? -1 : 0;
}

struct push_walk {
	journal_push_fn fn;
	void *arg;
};

static bool
tell_push(void *arg, struct span key, struct span value)
{
	struct push_walk *w = arg;
	struct push_key p;

	return !derive_read_open(key, value, &p) || w->fn(w->arg, &p);
}

int
journal_walk_unpushed(struct journal *j, journal_push_fn fn, void *arg,
    struct error *err)
{
	struct index_cursor at = { .tree = TREE_OPEN, .more = true };
	struct push_walk w = { fn, arg };

	return walk(j, at, tell_push, &w, err);
}

/* Entries of one id lie side by side: its kind, then the process. */
struct place_walk {
	struct index_key prefix;
	journal_place_fn fn;
	void *arg;
	uint64_t found;
};

/* False: behind the last place, or no more are wanted. */
static bool
tell_place(struct place_walk *w, struct span key, struct span value)
{
	uint64_t number;
	uint64_t seq;
	uint64_t slot;

	if (!span_equal(span_first(key, w->prefix.len), key_span(&w->prefix)))
		return false;
	if (!derive_read_message(key, &number) ||
	    !derive_read_id(value, &seq, &slot))
		return true;
	w->found++;
	return w->fn(w->arg, number, slot);
}

int
journal_walk_places(struct journal *j, const struct id *message,
    journal_place_fn fn, void *arg, struct error *err)
{
	struct place_walk w = { derive_id_key(message, ID_MESSAGE), fn, arg,
		0 };
	struct index_cursor at = { TREE_ID, w.prefix, true };
	struct sorted chunk;

	sorted_init(&chunk);
	while (at.more) {
		const struct sorted_entry *e;

		if (index_chunk(j->index, &at, CHUNK_ENTRIES, &chunk, err) < 0)
			return -1;
		e = sorted_seek(&chunk, key_span(&w.prefix));
		while (e && tell_place(&w, sorted_key(e), sorted_value(e)))
			e = sorted_next(e);
		at.more &= !e;
		sorted_release(&chunk);
	}
	if (w.found == 0)
		return FAIL(err, ERR_NOT_FOUND, "no message '%s' in any log",
		    id_encode(message).text);
	return 0;
}

uint64_t
journal_size(struct journal *j)
{
	return kv_size(j->kv);
}

void
journal_times(struct journal *j, struct journal_times *out)
{
	lock(&j->lock);
	*out = j->stats;
	unlock(&j->lock);
}
