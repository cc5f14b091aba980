/*
 * kv - an ordered store of bytes in a few named trees, one writer.
 *
 * Two kinds: LMDB in a directory (durable at commit) and memory (for
 * --ephemeral and tests). Keys are at most KV_KEY_MAX bytes and ordered
 * bytewise, so numbers in keys are big-endian.
 *
 * Threads: one write transaction at a time, in the thread that began it; any
 * number of readers beside it, each seeing the last commit. Values given by a
 * read are borrowed until that transaction ends. Keep reads short: copy out,
 * end. Source: spec/engineering-notes.md 5.
 */
#ifndef STORE_KV_H
#define STORE_KV_H

#include "base/buf.h"
#include "base/error.h"

enum {
	KV_KEY_MAX = 64,
	KV_TREES_MAX = 16
};

struct kv;
struct kv_txn;

/*
 * Open or create the store in directory `dir`, with the trees named (a
 * NULL-terminated list; a tree is then its index). `dir` exists.
 * ERR_STORE: not to be used (text: why); ERR_FULL.
 */
int kv_open_lmdb(const char *dir, const char *const *trees, struct kv **out,
    struct error *err);
/* A store that is gone when it is closed. Same arguments. ERR_STORE. */
int kv_open_memory(const char *const *trees, struct kv **out,
    struct error *err);
/* No transaction may be open. NULL is fine. */
void kv_close(struct kv *kv);

/*
 * Begin a transaction; ended by kv_commit() or kv_abort(). A write waits for
 * the one before it. ERR_STORE, ERR_FULL.
 */
int kv_begin(struct kv *kv, bool write, struct kv_txn **out, struct error *err);
/*
 * Make a write transaction durable; ends it in any case. ERR_FULL: no space;
 * ERR_STORE: the sync failed. After either nothing of it is in the store.
 */
int kv_commit(struct kv_txn *txn, struct error *err);
/* End without a trace; also ends a read. */
void kv_abort(struct kv_txn *txn);

/* false: no such key. */
bool kv_get(struct kv_txn *txn, int tree, struct span key, struct span *value);
/* Set a key, 1 to KV_KEY_MAX bytes. ERR_FULL, ERR_STORE: abort then. */
int kv_put(struct kv_txn *txn, int tree, struct span key, struct span value,
    struct error *err);
/* kv_put() of a key above all others in the tree: faster. */
int kv_append(struct kv_txn *txn, int tree, struct span key, struct span value,
    struct error *err);
/* Deleting what is not there is no failure. */
int kv_delete(struct kv_txn *txn, int tree, struct span key, struct error *err);
/* How many keys a tree has: LMDB knows it; in memory they are counted. */
uint64_t kv_entries(struct kv_txn *txn, int tree);
/* Bytes that the store takes on disk (or in memory). */
uint64_t kv_size(struct kv *kv);

/* Give back true to go on, false to stop. */
typedef bool (*kv_walk_fn)(void *arg, struct span key, struct span value);
/* In order from the first key >= `from` (empty: the first of all). */
int kv_walk(struct kv_txn *txn, int tree, struct span from, kv_walk_fn fn,
    void *arg, struct error *err);
/* The greatest key of a tree; false: the tree is empty. */
bool kv_last(struct kv_txn *txn, int tree, struct span *key,
    struct span *value);

#endif
