/*
 * A store in memory: a sorted map per tree under one read-write lock. A write
 * transaction holds the lock alone and works in place; what it changed is kept
 * in a list, so that an abort can put it back.
 *
 * There is nothing to make durable, so a commit only forgets how to go back.
 * Readers wait while a write goes on, and it for them: what is kept in memory
 * is a test's or a session's, and transactions are short.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "store/kv_ops.h"
#include "store/sorted.h"

struct undo {
	int tree;
	bool there; /* the key had a value */
	uint8_t key_len;
	uint8_t key[KV_KEY_MAX];
	struct buf value;
};

struct memory {
	struct kv kv;
	pthread_rwlock_t lock;
	int tree_count;
	struct sorted trees[KV_TREES_MAX];
};

struct memory_txn {
	struct kv_txn txn;
	struct undo *undo;
	size_t count;
	size_t room;
};

static struct memory *
memory_of(struct kv *kv)
{
	return (struct memory *)kv;
}

/* Trees are numbered by the list that was given at the start. */
static struct sorted *
tree_of(struct kv_txn *txn, int tree)
{
	struct memory *m = memory_of(txn->kv);

	ASSERT(tree >= 0 && tree < m->tree_count);
	return &m->trees[tree];
}

static void
memory_close(struct kv *kv)
{
	struct memory *m = memory_of(kv);

	for (int i = 0; i < m->tree_count; i++)
		sorted_release(&m->trees[i]);
	pthread_rwlock_destroy(&m->lock);
	free(m);
}

static int
memory_begin(struct kv *kv, bool write, struct kv_txn **out, struct error *err)
{
	struct memory *m = memory_of(kv);
	struct memory_txn *t;
	int rc;

	rc = write ? pthread_rwlock_wrlock(&m->lock)
		   : pthread_rwlock_rdlock(&m->lock);
	if (rc != 0)
		return FAIL(err, ERR_STORE, "cannot lock the store in memory");
	t = xcalloc(1, sizeof(*t));
	t->txn.kv = kv;
	t->txn.write = write;
	*out = &t->txn;
	return 0;
}

static void
end(struct memory_txn *t)
{
	struct memory *m = memory_of(t->txn.kv);

	for (size_t i = 0; i < t->count; i++)
		buf_release(&t->undo[i].value);
	free(t->undo);
	free(t);
	pthread_rwlock_unlock(&m->lock);
}

static int
memory_commit(struct kv_txn *txn, __attribute__((unused)) struct error *err)
{
	end((struct memory_txn *)txn);
	return 0;
}

/* In reverse, so that a key changed twice gets its first value back. */
static void
memory_abort(struct kv_txn *txn)
{
	struct memory_txn *t = (struct memory_txn *)txn;

	for (size_t i = t->count; i-- > 0;) {
		struct undo *u = &t->undo[i];
		struct sorted *s = tree_of(txn, u->tree);
		struct span key = span_of(u->key, u->key_len);

		if (u->there)
			sorted_put(s, key, buf_span(&u->value));
		else
			sorted_remove(s, key);
	}
	end(t);
}

/* Note what a key is before it changes. */
static void
keep(struct kv_txn *txn, int tree, struct span key)
{
	struct memory_txn *t = (struct memory_txn *)txn;
	struct span value;
	struct undo *u;

	if (t->count == t->room) {
		t->room = t->room ? t->room * 2 : 16;
		t->undo = xrealloc(t->undo, t->room * sizeof(*t->undo));
	}
	u = &t->undo[t->count++];
	*u = (struct undo){ .tree = tree, .key_len = (uint8_t)key.len };
	memcpy(u->key, key.p, key.len);
	u->there = sorted_get(tree_of(txn, tree), key, &value);
	if (u->there)
		buf_add_span(&u->value, value);
}

static bool
memory_get(struct kv_txn *txn, int tree, struct span key, struct span *value)
{
	return sorted_get(tree_of(txn, tree), key, value);
}

static int
memory_put(struct kv_txn *txn, int tree, struct span key, struct span value,
    __attribute__((unused)) struct error *err)
{
	keep(txn, tree, key);
	sorted_put(tree_of(txn, tree), key, value);
	return 0;
}

/* Held to the same rule as on disk, so that tests see a breach of it. */
static int
memory_append(struct kv_txn *txn, int tree, struct span key, struct span value,
    struct error *err)
{
	const struct sorted_entry *last = sorted_last(tree_of(txn, tree));

	if (last && span_compare(sorted_key(last), key) >= 0)
		return FAIL(err, ERR_STORE, "a key to append is not the last");
	return memory_put(txn, tree, key, value, err);
}

static int
memory_remove(struct kv_txn *txn, int tree, struct span key,
    __attribute__((unused)) struct error *err)
{
	if (key.len > KV_KEY_MAX)
		return 0;
	keep(txn, tree, key);
	sorted_remove(tree_of(txn, tree), key);
	return 0;
}

static int
memory_walk(struct kv_txn *txn, int tree, struct span from, kv_walk_fn fn,
    void *arg, __attribute__((unused)) struct error *err)
{
	const struct sorted_entry *e = sorted_seek(tree_of(txn, tree), from);

	while (e && fn(arg, sorted_key(e), sorted_value(e)))
		e = sorted_next(e);
	return 0;
}

static bool
memory_last(struct kv_txn *txn, int tree, struct span *key, struct span *value)
{
	const struct sorted_entry *e = sorted_last(tree_of(txn, tree));

	if (!e)
		return false;
	*key = sorted_key(e);
	*value = sorted_value(e);
	return true;
}

static uint64_t
memory_entries(struct kv_txn *txn, int tree)
{
	const struct sorted_entry *e =
	    sorted_seek(tree_of(txn, tree), span_of(NULL, 0));
	uint64_t n = 0;

	for (; e; e = sorted_next(e))
		n++;
	return n;
}

/* Takes the lock for itself: not within a transaction. */
static uint64_t
memory_size(struct kv *kv)
{
	struct memory *m = memory_of(kv);
	uint64_t sum = 0;

	pthread_rwlock_rdlock(&m->lock);
	for (int i = 0; i < m->tree_count; i++)
		sum += m->trees[i].bytes;
	pthread_rwlock_unlock(&m->lock);
	return sum;
}

static const struct kv_ops memory_ops = {
	.close = memory_close,
	.begin = memory_begin,
	.commit = memory_commit,
	.abort = memory_abort,
	.get = memory_get,
	.put = memory_put,
	.append = memory_append,
	.remove = memory_remove,
	.walk = memory_walk,
	.last = memory_last,
	.entries = memory_entries,
	.size = memory_size,
};

int
kv_open_memory(const char *const *trees, struct kv **out, struct error *err)
{
	struct memory *m = xcalloc(1, sizeof(*m));

	m->kv.ops = &memory_ops;
	while (trees[m->tree_count]) {
		ASSERT(m->tree_count < KV_TREES_MAX);
		sorted_init(&m->trees[m->tree_count++]);
	}
	if (pthread_rwlock_init(&m->lock, NULL) != 0) {
		free(m);
		return FAIL(err, ERR_STORE, "cannot make a lock");
	}
	*out = &m->kv;
	return 0;
}
