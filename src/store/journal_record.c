/*
 * A batch is its records as bytes already, so that submitting copies nothing
 * and the writer only cuts at the lengths. Whoever needs a field decodes the
 * record. No field ever changes its meaning: a new kind of record gets a new
 * number.
 */
#include "store/journal_record.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "store/journal_checkpoint.h"
#include "store/journal_derive.h"

struct batch *
batch_new(void)
{
	return xcalloc(1, sizeof(struct batch));
}

void
batch_free(struct batch *b)
{
	if (!b)
		return;
	buf_release(&b->records);
	buf_release(&b->marks);
	checkpoint_changes_free(b->changes);
	free(b);
}

/* Begin a block of unknown length; gives what end_record() needs. */
static size_t
begin_record(struct batch *b, enum record_kind kind, size_t room)
{
	size_t at = b->records.len;

	buf_reserve(&b->records, room + 256);
	buf_add_u32(&b->records, 0);
	buf_add_byte(&b->records, (uint8_t)kind);
	return at;
}

/* Now the length is known: it goes in front. */
static void
end_record(struct batch *b, size_t at)
{
	size_t len = b->records.len - at - 4;

	ASSERT(len <= UINT32_MAX);
	for (int i = 0; i < 4; i++)
		b->records.p[at + (size_t)i] = (uint8_t)(len >> (8 * i));
	b->count++;
}

void
batch_add_slot(struct batch *b, const struct batch_slot *slot)
{
	struct slot_mark mark = { derive_message_key(&slot->assignment->message,
				      slot->number),
		slot->assignment->slot };
	struct buf *out = &b->records;
	size_t at = begin_record(b, RECORD_SLOT,
	    slot->assignment_item.len + slot->message_item.len +
		slot->owner.len + slot->name.len);

	buf_add_u64(out, slot->number);
	buf_add_u64(out, slot->assignment->slot);
	buf_add_span(out, id_span(&slot->id));
	buf_add_span(out, id_span(&slot->assignment->process));
	buf_add_span(out, id_span(&slot->assignment->message));
	buf_add_block(out, slot->owner);
	buf_add_block(out, slot->name);
	buf_add_block(out, slot->assignment_item);
	buf_add_block(out, slot->message_item);
	end_record(b, at);
	buf_add(&b->marks, &mark, sizeof(mark));
}

void
batch_add_result(struct batch *b, uint64_t number, uint64_t slot,
    const struct result *r, const uint8_t chain[SHA256_BYTES], uint32_t pushes)
{
	struct buf *out = &b->records;
	size_t at = begin_record(b, RECORD_RESULT, r->json.len);

	buf_add_u64(out, number);
	buf_add_u64(out, slot);
	buf_add_u32(out, pushes);
	buf_add_byte(out, (uint8_t)r->verdict);
	buf_add(out, chain, SHA256_BYTES);
	buf_add_block(out, buf_span(&r->json));
	end_record(b, at);
}

/* A tick's key has its number behind all else. */
void
batch_add_pushed(struct batch *b, const struct push_key *key)
{
	struct buf *out = &b->records;
	size_t at =
	    begin_record(b, key->tick ? RECORD_TICK_PUSHED : RECORD_PUSHED, 0);

	buf_add_u64(out, key->process);
	buf_add_u64(out, key->slot);
	buf_add_u32(out, key->entry);
	if (key->tick)
		buf_add_u32(out, key->tick);
	end_record(b, at);
}

void
batch_add_cron(struct batch *b, uint64_t number, uint32_t schedules)
{
	size_t at = begin_record(b, RECORD_CRON, 0);

	buf_add_u64(&b->records, number);
	buf_add_u32(&b->records, schedules);
	end_record(b, at);
}

void
batch_add_lazy(struct batch *b, uint64_t number)
{
	size_t at = begin_record(b, RECORD_LAZY, 0);

	buf_add_u64(&b->records, number);
	end_record(b, at);
}

void
batch_add_tick(struct batch *b, const struct journal_tick *tick)
{
	struct buf *out = &b->records;
	size_t at = begin_record(b, RECORD_TICK, tick->interval.len);

	buf_add_u64(out, tick->number);
	buf_add_u64(out, tick->at.slot);
	buf_add_u32(out, tick->at.tick);
	buf_add_u64(out, tick->timestamp_ms);
	buf_add_u64(out, tick->height);
	buf_add_u32(out, tick->schedule);
	buf_add_u64(out, tick->ticks);
	buf_add_u64(out, tick->count);
	buf_add_u64(out, tick->late);
	buf_add_block(out, tick->interval);
	end_record(b, at);
}

void
batch_add_tick_result(struct batch *b, const struct batch_tick_result *r)
{
	struct buf *out = &b->records;
	size_t at = begin_record(b, RECORD_TICK_RESULT, r->result->json.len);

	buf_add_u64(out, r->number);
	buf_add_u64(out, r->at.slot);
	buf_add_u32(out, r->at.tick);
	buf_add_u64(out, r->ticks);
	buf_add_u32(out, r->pushes);
	buf_add_byte(out, (uint8_t)r->result->verdict);
	buf_add(out, r->chain, SHA256_BYTES);
	buf_add_block(out, buf_span(&r->result->json));
	end_record(b, at);
}

/* What is on or off, by the last such record. */
static void
add_switch(struct batch *b, enum record_kind kind, uint64_t number, bool on)
{
	size_t at = begin_record(b, kind, 0);

	buf_add_u64(&b->records, number);
	buf_add_byte(&b->records, on);
	end_record(b, at);
}

void
batch_add_monitor(struct batch *b, uint64_t number, bool on)
{
	add_switch(b, RECORD_MONITOR, number, on);
}

