/*
 * Deriving must not depend on what is there already, since after a crash the
 * same records are derived again over what a part of them has left. So counts
 * only grow to what a record says (slots, evaluated, ticks), entries are set,
 * not changed, and an open push that was marked done is put and taken out
 * again. What may go back, as a switch does, goes through the same values
 * again and ends at the last one.
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
derive_entry_key(uint64_t number, struct position at)
{
	struct index_key k = derive_slot_key(number, at.slot);

	if (at.tick)
		key_add_u32(&k, at.tick);
	return k;
}

struct index_key
derive_schedule_key(uint64_t number, uint32_t schedule)
{
	struct index_key k = derive_process_key(number);

	key_add_u32(&k, schedule);
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

bool
derive_read_id(struct span value, uint64_t *n, uint64_t *slot)
{
	return take_u64(&value, n) && take_u64(&value, slot);
}

bool
derive_read_message(struct span key, uint64_t *number)
{
	struct span id;
	uint8_t kind;

	return take_bytes(&key, ID_BYTES, &id) && take_u8(&key, &kind) &&
	    kind == ID_MESSAGE && take_be(&key, 8, number);
}

bool
derive_read_place(struct span value, struct slot_place *place)
{
	return take_u64(&value, &place->assigned) &&
	    take_u64(&value, &place->result);
}

enum process_flag {
	PROCESS_MONITORED = 1,
	PROCESS_LAZY = 2,
	PROCESS_STOPPED = 4,
};

/* Ticks and all that: what most processes do not have. */
static bool
take_cron_part(struct span *value, struct journal_process *p)
{
	uint32_t ticks;
	uint32_t done;
	uint8_t flags;

	if (!take_u32(value, &ticks) || !take_u32(value, &done) ||
	    !take_u64(value, &p->ticks) || !take_u64(value, &p->ticks_done) ||
	    !take_u32(value, &p->crons) || !take_u8(value, &flags))
		return false;
	p->end = position_end(p->slots, ticks);
	p->done = position_end(p->evaluated, done);
	p->monitored = flags & PROCESS_MONITORED;
	p->lazy = flags & PROCESS_LAZY;
	p->stopped = flags & PROCESS_STOPPED;
	return true;
}

bool
derive_read_process(struct span key, struct span value,
    struct journal_process *p)
{
	struct journal_process got = { .number = 0 };

	if (!take_be(&key, 8, &got.number) || !take_id(&value, &got.id) ||
	    !take_u64(&value, &got.slots) || !take_u64(&value, &got.evaluated))
		return false;
	got.end = position_end(got.slots, 0);
	got.done = position_end(got.evaluated, 0);
	if (value.len > 0 && !take_cron_part(&value, &got))
		return false;
	*p = got;
	return true;
}

bool
derive_read_name(struct span value, struct id *id, struct span *name,
    struct span *owner)
{
	return take_id(&value, id) && take_block(&value, name) &&
	    take_block(&value, owner);
}

bool
derive_read_listed(struct span key, uint64_t *n)
{
	uint64_t hash;

	if (!take_be(&key, 8, &hash) || !take_be(&key, 8, n) || key.len > 0)
		return false;
	*n = ~*n;
	return true;
}

bool
derive_read_open(struct span key, struct span value, struct push_key *p)
{
	struct push_key got = { .tick = 0 };
	uint64_t seq;
	uint64_t entry;

	if (!take_be(&key, 8, &seq) || !take_be(&key, 4, &entry) ||
	    !take_u64(&value, &got.process) || !take_u64(&value, &got.slot) ||
	    (value.len > 0 && !take_u32(&value, &got.tick)))
		return false;
	got.entry = (uint32_t)entry;
	*p = got;
	return true;
}

bool
derive_read_schedule(struct span value, struct journal_schedule *s)
{
	return take_u64(&value, &s->count) && take_u64(&value, &s->late) &&
	    take_u64(&value, &s->last.slot) &&
	    take_u32(&value, &s->last.tick) && take_u64(&value, &s->last_ms);
}

