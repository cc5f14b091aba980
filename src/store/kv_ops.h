/*
 * kv_ops - what a kind of store implements; for kv*.c alone.
 *
 * Each kind's structs begin with struct kv and struct kv_txn.
 */
#ifndef STORE_KV_OPS_H
#define STORE_KV_OPS_H

#include "store/kv.h"

struct kv_ops {
	void (*close)(struct kv *kv);
	int (*begin)(struct kv *kv, bool write, struct kv_txn **out,
	    struct error *err);
	int (*commit)(struct kv_txn *txn, struct error *err);
	void (*abort)(struct kv_txn *txn);
	bool (*get)(struct kv_txn *txn, int tree, struct span key,
	    struct span *value);
	int (*put)(struct kv_txn *txn, int tree, struct span key,
	    struct span value, struct error *err);
	int (*append)(struct kv_txn *txn, int tree, struct span key,
	    struct span value, struct error *err);
	int (*remove)(struct kv_txn *txn, int tree, struct span key,
	    struct error *err);
	int (*walk)(struct kv_txn *txn, int tree, struct span from,
	    kv_walk_fn fn, void *arg, struct error *err);
	bool (*last)(struct kv_txn *txn, int tree, struct span *key,
	    struct span *value);
	uint64_t (*entries)(struct kv_txn *txn, int tree);
	uint64_t (*size)(struct kv *kv);
};

struct kv {
	const struct kv_ops *ops;
};

struct kv_txn {
	struct kv *kv;
	bool write;
};

#endif
