/*
 * Results of a process are told in slot order, each behind its own pushes. So
 * whoever sees a result finds what it sent already scheduled, and a message
 * sent afterwards comes behind.
 *
 * A push carries its key (process, slot, entry) into the journal: the record
 * that says "done" is in the same batch as the assignment at the receiver. A
 * crash leaves both or neither. What is pushed again after a crash is the same
 * item, byte for byte, and a message that has a slot gets no second one; so it
 * is found to be there, and only marked.
 *
 * A spawn takes two steps, the child and the notice to the parent. Only the
 * notice carries the mark: a crash in between makes the same child again, which
 * is there.
 *
 * What cannot be sent (an entry that is none, a process that will not be) is
 * dropped and marked, or it would be tried at every start.
 */
#include "engine/messenger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/fault.h"
#include "engine/kept.h"
#include "engine/scheduler.h"

/* The result at that place may be heard of now. */
static void
tell(struct engine *e, struct actor *a, struct position at)
{
	lock(&a->lock);
	if (!position_before(at, a->told))
		a->told = position_behind(at);
	unlock(&a->lock);
	watch_notify(&e->watches, &a->id);
	engine_open_count(e, a, -1);
}

/* Also on the writer's thread, which must not block: it pushes nothing. */
void
messenger_queue(struct engine *e, struct actor *a, struct outgoing *outgoing)
{
	bool at_once;

	lock(&a->lock);
	/* nothing to push and nothing in front of it: no turn needed */
	at_once = !outgoing->has_outbox && !outgoing->read_back &&
	    !a->outgoing && !a->telling;
	if (!at_once) {
		outgoing->next = NULL;
		*a->outgoing_end = outgoing;
		a->outgoing_end = &outgoing->next;
	}
	unlock(&a->lock);
	if (at_once) {
		tell(e, a, outgoing->at);
		outgoing_free(outgoing);
	} else {
		engine_wake(e, a);
	}
}

/* Schedule an item of ours. */
static int
submit_item(struct engine *e, struct span item, struct delivery *d,
    struct error *err)
{
	struct message *m;

	/* signed a moment ago with our own key */
	if (message_decode(item, &m, err) < 0)
		return -1;
	return scheduler_submit(e, m, d, NULL, err);
}

/* Send a message entry to its process, or keep it when it is for a wallet. */
static void
push_message(struct engine *e, struct actor *a, const struct outgoing *o,
    const struct outbox_entry *entry, const struct push_key *key)
{
	struct delivery *d = delivery_new(key, 1);
	struct buf item = BUF_INIT;
	struct error err;
	int rc;

	rc = outbox_message_item(entry, &a->process, o->cause, e->key, &item,
	    &err);
	if (rc == 0)
		rc = submit_item(e, buf_span(&item), d, &err);
	if (rc < 0) {
		if (err.code == ERR_NOT_FOUND)
			(void)kept_add_own(e, buf_span(&item), &err);
		delivery_drop(e, d, &err);
	}
	buf_release(&item);
}

/* Tell the parent of a child that was made. */
static void
push_notice(struct engine *e, struct actor *a, const struct outbox_entry *entry,
    const struct id *child, struct delivery *d)
{
	struct buf notice = BUF_INIT;
	struct error err;

	if (outbox_spawned_item(entry, &a->process, child, e->key, &notice,
		&err) < 0 ||
	    submit_item(e, buf_span(&notice), d, &err) < 0)
		delivery_drop(e, d, &err);
	buf_release(&notice);
}

/* Make the child, then tell the parent. */
static void
push_spawn(struct engine *e, struct actor *a, const struct outgoing *o,
    const struct outbox_entry *entry, const struct push_key *key)
{
	struct delivery *d = delivery_new(key, 2);
	struct buf child = BUF_INIT;
	struct data_item item;
	struct error err;

	if (outbox_spawn_item(entry, &a->process, o->cause, e->key, &child,
		&err) < 0 ||
	    ans104_decode(buf_span(&child), &item, &err) < 0 ||
	    submit_item(e, buf_span(&child), d, &err) < 0) {
		delivery_drop(e, d, &err);
		delivery_drop(e, d, &err);
	} else {
		const struct id id = ans104_id(&item);

		push_notice(e, a, entry, &id, d);
	}
	buf_release(&child);
}

/* An entry of which nothing comes. */
static void
push_nothing(struct engine *e, const struct push_key *key,
    const struct error *why)
{
	delivery_drop(e, delivery_new(key, 1), why);
}

/* Give a message a slot in a process; a share of `d` is taken. */
static void
assign_item(struct engine *e, struct span item, struct assigned *to,
    struct delivery *d)
{
	struct error err;

	if (message_decode(item, &to->message, &err) < 0 ||
	    scheduler_assign(e, to, d, NULL, &err) < 0)
		delivery_drop(e, d, &err);
}

/* Give a message that is kept here a slot in further processes, too. */
static void
push_assignment(struct engine *e, const struct outbox_entry *entry,
    const struct push_key *key)
{
	struct span rest = buf_span(&entry->processes);
	struct buf item = BUF_INIT;
	struct delivery *d;
	struct span next;
	struct error err;
	int rc = 0;

	if (rest.len == 0)
		rc = FAIL(&err, ERR_NOT_FOUND, "to no process");
	if (rc == 0)
		rc =
		    journal_read_item(e->journal, &entry->message, &item, &err);
	if (rc < 0) {
		push_nothing(e, key, &err);
		return;
	}
	d = delivery_new(key, (unsigned)(rest.len / ID_BYTES));
	while (take_bytes(&rest, ID_BYTES, &next)) {
		struct assigned to = { .exclude = entry->exclude };

		memcpy(to.process.bytes, next.p, ID_BYTES);
		assign_item(e, buf_span(&item), &to, d);
	}
	buf_release(&item);
}

