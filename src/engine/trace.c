/*
 * A trace is walked depth first, with one frame for each result on the way down
 * from the root: its outbox, and how far that was gone through. What an entry
 * of an outbox became is not written anywhere. It is the same item whenever it
 * is made again, since the node's key signs the same bytes to the same
 * signature; so it is made again, and its id looked up in its target's log.
 *
 * What a tick sent has no cause; while its process is not monitored it was not
 * pushed, and so is missing.
 *
 * An Assign can give a message a slot where it has been already: what stands in
 * a frame above is shown, and not entered again.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "engine/observe.h"
#include "engine/tick.h"

/* An entry of a process's log, by the journal's number. */
struct place {
	uint64_t number;
	struct position at;
};

/* A result that is gone through. */
struct frame {
	struct place place;
	struct process process;
	struct message *cause; /* one reference; NULL: of a tick */
	struct outbox outbox;
	size_t entry; /* of the outbox, the next one */
	size_t part;  /* of that entry: a spawn has two, an Assign many */
};

struct trace {
	struct engine *engine;
	const struct trace_query *query;
	node_trace_fn fn;
	void *arg;
	struct error *err;
	struct frame *frames; /* owned */
	size_t count;
	size_t room;
	bool stopped; /* the reader has enough */
};

/* An entry as it is read back. */
struct visit {
	struct slot_record record;
	struct message *message; /* one reference */
	uint64_t timestamp_ms;
	struct process process;
	struct outbox outbox; /* empty unless it went well */
};

static void
visit_release(struct visit *v)
{
	slot_record_release(&v->record);
	message_unref(v->message);
	if (v->process.spawn)
		process_release(&v->process);
	outbox_release(&v->outbox);
}

/* The process of that number: its spawn message is its slot 0. */
static int
read_process(struct engine *e, uint64_t number, struct process *p,
    struct error *err)
{
	struct message *spawn;
	struct assignment as;
	int rc;

	if (engine_spawn(e, number, &spawn, &as, err) < 0)
		return -1;
	rc = process_init(p, spawn, err);
	message_unref(spawn);
	return rc;
}

/* A tick has the message of its schedule. */
static int
read_tick(struct engine *e, struct visit *v, struct error *err)
{
	const struct journal_tick *t = &v->record.tick;
	struct actor *a;
	int rc;

	v->timestamp_ms = t->timestamp_ms;
	if (engine_actor(e, &v->process.id, &a, err) < 0)
		return -1;
	rc = tick_message(e, a, t->schedule, &v->message, err);
	engine_unref(e, a);
	return rc;
}

static int
read_slot(struct visit *v, struct error *err)
{
	struct assignment as;
	struct id unused;

	if (assignment_decode(buf_span(&v->record.assignment), &as, &unused,
		err) < 0)
		return -1;
	v->timestamp_ms = as.timestamp_ms;
	return message_decode(buf_span(&v->record.message), &v->message, err);
}

static int
visit_read(struct engine *e, const struct place *at, struct visit *v,
    struct error *err)
{
	int rc;

	*v = (struct visit){ .message = NULL };
	if (engine_entry(e, at->number, at->at, &v->record, err) < 0)
		return -1;
	rc = read_process(e, at->number, &v->process, err);
	if (rc == 0)
		rc = at->at.tick ? read_tick(e, v, err) : read_slot(v, err);
	if (rc == 0 && v->record.evaluated &&
	    v->record.result.verdict == VERDICT_OK)
		rc = outbox_init(&v->outbox, buf_span(&v->record.result.json),
		    err);
	if (rc < 0)
		visit_release(v);
	return rc;
}

static void
tell(struct trace *t, const struct trace_entry *entry)
{
	t->stopped = !t->fn(t->arg, entry);
}

/* Whether a result is gone through already, further up. */
static bool
is_above(const struct trace *t, const struct place *at)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->frames[i].place.number == at->number &&
		    position_compare(t->frames[i].place.at, at->at) == 0)
			return true;
	return false;
}

