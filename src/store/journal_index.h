/*
 * journal_index - trees whose newest entries are still in memory.
 *
 * Each change goes into the fresh level, in memory. When that has grown, it is
 * sealed: it changes no more and is written into the trees, sorted and in
 * slices, within ordinary commits, while a new fresh level fills. Looking
 * up asks fresh, sealed, tree, in this order. With the last slice goes "indexed
 * up to n": all that records up to n mean is in the trees. A slice on disk
 * without its last one does no harm, since the records behind n are read again
 * when the journal is opened, and give the same.
 *
 * Threads: one writer (index_begin() to index_end(), index_put(),
 * index_delete(), index_peek(), index_flush(), index_flushed()); index_get()
 * and index_chunk() from any. For journal*.c alone.
 */
#ifndef STORE_JOURNAL_INDEX_H
#define STORE_JOURNAL_INDEX_H

#include "base/base64url.h"
#include "store/kv.h"
#include "store/sorted.h"

enum tree {
	TREE_META,   /* format, indexed */
	TREE_RECORD, /* sequence -> record */
	/* the derived ones, see journal_derive.h */
	TREE_ID,
	TREE_SLOT,
	TREE_PROCESS,
	TREE_NAME,
	TREE_OPEN,
	TREE_CRON,
	TREE_TYPE,
	/* and one that is neither, see journal_checkpoint.h */
	TREE_CHECKPOINT,
	TREE_COUNT
};

enum {
	INDEX_VALUE_MAX = 96
};

struct index_key {
	uint8_t p[KV_KEY_MAX];
	size_t len;
};

struct index_value {
	uint8_t p[INDEX_VALUE_MAX];
	size_t len;
};

/* Append to a key; it must not grow over KV_KEY_MAX. */
void key_add_bytes(struct index_key *k, struct span bytes);
/* The same for one byte. */
void key_add_u8(struct index_key *k, uint8_t v);
/* Big-endian, so that numbers are in order. */
void key_add_u64(struct index_key *k, uint64_t v);
/* The same, four bytes. */
void key_add_u32(struct index_key *k, uint32_t v);

/* Borrowed while `k` lives and does not change. */
static inline struct span
key_span(const struct index_key *k)
{
	return span_of(k->p, k->len);
}

/* The same for a value. */
static inline struct span
value_span(const struct index_value *v)
{
	return span_of(v->p, v->len);
}

struct index;

/* `kv` is borrowed and outlives it. */
struct index *index_new(struct kv *kv);
/* What is only in memory is lost, and derived again at the next start. */
void index_free(struct index *x);
/* "Indexed up to n", as the store has it; 0 in an empty one. */
uint64_t index_stored(struct index *x);
/*
 * Records from `seq` on have left nothing in the trees, so that what they
 * added may be taken out again without a trace.
 */
void index_set_clean(struct index *x, uint64_t seq);

/* What is put between the two, readers see all at once. */
void index_begin(struct index *x);
/* `seq`: the last record that is in it. */
void index_end(struct index *x, uint64_t seq);
/* Overwrites. Between begin and end; copies both. */
void index_put(struct index *x, enum tree tree, struct span key,
    struct span value);
/* `seq`: the record that put the key. */
void index_delete(struct index *x, enum tree tree, struct span key,
    uint64_t seq);
/* index_get() between begin and end. */
bool index_peek(struct index *x, enum tree tree, struct span key,
    struct index_value *out);

enum flush {
	FLUSH_DUE,  /* a slice, when much is in memory */
	FLUSH_IDLE, /* a slice, when anything worth it is */
	FLUSH_ALL,  /* a level, whole: repeat while index_is_due() */
};
/*
 * Flushing: seal before the transaction begins, write the next slice within
 * it, and after its commit, and only then, call index_flushed().
 */
void index_seal(struct index *x, enum flush how);
/* Write what is due of the sealed level into `txn`. Errors of kv_put(). */
int index_flush(struct index *x, struct kv_txn *txn, enum flush how,
    struct error *err);
/* Drops the sealed level when its last slice is durable now. */
void index_flushed(struct index *x);
/* True while a level is on its way into the trees. */
bool index_is_sealed(const struct index *x);
/* True when FLUSH_IDLE would write something. */
bool index_is_due(struct index *x);

/* Copy the newest value of a key: 1 found, 0 none, -1 it cannot be read. */
int index_get(struct index *x, enum tree tree, struct span key,
    struct index_value *out, struct error *err);

/*
 * Where a walk over a tree is; begin with `more` set and any `from`. `wanted`,
 * if there is one, picks entries by key and value; the others cost little.
 */
struct index_cursor {
	enum tree tree;
	struct index_key from;
	bool more;
	bool (*wanted)(struct span key, struct span value);
};

/*
 * Copy the next entries, about `limit` of them (it may be none), into `out`,
 * which is empty, and move the cursor on.
 */
int index_chunk(struct index *x, struct index_cursor *at, size_t limit,
    struct sorted *out, struct error *err);

#endif
