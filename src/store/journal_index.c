/*
 * A log-structured index with two levels in memory. Writing is fast since it
 * touches memory alone; a tree gets its entries sorted and many at a time, so
 * that a page is changed once for all that goes into it.
 *
 * In memory each value has a byte in front: PRESENT, or DELETED for a mark that
 * hides an older entry of a tree. An entry that was only ever in the fresh
 * level goes without a mark (`clean`): most pushes are opened and closed within
 * it and never reach a tree.
 *
 * Slices are as large as what was added since the last one, twice over, so the
 * sealed level is empty before the fresh one is full. But everybody waits for
 * the commit that a slice is part of, so it ends when it has taken its time; a
 * fresh level that fills meanwhile gives more time, and much of it any.
 *
 * Readers hold the lock for a look into a skip list only, never over a read of
 * the store; the writer holds it for a batch, so that they see all of it or
 * nothing.
 */
#include "store/journal_index.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/thread.h"

enum {
	/* the fresh level is sealed at so many */
	SEAL_ENTRIES = 50000, /* some 6 MiB */
	/* and when nothing else is to be done, at so many */
	IDLE_ENTRIES = 2000,
	/* the least that a slice writes */
	SLICE_ENTRIES = 32,
	/* so long, or longer when memory fills; it is looked at this often: the
	 * pages that it changes must be written as well */
	SLICE_NS = 2 * 1000 * 1000,
	SLICE_LONG_NS = 2 * SLICE_NS,
	LOOK_ENTRIES = 32,
	/* so many levels may be in memory before slices end by count alone */
	LEVELS_MAX = 8,
	/* entries that a chunk looks at in a tree: bounds its transaction */
	SCAN_ENTRIES = 65536,
	/* the first byte of a value in memory */
	DELETED = 0,
	PRESENT = 1,
};

/* What was put since some record, tree by tree. */
struct level {
	struct sorted trees[TREE_COUNT];
	size_t count;
	uint64_t to; /* the last record that is in it */
};

struct index {
	struct kv *kv;
	pthread_mutex_t lock; /* of the levels */
	struct level *fresh;
	struct level *sealed; /* NULL: none; does not change */
	/* the writer's own */
	uint64_t clean;
	size_t added;                  /* entries since the last slice */
	int tree;                      /* where the next slice begins: tree */
	const struct sorted_entry *at; /* and entry of `sealed` */
	bool written;                  /* the slice was the last */
};

static const char indexed_key[] = "indexed";

void
key_add_bytes(struct index_key *k, struct span bytes)
{
	ASSERT(k->len + bytes.len <= sizeof(k->p));
	memcpy(k->p + k->len, bytes.p, bytes.len);
	k->len += bytes.len;
}

void
key_add_u8(struct index_key *k, uint8_t v)
{
	key_add_bytes(k, span_of(&v, 1));
}

static void
add_be(struct index_key *k, uint64_t v, size_t bytes)
{
	while (bytes-- > 0)
		key_add_u8(k, (uint8_t)(v >> (8 * bytes)));
}

void
key_add_u64(struct index_key *k, uint64_t v)
{
	add_be(k, v, 8);
}

void
key_add_u32(struct index_key *k, uint32_t v)
{
	add_be(k, v, 4);
}

static struct level *
level_new(void)
{
	struct level *l = xcalloc(1, sizeof(*l));

	for (int i = 0; i < TREE_COUNT; i++)
		sorted_init(&l->trees[i]);
	return l;
}

static void
level_free(struct level *l)
{
	if (!l)
		return;
	for (int i = 0; i < TREE_COUNT; i++)
		sorted_release(&l->trees[i]);
	free(l);
}

struct index *
index_new(struct kv *kv)
{
	struct index *x = xcalloc(1, sizeof(*x));

	x->kv = kv;
	x->fresh = level_new();
	pthread_mutex_init(&x->lock, NULL);
	return x;
}

void
index_free(struct index *x)
{
	if (!x)
		return;
	level_free(x->fresh);
	level_free(x->sealed);
	pthread_mutex_destroy(&x->lock);
	free(x);
}

void
index_set_clean(struct index *x, uint64_t seq)
{
	x->clean = seq;
}

/* --- looking up --- */

/* What a level knows of a key: -1 nothing, DELETED, PRESENT. */
static int
level_get(const struct level *l, enum tree tree, struct span key,
    struct index_value *out)
{
	struct span v;

	if (!l || !sorted_get(&l->trees[tree], key, &v))
		return -1;
	ASSERT(v.len >= 1 && v.len <= 1 + INDEX_VALUE_MAX);
	out->len = v.len - 1;
	memcpy(out->p, v.p + 1, out->len);
	return v.p[0];
}

static int
levels_get(const struct index *x, enum tree tree, struct span key,
    struct index_value *out)
{
	int known = level_get(x->fresh, tree, key, out);

	return known >= 0 ? known : level_get(x->sealed, tree, key, out);
}

/* 1 found, 0 not there, -1 the store cannot be read. */
static int
tree_get(struct index *x, enum tree tree, struct span key,
    struct index_value *out, struct error *err)
{
	struct kv_txn *txn;
	struct span v;
	bool found;