void
batch_add_stop(struct batch *b, uint64_t number, bool on)
{
	add_switch(b, RECORD_STOP, number, on);
}

void
batch_add_item(struct batch *b, const struct batch_item *item)
{
	size_t at =
	    begin_record(b, RECORD_KEPT, item->type.len + item->bytes.len);

	buf_add_span(&b->records, id_span(&item->id));
	buf_add_u64(&b->records, item->timestamp_ms);
	buf_add_block(&b->records, item->type);
	buf_add_block(&b->records, item->bytes);
	end_record(b, at);
}

void
batch_add_module(struct batch *b, const struct id *id, struct span bytes)
{
	size_t at = begin_record(b, RECORD_MODULE, bytes.len);

	buf_add_span(&b->records, id_span(id));
	buf_add_block(&b->records, bytes);
	end_record(b, at);
}

/* --- reading --- */

/* In the order of batch_add_slot(). */
static bool
take_slot(struct span *in, struct record *r)
{
	return take_u64(in, &r->number) && take_u64(in, &r->slot) &&
	    take_id(in, &r->id) && take_id(in, &r->process) &&
	    take_id(in, &r->message) && take_block(in, &r->owner) &&
	    take_block(in, &r->name) && take_block(in, &r->item) &&
	    take_block(in, &r->text);
}

/* How results end; a verdict must be one of ours. */
static bool
take_outcome(struct span *in, struct record *r)
{
	struct span chain;
	uint8_t verdict;

	if (!take_u32(in, &r->pushes) || !take_u8(in, &verdict) ||
	    !take_bytes(in, SHA256_BYTES, &chain) ||
	    !take_block(in, &r->text) || verdict > VERDICT_COMPUTE)
		return false;
	r->verdict = (enum verdict)verdict;
	memcpy(r->chain, chain.p, SHA256_BYTES);
	return true;
}

/* In the order of batch_add_result(). */
static bool
take_result(struct span *in, struct record *r)
{
	return take_u64(in, &r->number) && take_u64(in, &r->slot) &&
	    take_outcome(in, r);
}

/* How records of ticks begin. */
static bool
take_place(struct span *in, struct record *r)
{
	struct position *at = &r->tick.at;

	if (!take_u64(in, &r->number) || !take_u64(in, &r->slot) ||
	    !take_u32(in, &at->tick) || at->tick == 0)
		return false;
	at->slot = r->slot;
	r->tick.number = r->number;
	return true;
}

/* In the order of batch_add_tick(). */
static bool
take_tick(struct span *in, struct record *r)
{
	struct journal_tick *t = &r->tick;

	return take_place(in, r) && take_u64(in, &t->timestamp_ms) &&
	    take_u64(in, &t->height) && take_u32(in, &t->schedule) &&
	    take_u64(in, &t->ticks) && take_u64(in, &t->count) &&
	    take_u64(in, &t->late) && take_block(in, &t->interval);
}

/* In the order of batch_add_tick_result(). */
static bool
take_tick_result(struct span *in, struct record *r)
{
	return take_place(in, r) && take_u64(in, &r->tick.ticks) &&
	    take_outcome(in, r);
}

/* In the order of add_switch(). */
static bool
take_switch(struct span *in, struct record *r)
{
	uint8_t on;

	if (!take_u64(in, &r->number) || !take_u8(in, &on) || on > 1)
		return false;
	r->on = on;
	return true;
}

/* In the order of batch_add_pushed(). */
static bool
take_pushed(struct span *in, struct record *r)
{
	return take_u64(in, &r->number) && take_u64(in, &r->slot) &&
	    take_u32(in, &r->entry);
}

/* The same of a tick. */
static bool
take_tick_pushed(struct span *in, struct record *r)
{
	if (!take_pushed(in, r) || !take_u32(in, &r->tick.at.tick))
		return false;
	r->tick.at.slot = r->slot;
	return r->tick.at.tick > 0;
}

/* In the order of batch_add_item(). */
static bool
take_kept(struct span *in, struct record *r)
{
	return take_id(in, &r->id) && take_u64(in, &r->kept_ms) &&
	    take_block(in, &r->type) && take_block(in, &r->item);
}

/* False: cut off, or of a value that no record of ours has. */
static bool
take_body(struct span *in, struct record *r)
{
	switch (r->kind) {
	case RECORD_SLOT:
		return take_slot(in, r);
	case RECORD_RESULT:
		return take_result(in, r);
	case RECORD_PUSHED:
		return take_pushed(in, r);
	case RECORD_ITEM:
	case RECORD_MODULE:
		return take_id(in, &r->id) && take_block(in, &r->item);
	case RECORD_CRON:
		return take_u64(in, &r->number) && take_u32(in, &r->schedules);
	case RECORD_TICK:
		return take_tick(in, r);
	case RECORD_TICK_RESULT:
		return take_tick_result(in, r);
	case RECORD_TICK_PUSHED:
		return take_tick_pushed(in, r);
	case RECORD_MONITOR:
	case RECORD_STOP:
		return take_switch(in, r);
	case RECORD_LAZY:
		return take_u64(in, &r->number);
	case RECORD_KEPT:
		return take_kept(in, r);
	}
	return false;
}

int
record_decode(struct span in, struct record *r, struct error *err)
{
	struct record got = { .number = 0 };
	uint8_t kind;

	if (!take_u8(&in, &kind) || kind < RECORD_SLOT || kind > RECORD_KEPT)
		return FAIL(err, ERR_STORE, "a record of no known kind");
	got.kind = (enum record_kind)kind;
	if (!take_body(&in, &got) || in.len != 0)
		return FAIL(err, ERR_STORE, "a broken record of kind %u", kind);
	*r = got;
	return 0;
}
