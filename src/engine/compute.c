/*
 * A turn is: know the process (its spawn message), push what became durable
 * meanwhile, wake the machine if the process was asleep, evaluate some slots,
 * run the dry runs that waited for them. Then the actor goes to the end of the
 * queue, if there is more.
 *
 * A slot is evaluated as soon as it is scheduled, while its assignment still
 * syncs, and the next one while its result does. That is sound since batches
 * become durable in the order of submission and nothing outside hears of a
 * result before it is durable: if a commit fails, nothing of what was evaluated
 * ahead has happened, and the engine stops.
 *
 * A cron tick is an entry of the log like a slot: evaluated in its place, with
 * its schedule's message, and told in its place.
 *
 * Two positions say how far a process is: `evaluated` (results submitted, the
 * machine's state) and `told` (results that others may hear of). The second
 * follows the first, behind the disk and the messenger.
 *
 * A failure of the machine or the store is not a result: it stays out of the
 * log, the process stops, and the next turn or the next start tries again.
 * Source: design sections 3 and 5.
 */
#include "engine/compute.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "base/alloc.h"
#include "engine/messenger.h"
#include "engine/tick.h"

enum {
	SLOTS_PER_TURN = 32 /* then other processes have theirs */
};

/* A result on its way to the disk. */
struct evaluated {
	struct engine *engine;
	struct actor *actor;
	struct outgoing *outgoing;
};

/* On the writer thread: the result is on disk, or never will be. */
static void
result_done(void *arg, int status, const struct error *err)
{
	struct evaluated *ev = arg;

	if (status < 0) {
		engine_fail(ev->engine, err);
		outgoing_free(ev->outgoing);
	} else {
		messenger_queue(ev->engine, ev->actor, ev->outgoing);
	}
	free(ev);
}

/* Nothing of its log has been evaluated yet. */
static bool
is_new(const struct actor *a)
{
	return position_slots(a->evaluated) == 0;
}

/* With the lock: the next entry need not be read back. */
static bool
is_at_hand(const struct actor *a)
{
	return a->recent &&
	    position_compare(a->recent->from, a->evaluated) == 0;
}

/* What `a` is: from its spawn message. */
static int
read_process(struct actor *a, struct message *spawn, struct error *err)
{
	if (a->process_read)
		return 0;
	if (process_init(&a->process, spawn, err) < 0)
		return -1;
	result_chain_first(&a->id, vm_release(), a->chain);
	a->process_read = true;
	return 0;
}

/*
 * A fresh machine for the process. A module that is not here or is none makes
 * every evaluation fail with that text, and the log goes on; what this computer
 * lacks (-1) must not get into a log.
 */
static int
open_machine(struct engine *e, struct actor *a, struct error *err)
{
	const struct vm_ops *ops = vm_ops_find(span_text("aosh-lua-1"));
	struct span module;

	if (engine_module(e, &a->process.module, &module, err) == 0 &&
	    ops->open(module, a->lane, &vm_default_limits, &a->vm, err) == 0)
		return 0;
	if (err->code != ERR_NOT_FOUND && err->code != ERR_FORMAT &&
	    err->code != ERR_LIMIT)
		return -1;
	a->broken = true;
	a->broken_why = *err;
	return 0;
}

/* Evaluate, findable by compute_interrupt() while it lasts. */
static int
evaluate(struct actor *a, const struct evaluation *ev, struct result *out,
    struct error *err)
{
	int rc;

	if (a->broken) {
		result_fail(out, VERDICT_ERROR, span_text(a->broken_why.text));
		return 0;
	}
	lock(&a->lock);
	a->running = a->vm;
	unlock(&a->lock);
	rc = a->vm->ops->eval(a->vm, ev, out, err);
	lock(&a->lock);
	a->running = NULL;
	a->memory = a->vm->ops->memory(a->vm);
	unlock(&a->lock);
	return rc;
}

