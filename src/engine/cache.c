/*
 * The lock of an actor's cache is held while the log is read: only readers want
 * it, and the journal calls nobody back.
 */
#include "engine/cache.h"

#include <inttypes.h>

/* Merge one more slot. */
static int
merge_slot(struct engine *e, struct actor *a, uint64_t slot, struct error *err)
{
	struct slot_record record;

	if (journal_read_slot(e->journal, a->number, slot, &record, err) < 0)
		return FAIL_IN(err, "slot %" PRIu64, slot);
	if (record.evaluated && record.result.verdict == VERDICT_OK)
		patch_cache_merge(&a->cache, buf_span(&record.result.json));
	slot_record_release(&record);
	return 0;
}

int
cache_read(struct engine *e, struct actor *a, struct span key, struct buf *out,
    struct error *err)
{
	uint64_t told;
	int rc = 0;

	lock(&a->lock);
	told = a->told;
	unlock(&a->lock);
	lock(&a->read_lock);
	for (; rc == 0 && a->cached < told; a->cached += rc == 0)
		rc = merge_slot(e, a, a->cached, err);
	if (rc == 0)
		(void)patch_cache_write(&a->cache, key, out);
	unlock(&a->read_lock);
	roster_touch(&e->actors, a);
	return rc;
}