	if (kv_begin(x->kv, false, &txn, err) < 0)
		return -1;
	found = kv_get(txn, tree, key, &v) && v.len <= INDEX_VALUE_MAX;
	if (found) {
		memcpy(out->p, v.p, v.len);
		out->len = v.len;
	}
	kv_abort(txn);
	return found;
}

bool
index_peek(struct index *x, enum tree tree, struct span key,
    struct index_value *out)
{
	int known = levels_get(x, tree, key, out);
	struct error err;

	if (known < 0)
		known = tree_get(x, tree, key, out, &err);
	/* what is derived must not rest on what could not be read */
	ASSERT(known >= 0);
	return known > 0;
}

/*
 * The levels first: an entry leaves them only when it is in the tree, so that
 * a read begun after it was not found in memory finds it there.
 */
int
index_get(struct index *x, enum tree tree, struct span key,
    struct index_value *out, struct error *err)
{
	int known;

	lock(&x->lock);
	known = levels_get(x, tree, key, out);
	unlock(&x->lock);
	return known >= 0 ? known : tree_get(x, tree, key, out, err);
}

uint64_t
index_stored(struct index *x)
{
	struct index_value v;
	struct error err;
	struct span in;
	uint64_t n;

	if (tree_get(x, TREE_META, span_text(indexed_key), &v, &err) <= 0)
		return 0;
	in = value_span(&v);
	return take_u64(&in, &n) ? n : 0;
}

/* --- changing --- */

void
index_begin(struct index *x)
{
	lock(&x->lock);
}

void
index_end(struct index *x, uint64_t seq)
{
	x->fresh->to = seq;
	unlock(&x->lock);
}

/* Counts entries, not changes: putting twice is one. */
static void
level_put(struct index *x, enum tree tree, struct span key, struct span value)
{
	struct sorted *s = &x->fresh->trees[tree];
	size_t before = s->count;

	sorted_put(s, key, value);
	x->fresh->count += s->count - before;
	x->added++;
}

void
index_put(struct index *x, enum tree tree, struct span key, struct span value)
{
	uint8_t v[1 + INDEX_VALUE_MAX] = { PRESENT };
	struct buf large = BUF_INIT;

	if (value.len < sizeof(v)) {
		memcpy(v + 1, value.p, value.len);
		level_put(x, tree, key, span_of(v, 1 + value.len));
		return;
	}
	buf_add_byte(&large, PRESENT);
	buf_add_span(&large, value);
	level_put(x, tree, key, buf_span(&large));
	buf_release(&large);
}

void
index_delete(struct index *x, enum tree tree, struct span key, uint64_t seq)
{
	struct sorted *s = &x->fresh->trees[tree];
	size_t before = s->count;
	uint8_t v = DELETED;

	if (seq < x->clean) {
		level_put(x, tree, key, span_of(&v, 1));
		return;
	}
	sorted_remove(s, key);
	x->fresh->count -= before - s->count;
}

/* --- flushing --- */

/* What is marked as deleted in memory is deleted in the tree. */
static int
write_entry(struct index *x, struct kv_txn *txn, struct error *err)
{
	struct span key = sorted_key(x->at);
	struct span v = sorted_value(x->at);

	if (v.p[0] == DELETED)
		return kv_delete(txn, x->tree, key, err);
	return kv_put(txn, x->tree, key, span_from(v, 1), err);
}

/* The next entry to write; false: that was all. */
static bool
find_entry(struct index *x)
{
	while (!x->at && ++x->tree < TREE_COUNT)
		x->at =
		    sorted_seek(&x->sealed->trees[x->tree], span_of(NULL, 0));
	return x->at;
}

/* The last thing of a level: without it the next start derives it again. */
static int
write_indexed(struct index *x, struct kv_txn *txn, struct error *err)
{
	struct buf v = BUF_INIT;
	int rc;

	buf_add_u64(&v, x->sealed->to);
	rc = kv_put(txn, TREE_META, span_text(indexed_key), buf_span(&v), err);
	buf_release(&v);
	x->written = rc == 0;
	return rc;
}

void
index_seal(struct index *x, enum flush how)
{
	static const size_t least[] = { [FLUSH_DUE] = SEAL_ENTRIES,
		[FLUSH_IDLE] = IDLE_ENTRIES,
		[FLUSH_ALL] = 1 };
	struct level *fresh;

	if (x->sealed || x->fresh->count < least[how])
		return;
	fresh = level_new();
	lock(&x->lock);
	fresh->to = x->fresh->to;
	x->sealed = x->fresh;
	x->fresh = fresh;
	unlock(&x->lock);
	if (x->clean <= fresh->to)
		x->clean = fresh->to + 1;
	x->tree = 0;
	x->at = sorted_seek(&x->sealed->trees[0], span_of(NULL, 0));
}

/* The time of a slice, by how much has come since the level was sealed. */
static uint64_t
slice_ns(const struct index *x)
{
	size_t levels = x->fresh->count / SEAL_ENTRIES;

	if (levels < LEVELS_MAX)
		return levels < 2 ? SLICE_NS : SLICE_LONG_NS;
	return UINT64_MAX / 2;
}