/* Go through what a visit found; takes it over. */
static void
enter(struct trace *t, const struct place *at, struct visit *v)
{
	if (t->count == t->room) {
		t->room = t->room ? 2 * t->room : 8;
		t->frames = xrealloc(t->frames, t->room * sizeof(*t->frames));
	}
	if (at->at.tick) {
		message_unref(v->message);
		v->message = NULL;
	}
	t->frames[t->count++] = (struct frame){ .place = *at,
		.process = v->process,
		.cause = v->message,
		.outbox = v->outbox };
	slot_record_release(&v->record);
}

static void
leave(struct trace *t)
{
	struct frame *f = &t->frames[--t->count];

	process_release(&f->process);
	message_unref(f->cause);
	outbox_release(&f->outbox);
}

/* Tell of an entry, and enter it when there is something below. */
static int
visit(struct trace *t, enum trace_kind kind, const struct place *at)
{
	struct trace_entry entry = { .depth = (unsigned)t->count,
		.kind = kind,
		.at = at->at };
	struct visit v;
	bool deeper;

	if (visit_read(t->engine, at, &v, t->err) < 0)
		return -1;
	deeper = v.outbox.count > 0 && t->count < t->query->depth;
	entry.id = v.message->id;
	entry.process = v.process.id;
	entry.timestamp_ms = v.timestamp_ms;
	entry.evaluated = v.record.evaluated;
	entry.verdict = v.record.result.verdict;
	entry.more = v.outbox.count > 0 && (!deeper || is_above(t, at));
	entry.name = v.process.name;
	entry.action = message_tag_or_empty(v.message, "Action");
	tell(t, &entry);
	if (entry.more || !deeper || t->stopped)
		visit_release(&v);
	else
		enter(t, at, &v);
	return 0;
}

/* Tell of what has no slot: kept for a wallet, or not there. */
static int
visit_none(struct trace *t, const struct id *id, const struct id *target,
    struct span action)
{
	struct trace_entry entry = { .depth = (unsigned)t->count,
		.kind = TRACE_MISSING,
		.id = *id,
		.process = *target,
		.action = action };
	struct buf item = BUF_INIT;
	struct error err;

	if (journal_read_item(t->engine->journal, id, &item, &err) == 0)
		entry.kind = TRACE_WALLET;
	else if (err.code != ERR_NOT_FOUND)
		*t->err = err;
	buf_release(&item);
	tell(t, &entry);
	return entry.kind == TRACE_MISSING && err.code != ERR_NOT_FOUND ? -1
									: 0;
}

/* The slot of a message in a process: 1, 0 none, -1. */
static int
find_place(struct trace *t, const struct id *process, const struct id *message,
    struct place *at)
{
	struct journal_process p;
	uint64_t slot;
	int rc;

	if (journal_find(t->engine->journal, process, &p, t->err) < 0)
		return t->err->code == ERR_NOT_FOUND ? 0 : -1;
	rc = journal_seen(t->engine->journal, p.number, message, &slot, t->err);
	/* one that is still on its way to the disk is not told of */
	if (rc > 0 && slot >= p.slots)
		return 0;
	if (rc > 0)
		*at = (struct place){ p.number, position_of_slot(slot) };
	return rc;
}

/* Tell of a message where it has its slot, or that it has none. */
static int
visit_message(struct trace *t, enum trace_kind kind, const struct id *process,
    const struct id *message, struct span action)
{
	struct place at;
	int rc = find_place(t, process, message, &at);

	if (rc < 0)
		return -1;
	return rc ? visit(t, kind, &at)
		  : visit_none(t, message, process, action);
}

static struct span
entry_action(const struct outbox_entry *entry)
{
	for (size_t i = 0; i < entry->tag_count; i++)
		if (span_is(entry->tags[i].name, "Action"))
			return entry->tags[i].value;
	return span_of(NULL, 0);
}

static int
id_of_item(const struct buf *item, struct id *id, struct error *err)
{
	struct data_item decoded;

	if (ans104_decode(buf_span(item), &decoded, err) < 0)
		return -1;
	*id = ans104_id(&decoded);
	return 0;
}

/* One that could not be pushed, either, has left nothing to be shown. */
static int
step_message(struct trace *t, struct frame *f, const struct outbox_entry *entry)
{
	struct buf item = BUF_INIT;
	struct id id;
	int rc = 0;

	f->entry++;
	if (outbox_message_item(entry, &f->process, f->cause, t->engine->key,
		&item, t->err) == 0 &&
	    id_of_item(&item, &id, t->err) == 0)
		rc = visit_message(t, TRACE_MESSAGE, &entry->target, &id,
		    entry_action(entry));
	buf_release(&item);
	return rc;
}

