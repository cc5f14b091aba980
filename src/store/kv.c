/*
 * What holds for every kind of store is looked at here, once: keys that are put
 * have a length that fits, and only a write transaction writes.
 */
#include "store/kv.h"

#include "store/kv_ops.h"

void
kv_close(struct kv *kv)
{
	if (kv)
		kv->ops->close(kv);
}

int
kv_begin(struct kv *kv, bool write, struct kv_txn **out, struct error *err)
{
	return kv->ops->begin(kv, write, out, err);
}

int
kv_commit(struct kv_txn *txn, struct error *err)
{
	ASSERT(txn->write);
	return txn->kv->ops->commit(txn, err);
}

void
kv_abort(struct kv_txn *txn)
{
	if (txn)
		txn->kv->ops->abort(txn);
}

bool
kv_get(struct kv_txn *txn, int tree, struct span key, struct span *value)
{
	return txn->kv->ops->get(txn, tree, key, value);
}

int
kv_put(struct kv_txn *txn, int tree, struct span key, struct span value,
    struct error *err)
{
	ASSERT(txn->write && key.len > 0 && key.len <= KV_KEY_MAX);
	return txn->kv->ops->put(txn, tree, key, value, err);
}

int
kv_append(struct kv_txn *txn, int tree, struct span key, struct span value,
    struct error *err)
{
	ASSERT(txn->write && key.len > 0 && key.len <= KV_KEY_MAX);
	return txn->kv->ops->append(txn, tree, key, value, err);
}

int
kv_delete(struct kv_txn *txn, int tree, struct span key, struct error *err)
{
	ASSERT(txn->write);
	return txn->kv->ops->remove(txn, tree, key, err);
}

uint64_t
kv_entries(struct kv_txn *txn, int tree)
{
	return txn->kv->ops->entries(txn, tree);
}

uint64_t
kv_size(struct kv *kv)
{
	return kv->ops->size(kv);
}

int
kv_walk(struct kv_txn *txn, int tree, struct span from, kv_walk_fn fn,
    void *arg, struct error *err)
{
	return txn->kv->ops->walk(txn, tree, from, fn, arg, err);
}

bool
kv_last(struct kv_txn *txn, int tree, struct span *key, struct span *value)
{
	return txn->kv->ops->last(txn, tree, key, value);
}
