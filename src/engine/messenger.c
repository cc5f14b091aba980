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
#include "engine/scheduler.h"

/* The result of `slot` may be heard of now. */
static void
tell(struct engine *e, struct actor *a, uint64_t slot)
{
	lock(&a->lock);
	if (a->told <= slot)
		a->told = slot + 1;
	unlock(&a->lock);
	watch_notify(&e->watches, &a->id);
	engine_open_count(e, -1);
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
		tell(e, a, outgoing->slot);
		outgoing_free(outgoing);
	} else {
		engine_wake(e, a);
	}
}

/* An entry that is done with, and has no slot to show for it. */
static void
mark_pushed(struct engine *e, const struct push_key *key, const struct id *id,
    struct span item)
{
	struct batch *b = batch_new();

	if (id)
		batch_add_item(b, id, item);
	batch_add_pushed(b, key);
	journal_submit(e->journal, b, NULL, NULL);
}

/* Schedule an item of ours; `key` may be NULL. */
static int
submit_item(struct engine *e, struct span item, const struct push_key *key,
    struct error *err)
{
	struct message *m;

	/* signed a moment ago with our own key */
	if (message_decode(item, &m, err) < 0)
		return -1;
	return scheduler_submit(e, m, key, NULL, err);
}

/* An item that nobody here takes: a wallet's. It stays readable by its id. */
static int
keep_item(struct engine *e, struct span item, const struct push_key *key,
    struct error *err)
{
	struct data_item decoded;
	struct id id;

	if (ans104_decode(item, &decoded, err) < 0)
		return -1;
	id = ans104_id(&decoded);
	mark_pushed(e, key, &id, item);
	return 0;
}

/* Send a message entry to its process, or keep it when it is for a wallet. */
static int
push_message(struct engine *e, struct actor *a, const struct outgoing *o,
    const struct outbox_entry *entry, const struct push_key *key,
    struct error *err)
{
	struct buf item = BUF_INIT;
	int rc;

	rc = outbox_message_item(entry, &a->process, o->cause, e->key, &item,
	    err);
	if (rc == 0) {
		rc = submit_item(e, buf_span(&item), key, err);
		if (rc < 0 && err->code == ERR_NOT_FOUND)
			rc = keep_item(e, buf_span(&item), key, err);
	}
	buf_release(&item);
	return rc;
}

/* Make the child, then tell the parent. */
static int
push_spawn(struct engine *e, struct actor *a, const struct outgoing *o,
    const struct outbox_entry *entry, const struct push_key *key,
    struct error *err)
{
	struct buf child = BUF_INIT;
	struct buf notice = BUF_INIT;
	struct data_item item;
	struct id id;
	int rc;

	rc = outbox_spawn_item(entry, &a->process, o->cause, e->key, &child,
	    err);
	if (rc == 0)
		rc = ans104_decode(buf_span(&child), &item, err);
	if (rc == 0) {
		id = ans104_id(&item);
		rc = submit_item(e, buf_span(&child), NULL, err);
	}
	if (rc == 0)
		rc = outbox_spawned_item(entry, &a->process, &id, e->key,
		    &notice, err);
	if (rc == 0)
		rc = submit_item(e, buf_span(&notice), key, err);
	buf_release(&child);
	buf_release(&notice);
	return rc;
}

/* Give a message that is kept here a slot in further processes, too. */
static int
push_assignment(struct engine *e, const struct outbox_entry *entry,
    const struct push_key *key, struct error *err)
{
	struct span rest = buf_span(&entry->processes);
	struct buf item = BUF_INIT;
	struct span next;
	int rc;

	rc = journal_read_item(e->journal, &entry->message, &item, err);
	while (rc == 0 && take_bytes(&rest, ID_BYTES, &next)) {
		struct message *m;
		struct id process;

		memcpy(process.bytes, next.p, ID_BYTES);
		rc = message_decode(buf_span(&item), &m, err);
		/* the last one marks the entry as done */
		if (rc == 0)
			rc = scheduler_assign(e, m, &process,
			    rest.len ? NULL : key, err);
	}
	buf_release(&item);
	return rc;
}

/* One entry; what cannot be sent is dropped, and the log of errors says so. */
static void
push(struct engine *e, struct actor *a, const struct outgoing *o, uint32_t i)
{
	const struct push_key key = { a->number, o->slot, i };
	struct outbox_entry entry;
	struct error err;
	int rc;

	rc = outbox_get(&o->outbox, i, &entry, &err);
	if (rc == 0) {
		if (entry.kind == OUTBOX_MESSAGE)
			rc = push_message(e, a, o, &entry, &key, &err);
		else if (entry.kind == OUTBOX_SPAWN)
			rc = push_spawn(e, a, o, &entry, &key, &err);
		else
			rc = push_assignment(e, &entry, &key, &err);
		outbox_entry_release(&entry);
	}
	if (rc < 0 && !atomic_load(&e->failed))
		mark_pushed(e, &key, NULL, span_of(NULL, 0));
}

/* The outbox of a result that an earlier run made durable. */
static int
read_back(struct engine *e, struct actor *a, struct outgoing *o,
    struct error *err)
{
	struct slot_record record;
	int rc;

	if (journal_read_slot(e->journal, a->number, o->slot, &record, err) < 0)
		return -1;
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
		fprintf(stderr, "aosh: process %s: slot %" PRIu64 ": %s\n",
		    id_encode(&a->id).text, o->slot, err.text);
		return;
	}
	if (!o->has_outbox)
		return;
	fault_die(FAULT_PUSH_DIES_BEFORE_DELIVERY);
	if (o->read_back) {
		for (size_t i = 0; i < o->entry_count; i++)
			push(e, a, o, o->entries[i]);
		return;
	}
	for (uint32_t i = 0; i < o->outbox.count; i++)
		push(e, a, o, i);
}

/* Take the next durable result; while it is worked on, others wait behind. */
static struct outgoing *
take(struct actor *a)
{
	struct outgoing *o;

	lock(&a->lock);
	o = a->outgoing;
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
		tell(e, a, o->slot);
		outgoing_free(o);
	}
}

/* Collects open pushes of one slot after the other. */
struct resume {
	struct engine *engine;
	struct error *err;
	struct actor *actor; /* of the slot being collected */
	struct outgoing *slot;
	int status;
};

/* Counted as one that is open until it is told. */
static void
queue_slot(struct resume *r)
{
	if (!r->slot)
		return;
	engine_open_count(r->engine, 1);
	messenger_queue(r->engine, r->actor, r->slot);
	r->slot = NULL;
}

/* The process of that number: its id is the id of its first message. */
static int
actor_by_number(struct engine *e, uint64_t number, struct actor **out,
    struct error *err)
{
	struct slot_record record;
	struct message *spawn;
	int rc;

	if (journal_read_slot(e->journal, number, 0, &record, err) < 0)
		return -1;
	rc = message_decode(buf_span(&record.message), &spawn, err);
	slot_record_release(&record);
	if (rc < 0)
		return -1;
	rc = engine_actor(e, &spawn->id, out, err);
	message_unref(spawn);
	return rc;
}

/* Keys come by result, so those of a slot are side by side. */
static bool
resume_push(void *arg, const struct push_key *key)
{
	struct resume *r = arg;
	struct outgoing *o = r->slot;

	if (!o || r->actor->number != key->process || o->slot != key->slot) {
		queue_slot(r);
		r->status =
		    actor_by_number(r->engine, key->process, &r->actor, r->err);
		if (r->status < 0)
			return false;
		o = r->slot = xcalloc(1, sizeof(*o));
		o->slot = key->slot;
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