bool
derive_read_cron(struct span key, uint64_t *number)
{
	return take_be(&key, 8, number) && key.len == 0;
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

/* Zeroes for an entry that is not there yet. */
static struct slot_place
get_place(struct index *x, uint64_t number, struct position at)
{
	struct index_key k = derive_entry_key(number, at);
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

/* How many ticks lie behind the last of so many slots. */
static uint32_t
ticks_behind(uint64_t slots, struct position end)
{
	return slots ? end.tick - 1 : 0;
}

/*
 * The whole value: it is written again with every slot. Without ticks it is
 * short, as it was before there were any.
 */
static void
put_process(struct index *x, const struct journal_process *p)
{
	struct index_key k = derive_process_key(p->number);
	uint8_t flags = (uint8_t)((p->monitored ? PROCESS_MONITORED : 0) |
	    (p->lazy ? PROCESS_LAZY : 0) | (p->stopped ? PROCESS_STOPPED : 0));
	struct buf v = BUF_INIT;

	buf_add_span(&v, id_span(&p->id));
	buf_add_u64(&v, p->slots);
	buf_add_u64(&v, p->evaluated);
	if (p->ticks || p->crons || flags) {
		buf_add_u32(&v, ticks_behind(p->slots, p->end));
		buf_add_u32(&v, ticks_behind(p->evaluated, p->done));
		buf_add_u64(&v, p->ticks);
		buf_add_u64(&v, p->ticks_done);
		buf_add_u32(&v, p->crons);
		buf_add_byte(&v, flags);
	}
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
		place = get_place(x, r->number, position_of_slot(r->slot));
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
	if (p.slots <= r->slot) {
		p.slots = r->slot + 1;
		p.end = position_end(p.slots, 0);
	}
	put_process(x, &p);
}

/* What is open has the place of whose it is, with the tick if it is one. */
static void
put_open(struct index *x, struct index_key key, uint64_t number,
    struct position at)
{
	struct buf v = BUF_INIT;

	buf_add_u64(&v, number);
	buf_add_u64(&v, at.slot);
	if (at.tick)
		buf_add_u32(&v, at.tick);
	index_put(x, TREE_OPEN, key_span(&key), buf_span(&v));
	buf_release(&v);
}

/* The last tick of a schedule, whole as its record has it. */
static void
put_schedule(struct index *x, const struct journal_tick *t)
{
	struct index_key k = derive_schedule_key(t->number, t->schedule);
	struct buf v = BUF_INIT;

	buf_add_u64(&v, t->count);
	buf_add_u64(&v, t->late);
	buf_add_u64(&v, t->at.slot);
	buf_add_u32(&v, t->at.tick);
	buf_add_u64(&v, t->timestamp_ms);
	index_put(x, TREE_CRON, key_span(&k), buf_span(&v));
	buf_release(&v);
}

static void
derive_tick(struct index *x, uint64_t seq, const struct record *r)
{
	const struct journal_tick *t = &r->tick;
	struct journal_process p = get_process(x, r->number);
	struct slot_place place = { 0, 0 };

	if (position_before(t->at, p.end))
		place = get_place(x, r->number, t->at);
	put_numbers(x, TREE_SLOT, derive_entry_key(r->number, t->at), seq,
	    place.result);
	put_schedule(x, t);
	if (!position_before(t->at, p.end))
		p.end = position_behind(t->at);
	if (p.ticks < t->ticks)
		p.ticks = t->ticks;
	put_process(x, &p);
}

/* Of a process, and for the walk over those that have any. */
static void
derive_cron(struct index *x, const struct record *r)
{
	struct journal_process p = get_process(x, r->number);
	struct index_key k = derive_process_key(r->number);
	struct buf v = BUF_INIT;

	buf_add_u32(&v, r->schedules);
	index_put(x, TREE_CRON, key_span(&k), buf_span(&v));
	buf_release(&v);
	p.crons = r->schedules;
	put_process(x, &p);
}

static void
derive_lazy(struct index *x, const struct record *r)
{
	struct journal_process p = get_process(x, r->number);

	p.lazy = true;
	put_process(x, &p);
}

static void
derive_switch(struct index *x, const struct record *r)
{
	struct journal_process p = get_process(x, r->number);

	if (r->kind == RECORD_MONITOR)
		p.monitored = r->on;
	else
		p.stopped = r->on;
	put_process(x, &p);
}

/*
 * Each push of its outbox is open from here on, until a record says done. Of a
 * slot and of a tick alike.
 */
static void
derive_result(struct index *x, uint64_t seq, const struct record *r)
{
	const struct position at = { r->slot, r->tick.at.tick };
	struct journal_process p = get_process(x, r->number);
	struct slot_place place = get_place(x, r->number, at);

	put_numbers(x, TREE_SLOT, derive_entry_key(r->number, at),
	    place.assigned, seq);
	for (uint32_t i = 0; i < r->pushes; i++)
		put_open(x, open_key(seq, i), r->number, at);
	if (!position_before(at, p.done))
		p.done = position_behind(at);
	p.evaluated = position_slots(p.done);
	if (p.ticks_done < r->tick.ticks)
		p.ticks_done = r->tick.ticks;
	put_process(x, &p);
}

/* Of a result that is not there nothing is open. */
static void
derive_pushed(struct index *x, const struct record *r)
{
	struct slot_place place = get_place(x, r->number,
	    (struct position){ r->slot, r->tick.at.tick });
	struct index_key k = open_key(place.result, r->entry);

	if (place.result)
		index_delete(x, TREE_OPEN, key_span(&k), place.result);
}

/* One without a type is found by its id alone. */
static void
derive_kept(struct index *x, uint64_t seq, const struct record *r)
{
	struct index_key k = derive_name_prefix(r->type);

	put_numbers(x, TREE_ID, derive_id_key(&r->id, ID_ITEM), seq, 0);
	key_add_u64(&k, ~seq); /* the newest first */
	if (r->type.len > 0)
		index_put(x, TREE_TYPE, key_span(&k), id_span(&r->id));
}

void
derive(struct index *x, uint64_t seq, const struct record *r)
{
	switch (r->kind) {
	case RECORD_SLOT:
		derive_slot(x, seq, r);
		break;
	case RECORD_CRON:
		derive_cron(x, r);
		break;
	case RECORD_TICK:
		derive_tick(x, seq, r);
		break;
	case RECORD_MONITOR:
	case RECORD_STOP:
		derive_switch(x, r);
		break;
	case RECORD_LAZY:
		derive_lazy(x, r);
		break;
	case RECORD_RESULT:
	case RECORD_TICK_RESULT:
		derive_result(x, seq, r);
		break;
	case RECORD_PUSHED:
	case RECORD_TICK_PUSHED:
		derive_pushed(x, r);
		break;
	case RECORD_ITEM:
		put_numbers(x, TREE_ID, derive_id_key(&r->id, ID_ITEM), seq, 0);
		break;
	case RECORD_KEPT:
		derive_kept(x, seq, r);
		break;
	case RECORD_MODULE:
		put_numbers(x, TREE_ID, derive_id_key(&r->id, ID_MODULE), seq,
		    0);
		break;
	}
}
