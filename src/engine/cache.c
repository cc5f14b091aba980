/*
 * The lock of an actor's cache is held while the log is read: only readers want
 * it, and the journal calls nobody back.
 */
#include "engine/cache.h"

/* Merge one more result, of a slot or a tick. */
static int
merge_next(struct engine *e, struct actor *a, struct error *err)
{
	struct position at = a->cached;
	struct slot_record record;

	if (journal_read_entry(e->journal, a->number, &at, &record, err) < 0)
		return FAIL_IN(err, "slot %s", position_text(at).text);
	if (record.evaluated && record.result.verdict == VERDICT_OK)
		patch_cache_merge(&a->cache, buf_span(&record.result.json));
	slot_record_release(&record);
	a->cached = position_behind(at);
	return 0;
}

int
cache_read(struct engine *e, struct actor *a, struct span key, struct buf *out,
    struct error *err)
{
	struct position told;
	int rc = 0;

	lock(&a->lock);
	told = a->told;
	unlock(&a->lock);
	lock(&a->read_lock);
	while (rc == 0 && position_before(a->cached, told))
		rc = merge_next(e, a, err);
	if (rc == 0)
		(void)patch_cache_write(&a->cache, key, out);
	unlock(&a->read_lock);
	roster_touch(&e->actors, a);
	return rc;
}