/* One entry; what cannot be sent is dropped, as on the networks. */
static void
push(struct engine *e, struct actor *a, const struct outgoing *o, uint32_t i)
{
	const struct push_key key = { a->number, o->at.slot, i, o->at.tick };
	struct outbox_entry entry;
	struct error err;
	int rc;

	/* the store's word for how many there are is not taken */
	if (i < o->outbox.count)
		rc = outbox_get(&o->outbox, i, &entry, &err);
	else
		rc = FAIL(&err, ERR_NOT_FOUND, "no entry %" PRIu32, i);
	if (rc < 0) {
		push_nothing(e, &key, &err);
		return;
	}
	if (entry.kind == OUTBOX_MESSAGE)
		push_message(e, a, o, &entry, &key);
	else if (entry.kind == OUTBOX_SPAWN)
		push_spawn(e, a, o, &entry, &key);
	else
		push_assignment(e, &entry, &key);
	outbox_entry_release(&entry);
}

/* The outbox of a result that an earlier run made durable, or that is large. */
static int
read_back(struct engine *e, struct actor *a, struct outgoing *o,
    struct error *err)
{
	struct position at = o->at;
	struct slot_record record;
	int rc = 0;

	if (journal_read_entry(e->journal, a->number, &at, &record, err) < 0)
		return -1;
	if (at.tick == 0)
		rc = message_decode(buf_span(&record.message), &o->cause, err);
	if (rc == 0)
		rc =
		    outbox_init(&o->outbox, buf_span(&record.result.json), err);
	slot_record_release(&record);
	o->has_outbox = rc == 0;
	return rc;
}

/*
 * An outbox that cannot be read back keeps its pushes open: the next start
 * tries again.
 */
static void
push_all(struct engine *e, struct actor *a, struct outgoing *o)
{
	struct error err;

	if (o->read_back && read_back(e, a, o, &err) < 0) {
		fprintf(stderr, "aosh: process %s: slot %s: %s\n",
		    id_encode(&a->id).text, position_text(o->at).text,
		    err.text);
		return;
	}
	if (!o->has_outbox)
		return;
	fault_die(FAULT_PUSH_DIES_BEFORE_DELIVERY);
	if (o->entries) {
		for (size_t i = 0; i < o->entry_count; i++)
			push(e, a, o, o->entries[i]);
		return;
	}
	for (uint32_t i = 0; i < o->outbox.count; i++)
		push(e, a, o, i);
}

/* Take the next durable result; while it is worked on, others wait behind. What
 * a stopped process has is held. */
static struct outgoing *
take(struct actor *a)
{
	struct outgoing *o;

	lock(&a->lock);
	o = a->halted ? NULL : a->outgoing;
	if (o)
		a->outgoing = o->next;
	if (!a->outgoing)
		a->outgoing_end = &a->outgoing;
	a->telling = o != NULL;
	unlock(&a->lock);
	return o;
}

/* Ends early when the engine stops; what is left is found at the start. */
void
messenger_deliver(struct engine *e, struct actor *a)
{
	struct outgoing *o;

	while (!atomic_load(&e->stopping) && (o = take(a))) {
		push_all(e, a, o);
		tell(e, a, o->at);
		outgoing_free(o);
	}
}

/* Collects open pushes of one slot after the other. */
struct resume {
	struct engine *engine;
	struct error *err;
	struct actor *actor; /* of the slot being collected, one reference */
	struct outgoing *slot;
	int status;
};

/* Counted as one that is open until it is told. */
static void
queue_slot(struct resume *r)
{
	if (!r->slot)
		return;
	engine_open_count(r->engine, r->actor, 1);
	messenger_queue(r->engine, r->actor, r->slot);
	engine_unref(r->engine, r->actor);
	r->slot = NULL;
}

/* The process of that number: its id is the id of its first message. */
static int
actor_by_number(struct engine *e, uint64_t number, struct actor **out,
    struct error *err)
{
	struct message *spawn;
	struct assignment as;
	int rc;

	if (engine_spawn(e, number, &spawn, &as, err) < 0)
		return -1;
	rc = engine_actor(e, &spawn->id, out, err);
	message_unref(spawn);
	return rc;
}

/* Keys come by result, so those of an entry are side by side. */
static bool
resume_push(void *arg, const struct push_key *key)
{
	const struct position at = { key->slot, key->tick };
	struct resume *r = arg;
	struct outgoing *o = r->slot;

	if (!o || r->actor->number != key->process ||
	    position_compare(o->at, at) != 0) {
		queue_slot(r);
		r->status =
		    actor_by_number(r->engine, key->process, &r->actor, r->err);
		if (r->status < 0)
			return false;
		o = r->slot = xcalloc(1, sizeof(*o));
		o->at = at;
		o->read_back = true;
	}
	o->entries =
	    xrealloc(o->entries, (o->entry_count + 1) * sizeof(*o->entries));
	o->entries[o->entry_count++] = key->entry;
	return true;
}

int
messenger_resume(struct engine *e, struct error *err)
{
	struct resume r = { .engine = e, .err = err };

	if (journal_walk_unpushed(e->journal, resume_push, &r, err) < 0)
		return -1;
	queue_slot(&r);
	return r.status;
}
