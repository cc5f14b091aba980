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

void
batch_add_pushed(struct batch *b, const struct push_key *key)
{
	struct buf *out = &b->records;
	size_t at = begin_record(b, RECORD_PUSHED, 0);

	buf_add_u64(out, key->process);
	buf_add_u64(out, key->slot);
	buf_add_u32(out, key->entry);
	end_record(b, at);
}

/* Item and module differ in kind alone. */
static void
add_bytes(struct batch *b, enum record_kind kind, const struct id *id,
    struct span bytes)
{
	size_t at = begin_record(b, kind, bytes.len);

	buf_add_span(&b->records, id_span(id));
	buf_add_block(&b->records, bytes);
	end_record(b, at);
}

void
batch_add_item(struct batch *b, const struct id *id, struct span item)
{
	add_bytes(b, RECORD_ITEM, id, item);
}

void
batch_add_module(struct batch *b, const struct id *id, struct span bytes)
{
	add_bytes(b, RECORD_MODULE, id, bytes);
}

/* --- reading --- */

static bool
take_id(struct span *in, struct id *id)
{
	struct span bytes;

	if (!take_bytes(in, ID_BYTES, &bytes))
		return false;
	memcpy(id->bytes, bytes.p, ID_BYTES);
	return true;
}

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

/* In the order of batch_add_result(); a verdict must be one of ours. */
static bool
take_result(struct span *in, struct record *r)
{
	struct span chain;
	uint8_t verdict;

	if (!take_u64(in, &r->number) || !take_u64(in, &r->slot) ||
	    !take_u32(in, &r->pushes) || !take_u8(in, &verdict) ||
	    !take_bytes(in, SHA256_BYTES, &chain) ||
	    !take_block(in, &r->text) || verdict > VERDICT_OUTPUT)
		return false;
	r->verdict = (enum verdict)verdict;
	memcpy(r->chain, chain.p, SHA256_BYTES);
	return true;
}

/* In the order of batch_add_pushed(). */
static bool
take_pushed(struct span *in, struct record *r)
{
	return take_u64(in, &r->number) && take_u64(in, &r->slot) &&
	    take_u32(in, &r->entry);
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
	}
	return false;
}

int
record_decode(struct span in, struct record *r, struct error *err)
{
	struct record got = { .number = 0 };
	uint8_t kind;

	if (!take_u8(&in, &kind) || kind < RECORD_SLOT || kind > RECORD_MODULE)
		return FAIL(err, ERR_STORE, "a record of no known kind");
	got.kind = (enum record_kind)kind;
	if (!take_body(&in, &got) || in.len != 0)
		return FAIL(err, ERR_STORE, "a broken record of kind %u", kind);
	*r = got;
	return 0;
}