/* A tick's message, and when it was due, out of a record. */
static int
decode_tick(struct engine *e, struct actor *a, const struct slot_record *record,
    struct recent *out, struct error *err)
{
	const struct journal_tick *t = &record->tick;
	struct actor_cron *cron;

	if (tick_cron(e, a, &cron, err) < 0)
		return -1;
	if (t->schedule >= cron->crons.count)
		return FAIL(err, ERR_STORE, "no schedule %" PRIu32,
		    t->schedule);
	out->message = message_ref(cron->messages[t->schedule]);
	out->schedule = t->schedule;
	out->ticks = t->ticks;
	out->assignment = (struct assignment){ .process = a->id,
		.slot = t->at.slot,
		.timestamp_ms = t->timestamp_ms,
		.height = t->height };
	return 0;
}

/* An entry as it was scheduled, out of a record. */
static int
decode_entry(struct engine *e, struct actor *a,
    const struct slot_record *record, struct recent *out, struct error *err)
{
	struct id id;

	out->at = record->at;
	if (record->at.tick)
		return decode_tick(e, a, record, out, err);
	if (assignment_decode(buf_span(&record->assignment), &out->assignment,
		&id, err) < 0)
		return -1;
	return message_decode(buf_span(&record->message), &out->message, err);
}

/* Read the first entry at or behind `from`. */
static int
read_entry(struct engine *e, struct actor *a, struct position from,
    struct slot_record *record, struct recent *out, struct error *err)
{
	if (journal_read_entry(e->journal, a->number, &from, record, err) < 0)
		return -1;
	if (decode_entry(e, a, record, out, err) == 0)
		return 0;
	slot_record_release(record);
	return FAIL_IN(err, "slot %s", position_text(from).text);
}

/* What a machine is given for an entry. */
static struct evaluation
evaluation_of(const struct actor *a, const struct recent *r)
{
	return (struct evaluation){ .process = &a->process,
		.message = r->message,
		.assignment = &r->assignment,
		.cron = r->at.tick > 0 };
}

/*
 * Evaluate an entry of the log again, to have its state. Whoever interrupts means
 * what runs for the first time: a replay begins the entry again, unless the
 * engine ends.
 */
static int
replay_entry(struct engine *e, struct actor *a,
    const struct slot_record *record, const struct recent *r, struct error *err)
{
	struct evaluation ev = evaluation_of(a, r);
	struct result again = RESULT_INIT;
	int rc;

	ev.replay = true;
	if (record->result.verdict != VERDICT_OK)
		return 0;
	do {
		result_release(&again);
		rc = evaluate(a, &ev, &again, err);
		if (rc == 0 && atomic_load(&e->stopping))
			rc = FAIL(err, ERR_INTERRUPTED, "the engine ends");
	} while (rc == 0 && again.verdict == VERDICT_INTERRUPTED);
	if (rc == 0 &&
	    !span_equal(buf_span(&again.json),
		buf_span(&record->result.json)) &&
	    !a->broken)
		fprintf(stderr,
		    "aosh: process %s: slot %s evaluates differently than "
		    "its log says\n",
		    a->process.id_text.text, position_text(r->at).text);
	result_release(&again);
	return rc;
}

/* Bring a machine that was just opened to where the log is. */
static int
replay(struct engine *e, struct actor *a, struct position end,
    struct error *err)
{
	struct position at = { 0, 0 };

	while (position_before(at, end)) {
		struct slot_record record;
		struct recent r;
		int rc;

		if (atomic_load(&e->stopping))
			return FAIL(err, ERR_INTERRUPTED, "the engine ends");
		if (read_entry(e, a, at, &record, &r, err) < 0)
			return -1;
		rc = replay_entry(e, a, &record, &r, err);
		a->newest = r.assignment;
		memcpy(a->chain, record.chain, sizeof(a->chain));
		message_unref(r.message);
		slot_record_release(&record);
		if (rc < 0)
			return FAIL_IN(err, "slot %s",
			    position_text(r.at).text);
		at = position_behind(r.at);
	}
	return 0;
}