/* First the child, then the notice to the parent. */
static int
step_spawn(struct trace *t, struct frame *f, const struct outbox_entry *entry)
{
	struct keypair *key = t->engine->key;
	struct id parent = f->process.id;
	bool notice = f->part > 0;
	struct buf child = BUF_INIT;
	struct buf item = BUF_INIT;
	struct id id;
	int rc = 0;

	f->part = notice ? 0 : 1;
	f->entry += notice;
	if (outbox_spawn_item(entry, &f->process, f->cause, key, &child,
		t->err) == 0 &&
	    id_of_item(&child, &id, t->err) == 0) {
		if (!notice)
			rc = visit_message(t, TRACE_SPAWN, &id, &id,
			    entry_action(entry));
		else if (outbox_spawned_item(entry, &f->process, &id, key,
			     &item, t->err) == 0 &&
		    id_of_item(&item, &id, t->err) == 0)
			rc = visit_message(t, TRACE_MESSAGE, &parent, &id,
			    span_text("Spawned"));
	}
	buf_release(&child);
	buf_release(&item);
	return rc;
}

/* One process after the other. */
static int
step_assignment(struct trace *t, struct frame *f,
    const struct outbox_entry *entry)
{
	struct span rest =
	    span_from(buf_span(&entry->processes), f->part * ID_BYTES);
	struct id process;
	struct span next;

	if (!take_bytes(&rest, ID_BYTES, &next)) {
		f->entry++;
		f->part = 0;
		return 0;
	}
	f->part++;
	memcpy(process.bytes, next.p, ID_BYTES);
	return visit_message(t, TRACE_ASSIGN, &process, &entry->message,
	    span_of(NULL, 0));
}

/* The next thing that the result at hand asked for. */
static int
step(struct trace *t)
{
	struct frame *f = &t->frames[t->count - 1];
	struct outbox_entry entry;
	int rc;

	if (f->entry >= f->outbox.count) {
		leave(t);
		return 0;
	}
	if (outbox_get(&f->outbox, f->entry, &entry, t->err) < 0) {
		/* it was not pushed either */
		f->entry++;
		return 0;
	}
	if (entry.kind == OUTBOX_MESSAGE)
		rc = step_message(t, f, &entry);
	else if (entry.kind == OUTBOX_SPAWN)
		rc = step_spawn(t, f, &entry);
	else
		rc = step_assignment(t, f, &entry);
	outbox_entry_release(&entry);
	return rc;
}

/* The tree below one place; `t` is as it was before. */
static int
walk(struct trace *t, const struct place *root)
{
	int rc = visit(t, root->at.tick ? TRACE_TICK : TRACE_MESSAGE, root);

	while (rc == 0 && t->count > 0 && !t->stopped)
		rc = step(t);
	while (t->count > 0)
		leave(t);
	return rc;
}

struct root_walk {
	struct trace *trace;
	int status;
};

/* A message may have slots in several processes. */
static bool
walk_root(void *arg, uint64_t number, uint64_t slot)
{
	struct root_walk *w = arg;
	const struct place at = { number, position_of_slot(slot) };

	w->status = walk(w->trace, &at);
	return w->status == 0 && !w->trace->stopped;
}

static int
walk_all(struct trace *t)
{
	struct root_walk w = { t, 0 };
	struct journal_process p;
	struct place at;

	if (t->query->by_place) {
		if (engine_find(t->engine, &t->query->message, &p, t->err) < 0)
			return -1;
		at = (struct place){ p.number, t->query->at };
		return walk(t, &at);
	}
	if (journal_walk_places(t->engine->journal, &t->query->message,
		walk_root, &w, t->err) < 0)
		return -1;
	return w.status;
}

int
observe_trace(struct engine *e, const struct trace_query *q, node_trace_fn fn,
    void *arg, struct error *err)
{
	struct trace t = { .engine = e,
		.query = q,
		.fn = fn,
		.arg = arg,
		.err = err };
	int rc = walk_all(&t);

	free(t.frames);
	return rc;
}
