/*
 * Deriving must not depend on what is there already, since after a crash the
 * same records are derived again over what a part of them has left. So counts
 * only grow to what a record says (slots, evaluated), entries are set, not
 * changed, and an open push that was marked done is put and taken out again.
 *
 * Numbers in keys are big-endian, in values little-endian as everywhere else.
 * The number of a name's entry is inverted, so that the newest process of a
 * name comes first.
 */
#include "store/journal_derive.h"

struct index_key
derive_id_key(const struct id *id, enum id_kind kind)
{
	struct index_key k = { .len = 0 };

	key_add_bytes(&k, id_span(id));
	key_add_u8(&k, (uint8_t)kind);
	return k;
}

struct index_key
derive_message_key(const struct id *id, uint64_t number)
{
	struct index_key k = derive_id_key(id, ID_MESSAGE);

	key_add_u64(&k, number);
	return k;
}

struct index_key
derive_slot_key(uint64_t number, uint64_t slot)
{
	struct index_key k = derive_process_key(number);

	key_add_u64(&k, slot);
	return k;
}

struct index_key
derive_process_key(uint64_t number)
{
	struct index_key k = { .len = 0 };

	key_add_u64(&k, number);
	return k;
}

/* FNV-1a: names that collide are told apart by the value. */
struct index_key
derive_name_prefix(struct span name)
{
	struct index_key k = { .len = 0 };
	uint64_t h = 0xcbf29ce484222325U;

	for (size_t i = 0; i < name.len; i++)
		h = (h ^ name.p[i]) * 0x100000001b3U;
	key_add_u64(&k, h);
	return k;
}

/* By the sequence of the result: the oldest pushes come first. */
static struct index_key
open_key(uint64_t seq, uint32_t entry)
{
	struct index_key k = { .len = 0 };

	key_add_u64(&k, seq);
	key_add_u32(&k, entry);
	return k;
}

/* --- reading --- */