/* The same for a process that was asleep: its spawn is slot 0 of its log. */
static int
know_process(struct engine *e, struct actor *a, struct error *err)
{
	struct slot_record record;
	struct recent spawn;
	int rc;

	if (a->process_read || is_new(a))
		return 0;
	if (read_entry(e, a, position_of_slot(0), &record, &spawn, err) < 0)
		return -1;
	slot_record_release(&record);
	rc = read_process(a, spawn.message, err);
	message_unref(spawn.message);
	return rc;
}

/* A process that has a log and no machine: open one and replay. */
static int
wake(struct engine *e, struct actor *a, struct error *err)
{
	if (a->vm || a->broken || is_new(a))
		return 0;
	if (open_machine(e, a, err) < 0)
		return -1;
	if (replay(e, a, a->evaluated, err) == 0)
		return 0;
	if (a->vm)
		a->vm->ops->close(a->vm);
	a->vm = NULL;
	/* the chain is not known: it all begins again */
	a->broken = false;
	return -1;
}

/*
 * Where to look for what comes next: a log without ticks is not asked for one.
 */
static struct position
next_place(const struct actor *a)
{
	if (!a->has_cron && a->evaluated.tick)
		return position_of_slot(a->evaluated.slot + 1);
	return a->evaluated;
}

/*
 * The next entry, scheduled: at hand, or read back. 1: it is not on disk yet,
 * and nobody kept it; the turn comes again when it is.
 */
static int
next_entry(struct engine *e, struct actor *a, struct recent *out,
    struct error *err)
{
	struct recent *r = NULL;
	struct position from;
	struct slot_record record;
	bool durable;

	lock(&a->lock);
	durable = position_before(a->evaluated, a->durable);
	from = next_place(a);
	if (is_at_hand(a)) {
		r = a->recent;
		a->recent = r->next;
		a->recent_count--;
		if (!a->recent)
			a->recent_end = &a->recent;
	}
	unlock(&a->lock);
	if (r) {
		*out = *r;
		free(r);
		return 0;
	}
	if (!durable)
		return 1;
	if (read_entry(e, a, from, &record, out, err) < 0)
		return -1;
	slot_record_release(&record);
	return 0;
}

/*
 * How many entries the messenger has to push; keeps the outbox if any. A tick
 * is nobody's message: what it sends has no cause.
 */
static uint32_t
take_outbox(struct outgoing *o, const struct result *r, struct message *cause)
{
	static const char quiet[] = "{\"Assignments\":[],\"Messages\":[],";
	static const char end[] = ",\"Spawns\":[]}";
	struct span json = buf_span(&r->json);
	struct error err;

	if (r->verdict != VERDICT_OK ||
	    (span_starts_with(json, quiet) && json.len > sizeof(end) &&
		span_is(span_from(json, json.len - (sizeof(end) - 1)), end)))
		return 0;
	if (outbox_init(&o->outbox, json, &err) < 0)
		return 0;
	o->has_outbox = true;
	o->cause = cause ? message_ref(cause) : NULL;
	return (uint32_t)o->outbox.count;
}

/* The result of a slot; the chain moves on. */
static void
record_slot(struct actor *a, const struct recent *entry, const struct result *r,
    struct outgoing *o, struct batch *b)
{
	uint32_t pushes = take_outbox(o, r, entry->message);

	result_chain_next(a->chain, &entry->message->id, buf_span(&r->json),
	    a->chain);
	batch_add_result(b, a->number, entry->at.slot, r, a->chain, pushes);
}

/* The same of a tick; what it sends goes out while it is monitored. */
static void
record_tick(struct actor *a, const struct recent *entry, const struct result *r,
    struct outgoing *o, struct batch *b)
{
	struct batch_tick_result tick = { .number = a->number,
		.at = entry->at,
		.ticks = entry->ticks,
		.result = r,
		.chain = a->chain };
	uint8_t key[CRON_KEY_BYTES];
	bool monitored;