int
index_flush(struct index *x, struct kv_txn *txn, enum flush how,
    struct error *err)
{
	/* as fast as it grows, twice over, or memory would never empty */
	size_t most =
	    x->added * 2 > SLICE_ENTRIES ? x->added * 2 : SLICE_ENTRIES;
	uint64_t deadline = clock_now_ns() + slice_ns(x);

	x->added = 0;
	if (!x->sealed)
		return 0;
	for (size_t i = 0; find_entry(x); x->at = sorted_next(x->at), i++) {
		if (how != FLUSH_ALL &&
		    ((how == FLUSH_DUE && i == most) ||
			(i % LOOK_ENTRIES == 0 && clock_now_ns() >= deadline)))
			break;
		if (write_entry(x, txn, err) < 0)
			return FAIL_IN(err, "index");
	}
	if (!x->at && write_indexed(x, txn, err) < 0)
		return -1;
	fault_die(FAULT_INDEX_DIES_BEFORE);
	return 0;
}

void
index_flushed(struct index *x)
{
	struct level *done = x->sealed;

	if (!x->written) {
		if (done)
			fault_die(FAULT_INDEX_DIES_BETWEEN);
		return;
	}
	fault_die(FAULT_INDEX_DIES_AFTER);
	lock(&x->lock);
	x->sealed = NULL;
	unlock(&x->lock);
	level_free(done);
	x->written = false;
}

bool
index_is_sealed(const struct index *x)
{
	return x->sealed;
}

bool
index_is_due(struct index *x)
{
	return x->sealed || x->fresh->count >= IDLE_ENTRIES;
}

/* --- walking --- */

/* What is gathered for a chunk; keys behind `bound` are not all known. */
struct gather {
	struct sorted *out;
	bool (*wanted)(struct span key, struct span value);
	size_t left;  /* to be gathered */
	size_t scans; /* to be looked at */
	bool cut;
	struct index_key bound;
};

/* A source ended early at `key`: nothing behind it may be given. */
static void
cut_at(struct gather *g, struct span key)
{
	if (g->cut && span_compare(key_span(&g->bound), key) <= 0)
		return;
	g->cut = true;
	g->bound.len = 0;
	key_add_bytes(&g->bound, key);
}

/* Within the lock; a newer level goes over an older one by coming later. */
static void
gather_level(struct gather *g, const struct level *l, enum tree tree,
    struct span from, size_t limit)
{
	const struct sorted_entry *e;

	if (!l)
		return;
	for (e = sorted_seek(&l->trees[tree], from); e; e = sorted_next(e)) {
		sorted_put(g->out, sorted_key(e), sorted_value(e));
		if (--limit == 0) {
			cut_at(g, sorted_key(e));
			return;
		}
	}
}

/* The oldest source: what memory knows of the key stands above it. */
static bool
gather_stored(void *arg, struct span key, struct span value)
{
	struct gather *g = arg;
	struct buf v = BUF_INIT;
	struct span newer;

	if (g->wanted && !g->wanted(key, value)) {
		if (--g->scans > 0)
			return true;
		cut_at(g, key);
		return false;
	}
	if (!sorted_get(g->out, key, &newer)) {
		buf_add_byte(&v, PRESENT);
		buf_add_span(&v, value);
		sorted_put(g->out, key, buf_span(&v));
		buf_release(&v);
	}
	if (--g->left > 0)
		return true;
	cut_at(g, key);
	return false;
}

/* What is certain of what was found, without the marks of memory. */
static void
copy_known(const struct gather *g, struct sorted *out)
{
	const struct sorted_entry *e = sorted_seek(g->out, span_of(NULL, 0));

	for (; e; e = sorted_next(e)) {
		struct span key = sorted_key(e);
		struct span v = sorted_value(e);
		bool present = v.p[0] == PRESENT;

		if (g->cut && span_compare(key, key_span(&g->bound)) > 0)
			break;
		v = span_from(v, 1);
		if (present && (!g->wanted || g->wanted(key, v)))
			sorted_put(out, key, v);
	}
}

int
index_chunk(struct index *x, struct index_cursor *at, size_t limit,
    struct sorted *out, struct error *err)
{
	struct sorted found;
	struct gather g = { .out = &found,
		.wanted = at->wanted,
		.left = limit,
		.scans = SCAN_ENTRIES };
	struct span from = key_span(&at->from);
	struct kv_txn *txn;
	int rc;

	sorted_init(&found);
	lock(&x->lock);
	gather_level(&g, x->sealed, at->tree, from, limit);
	gather_level(&g, x->fresh, at->tree, from, limit);
	unlock(&x->lock);
	/* as with index_get(): memory first */
	rc = kv_begin(x->kv, false, &txn, err);
	if (rc == 0) {
		rc = kv_walk(txn, at->tree, from, gather_stored, &g, err);
		kv_abort(txn);
	}
	if (rc == 0) {
		copy_known(&g, out);
		at->more = g.cut;
		if (g.cut) {
			at->from = g.bound;
			key_add_u8(&at->from, 0);
		}
	}
	sorted_release(&found);
	return rc;
}