/* A number out of a key. */
static bool
take_be(struct span *in, size_t bytes, uint64_t *v)
{
	uint64_t n = 0;

	if (in->len < bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | in->p[i];
	*in = span_from(*in, bytes);
	*v = n;
	return true;
}

/* Also of keys, where ids stand as their bytes. */
static bool
take_id(struct span *in, struct id *id)
{
	struct span bytes;

	if (!take_bytes(in, ID_BYTES, &bytes))
		return false;
	memcpy(id->bytes, bytes.p, ID_BYTES);
	return true;
}

bool
derive_read_id(struct span value, uint64_t *n, uint64_t *slot)
{
	return take_u64(&value, n) && take_u64(&value, slot);
}

bool
derive_read_place(struct span value, struct slot_place *place)
{
	return take_u64(&value, &place->assigned) &&
	    take_u64(&value, &place->result);
}

bool
derive_read_process(struct span key, struct span value,
    struct journal_process *p)
{
	return take_be(&key, 8, &p->number) && take_id(&value, &p->id) &&
	    take_u64(&value, &p->slots) && take_u64(&value, &p->evaluated);
}

bool
derive_read_name(struct span value, struct id *id, struct span *name,
    struct span *owner)
{
	return take_id(&value, id) && take_block(&value, name) &&
	    take_block(&value, owner);
}

bool
derive_read_open(struct span key, struct span value, struct push_key *p)
{
	uint64_t seq;
	uint64_t entry;

	if (!take_be(&key, 8, &seq) || !take_be(&key, 4, &entry) ||
	    !take_u64(&value, &p->process) || !take_u64(&value, &p->slot))
		return false;
	p->entry = (uint32_t)entry;
	return true;
}

/* --- writing --- */

/* Most values are two numbers. */
static void
put_numbers(struct index *x, enum tree tree, struct index_key key, uint64_t a,
    uint64_t b)
{
	uint8_t v[16];

	for (size_t i = 0; i < 8; i++) {
		v[i] = (uint8_t)(a >> (8 * i));
		v[8 + i] = (uint8_t)(b >> (8 * i));
	}
	index_put(x, tree, key_span(&key), span_of(v, sizeof(v)));
}

/* Zeroes for a slot that is not there yet. */
static struct slot_place
get_place(struct index *x, uint64_t number, uint64_t slot)
{
	struct index_key k = derive_slot_key(number, slot);
	struct slot_place place = { 0, 0 };
	struct index_value v;

	if (index_peek(x, TREE_SLOT, key_span(&k), &v))
		derive_read_place(value_span(&v), &place);
	return place;
}

/* A process that is not there yet has no slots. */
static struct journal_process
get_process(struct index *x, uint64_t number)
{
	struct index_key k = derive_process_key(number);
	struct journal_process p = { .number = number };
	struct index_value v;

	if (index_peek(x, TREE_PROCESS, key_span(&k), &v))
		derive_read_process(key_span(&k), value_span(&v), &p);
	return p;
}

/* The whole value: it is written again with every slot. */
static void
put_process(struct index *x, const struct journal_process *p)
{
	struct index_key k = derive_process_key(p->number);
	struct buf v = BUF_INIT;

	buf_add_span(&v, id_span(&p->id));
	buf_add_u64(&v, p->slots);
	buf_add_u64(&v, p->evaluated);
	index_put(x, TREE_PROCESS, key_span(&k), buf_span(&v));
	buf_release(&v);
}

/* Name and owner stand in the value, since the key holds but a hash. */
static void
put_name(struct index *x, const struct record *r)
{
	struct index_key k = derive_name_prefix(r->name);
	struct buf v = BUF_INIT;

	key_add_u64(&k, ~r->number); /* the newest first */
	buf_add_span(&v, id_span(&r->process));
	buf_add_block(&v, r->name);
	buf_add_block(&v, r->owner);
	index_put(x, TREE_NAME, key_span(&k), buf_span(&v));
	buf_release(&v);
}

/* A slot's message is found by id and process, its assignment by id alone. */
static void
derive_slot(struct index *x, uint64_t seq, const struct record *r)
{
	struct journal_process p = get_process(x, r->number);
	struct slot_place place = { 0, 0 };

	/* a new slot, the common case, needs no looking up */
	if (r->slot < p.slots)
		place = get_place(x, r->number, r->slot);
	put_numbers(x, TREE_SLOT, derive_slot_key(r->number, r->slot), seq,
	    place.result);
	put_numbers(x, TREE_ID, derive_id_key(&r->id, ID_ASSIGNMENT), seq, 0);
	put_numbers(x, TREE_ID, derive_message_key(&r->message, r->number), seq,
	    r->slot);
	if (r->slot == 0) {
		put_numbers(x, TREE_ID, derive_id_key(&r->process, ID_PROCESS),
		    r->number, 0);
		if (r->name.len > 0)
			put_name(x, r);
	}
	p.id = r->process;
	if (p.slots <= r->slot)
		p.slots = r->slot + 1;
	put_process(x, &p);
}

/* Each push of its outbox is open from here on, until a record says done. */
static void
derive_result(struct index *x, uint64_t seq, const struct record *r)
{
	struct journal_process p = get_process(x, r->number);
	struct slot_place place = get_place(x, r->number, r->slot);

	put_numbers(x, TREE_SLOT, derive_slot_key(r->number, r->slot),
	    place.assigned, seq);
	for (uint32_t i = 0; i < r->pushes; i++)
		put_numbers(x, TREE_OPEN, open_key(seq, i), r->number, r->slot);
	if (p.evaluated <= r->slot)
		p.evaluated = r->slot + 1;
	put_process(x, &p);
}

/* Of a result that is not there nothing is open. */
static void
derive_pushed(struct index *x, const struct record *r)
{
	struct slot_place place = get_place(x, r->number, r->slot);
	struct index_key k = open_key(place.result, r->entry);

	if (place.result)
		index_delete(x, TREE_OPEN, key_span(&k), place.result);
}

void
derive(struct index *x, uint64_t seq, const struct record *r)
{
	switch (r->kind) {
	case RECORD_SLOT:
		derive_slot(x, seq, r);
		break;
	case RECORD_RESULT:
		derive_result(x, seq, r);
		break;
	case RECORD_PUSHED:
		derive_pushed(x, r);
		break;
	case RECORD_ITEM:
		put_numbers(x, TREE_ID, derive_id_key(&r->id, ID_ITEM), seq, 0);
		break;
	case RECORD_MODULE:
		put_numbers(x, TREE_ID, derive_id_key(&r->id, ID_MODULE), seq,
		    0);
		break;
	}
}