	lock(&a->lock);
	monitored = a->monitored;
	unlock(&a->lock);
	if (monitored)
		tick.pushes = take_outbox(o, r, NULL);
	cron_key(entry->at.slot, entry->assignment.timestamp_ms,
	    entry->schedule, key);
	result_chain_tick(a->chain, span_of(key, sizeof(key)),
	    buf_span(&r->json), a->chain);
	batch_add_tick_result(b, &tick);
}

/* Make a result durable; what follows from it comes behind. */
static void
record(struct engine *e, struct actor *a, const struct recent *entry,
    const struct result *r)
{
	struct evaluated *ev = xcalloc(1, sizeof(*ev));
	struct batch *b = batch_new();

	ev->engine = e;
	ev->actor = a;
	ev->outgoing = xcalloc(1, sizeof(*ev->outgoing));
	ev->outgoing->at = entry->at;
	if (entry->at.tick)
		record_tick(a, entry, r, ev->outgoing, b);
	else
		record_slot(a, entry, r, ev->outgoing, b);
	journal_submit(e->journal, b, result_done, ev);
	a->evaluated = position_behind(entry->at);
}

/* Evaluate the entry that `r` holds. */
static int
compute_entry(struct engine *e, struct actor *a, const struct recent *r,
    struct error *err)
{
	struct result out = RESULT_INIT;
	struct evaluation ev;
	int rc;

	if (is_new(a)) {
		if (read_process(a, r->message, err) < 0)
			return -1;
		if (!a->vm && !a->broken && open_machine(e, a, err) < 0)
			return -1;
	}
	ev = evaluation_of(a, r);
	rc = evaluate(a, &ev, &out, err);
	/* cut short because the program ends: the next start does it again */
	if (rc == 0 && out.verdict == VERDICT_INTERRUPTED &&
	    atomic_load(&e->stopping))
		rc = FAIL(err, ERR_INTERRUPTED, "the engine ends");
	if (rc == 0) {
		a->newest = r->assignment;
		record(e, a, r, &out);
	}
	result_release(&out);
	return rc;
}

/* Under the lock, so that the waiter knows that nobody holds the job still. */
static void
finish_dry(struct actor *a, struct dry_job *job, int status,
    const struct error *err)
{
	lock(&a->lock);
	job->status = status;
	if (status < 0)
		job->err = *err;
	(void)eventfd_write(job->done_fd, 1);
	unlock(&a->lock);
}

/* Take a dry run whose turn has come; with `err` any, to fail it. */
static struct dry_job *
take_dry(struct actor *a, bool any)
{
	struct dry_job **at;
	struct dry_job *job;

	lock(&a->lock);
	for (at = &a->dry_jobs; (job = *at); at = &job->next)
		if (any || !position_before(a->evaluated, job->after))
			break;
	if (job)
		*at = job->next;
	unlock(&a->lock);
	return job;
}

/* Under the newest slot's time and height, as if it came right behind. */
static void
run_dry(struct actor *a, struct dry_job *job)
{
	struct evaluation ev = { .process = &a->process,
		.message = job->message,
		.assignment = &a->newest,
		.read_only = true };
	struct error err;
	int rc;

	lock(&a->lock);
	a->dry_running = job;
	unlock(&a->lock);
	rc = evaluate(a, &ev, job->out, &err);
	lock(&a->lock);
	a->dry_running = NULL;
	unlock(&a->lock);
	finish_dry(a, job, rc, &err);
}

/* End the claim, unless a dry run came in that must not be left behind. */
static bool
release_claim(struct actor *a)
{
	bool released;

	lock(&a->lock);
	released = a->dry_jobs == NULL;
	a->queued = !released;
	unlock(&a->lock);
	return released;
}

/*
 * The machine or the store cannot go on with this process: say so, and try
 * again when somebody wakes it.
 */
