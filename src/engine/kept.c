/*
 * An item that is here, be it as a message, is not kept again. Two who bring the
 * same one at a time may both not see it: then it is in the journal twice, which
 * tells it once (journal_items.c).
 */
#include "engine/kept.h"

#include "base/clock.h"
#include "ao/protocol.h"

/* A new one, durable; *ms is when it came. */
static int
write_new(struct engine *e, const struct message *m, uint64_t *ms,
    struct error *err)
{
	struct batch_item item = { .id = m->id,
		.bytes = buf_span(&m->bytes),
		.timestamp_ms = clock_wall_ms() };
	struct batch *b = batch_new();

	if (!protocol_tag(m, "Type", &item.type))
		(void)message_tag(m, "Type", &item.type);
	batch_add_item(b, &item);
	if (journal_write(e->journal, b, err) < 0) {
		engine_fail(e, err);
		return -1;
	}
	*ms = item.timestamp_ms;
	return 0;
}

int
kept_add(struct engine *e, struct span item, struct id *id,
    uint64_t *timestamp_ms, struct error *err)
{
	struct message *m;
	uint64_t ms;
	int rc;

	if (engine_check(e, err) < 0)
		return -1;
	if (item.len > KEPT_ITEM_MAX)
		return FAIL(err, ERR_LIMIT,
		    "an item of %zu bytes: the limit is %d", item.len,
		    KEPT_ITEM_MAX);
	if (message_verify(item, &m, err) < 0)
		return -1;
	rc = journal_item_time(e->journal, &m->id, &ms, err);
	if (rc < 0 && err->code == ERR_NOT_FOUND)
		rc = write_new(e, m, &ms, err);
	if (rc == 0) {
		*id = m->id;
		*timestamp_ms = ms;
	}
	message_unref(m);
	return rc;
}

int
kept_add_own(struct engine *e, struct span item, struct error *err)
{
	struct batch_item kept = { .bytes = item,
		.timestamp_ms = clock_wall_ms() };
	struct data_item decoded;
	struct batch *b;

	if (ans104_decode(item, &decoded, err) < 0)
		return -1;
	kept.id = ans104_id(&decoded);
	b = batch_new();
	batch_add_item(b, &kept);
	journal_submit(e->journal, b, NULL, NULL);
	return 0;
}