static void
give_up(struct engine *e, struct actor *a, const struct error *err)
{
	struct dry_job *job;

	do {
		while ((job = take_dry(a, true)))
			finish_dry(a, job, -1, err);
	} while (!release_claim(a));
	if (!atomic_load(&e->stopping) && !atomic_load(&e->failed))
		fprintf(stderr, "aosh: process %s: %s\n",
		    id_encode(&a->id).text, err->text);
}

/* Up to so many entries, then the dry runs that were waiting for them. */
static int
work(struct engine *e, struct actor *a, struct error *err)
{
	struct dry_job *job;

	if (wake(e, a, err) < 0)
		return -1;
	for (int i = 0; i < SLOTS_PER_TURN; i++) {
		struct recent r;
		int rc;

		if (atomic_load(&e->stopping))
			return FAIL(err, ERR_INTERRUPTED, "the engine ends");
		if (engine_check(e, err) < 0)
			return -1;
		lock(&a->lock);
		rc = position_before(a->evaluated, a->scheduled) ? 0 : 1;
		unlock(&a->lock);
		if (rc == 0)
			rc = next_entry(e, a, &r, err);
		if (rc != 0) {
			if (rc < 0)
				return -1;
			break;
		}
		rc = compute_entry(e, a, &r, err);
		message_unref(r.message);
		if (rc < 0)
			return FAIL_IN(err, "slot %s",
			    position_text(r.at).text);
	}
	while (!is_new(a) && (job = take_dry(a, false)))
		run_dry(a, job);
	return 0;
}

/* Whether a turn now would find something; ends the claim when not. */
static bool
more(struct actor *a)
{
	bool again;

	lock(&a->lock);
	again = a->outgoing != NULL ||
	    (position_before(a->evaluated, a->scheduled) &&
		(position_before(a->evaluated, a->durable) || is_at_hand(a)));
	for (struct dry_job *j = a->dry_jobs; j && !again; j = j->next)
		again = !is_new(a) && !position_before(a->evaluated, j->after);
	a->queued = again;
	unlock(&a->lock);
	return again;
}

/* Pushes first: they are what other processes wait for. */
bool
compute_turn(void *arg, struct actor *a)
{
	struct engine *e = arg;
	struct error err;

	if (know_process(e, a, &err) == 0) {
		messenger_deliver(e, a);
		if (work(e, a, &err) == 0)
			return more(a);
	}
	give_up(e, a, &err);
	return false;
}

void
compute_dry_run(struct engine *e, struct actor *a, struct dry_job *job)
{
	struct dry_job **end;

	lock(&a->lock);
	/* a sender may hear of its slot before that is in the mailbox */
	job->after = position_before(a->scheduled, a->durable) ? a->durable
							       : a->scheduled;
	job->next = NULL;
	for (end = &a->dry_jobs; *end; end = &(*end)->next)
		continue;
	*end = job;
	unlock(&a->lock);
	engine_wake(e, a);
}

/*
 * One that has not begun is taken out; one that runs is interrupted, which may
 * hit nothing when it is not quite in the machine yet.
 */
void
compute_cancel(struct actor *a, struct dry_job *job)
{
	struct dry_job **at;
	bool waiting;
	struct error err;

	lock(&a->lock);
	for (at = &a->dry_jobs; *at && *at != job; at = &(*at)->next)
		continue;
	waiting = *at != NULL;
	if (waiting)
		*at = job->next;
	else if (a->dry_running == job && a->running)
		a->running->ops->interrupt(a->running);
	unlock(&a->lock);
	if (waiting) {
		error_set(&err, ERR_INTERRUPTED, "interrupted");
		finish_dry(a, job, -1, &err);
	}
}

/* An evaluation that is just beginning or ending is missed. */
void
compute_interrupt(struct actor *a)
{
	lock(&a->lock);
	if (a->running)
		a->running->ops->interrupt(a->running);
	unlock(&a->lock);
}
