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
 * Two numbers say how far a process is: `evaluated` (results submitted, the
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

enum {
	SLOTS_PER_TURN = 32 /* then other processes have theirs */
};

/* A result on its way to the disk. */
struct evaluated {
	struct engine *engine;
	struct actor *actor; /* one reference */
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
	engine_unref(ev->engine, ev->actor);
	free(ev);
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

/* A slot's message and assignment out of a record. */
static int
decode_slot(const struct slot_record *record, struct message **message,
    struct assignment *as, struct error *err)
{
	struct id id;

	if (assignment_decode(buf_span(&record->assignment), as, &id, err) < 0)
		return -1;
	return message_decode(buf_span(&record->message), message, err);
}

/*
 * Evaluate a slot of the log again, to have its state. Whoever interrupts means
 * what runs for the first time: a replay begins the slot again, unless the
 * engine ends.
 */
static int
replay_slot(struct engine *e, struct actor *a, const struct slot_record *record,
    struct message *message, const struct assignment *as, struct error *err)
{
	const struct evaluation ev = { .process = &a->process,
		.message = message,
		.assignment = as,
		.replay = true };
	struct result again = RESULT_INIT;
	int rc;

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
		    "aosh: process %s: slot %" PRIu64
		    " evaluates differently than its log says\n",
		    a->process.id_text.text, as->slot);
	result_release(&again);
	return rc;
}

/* Bring a machine that was just opened to where the log is. */
static int
replay(struct engine *e, struct actor *a, uint64_t slots, struct error *err)
{
	for (uint64_t slot = 0; slot < slots; slot++) {
		struct message *message;
		struct slot_record record;
		int rc;

		if (atomic_load(&e->stopping))
			return FAIL(err, ERR_INTERRUPTED, "the engine ends");
		if (journal_read_slot(e->journal, a->number, slot, &record,
			err) < 0)
			return -1;
		rc = decode_slot(&record, &message, &a->newest, err);
		if (rc == 0) {
			rc = replay_slot(e, a, &record, message, &a->newest,
			    err);
			memcpy(a->chain, record.chain, sizeof(a->chain));
			message_unref(message);
		}
		slot_record_release(&record);
		if (rc < 0)
			return FAIL_IN(err, "slot %" PRIu64, slot);
	}
	return 0;
}

/* The same for a process that was asleep: its spawn is slot 0 of its log. */
static int
know_process(struct engine *e, struct actor *a, struct error *err)
{
	struct slot_record record;
	struct message *spawn;
	struct assignment as;
	int rc;

	if (a->process_read || a->evaluated == 0)
		return 0;
	if (journal_read_slot(e->journal, a->number, 0, &record, err) < 0)
		return -1;
	rc = decode_slot(&record, &spawn, &as, err);
	slot_record_release(&record);
	if (rc < 0)
		return -1;
	rc = read_process(a, spawn, err);
	message_unref(spawn);
	return rc;
}

/* A process that has a log and no machine: open one and replay. */
static int
wake(struct engine *e, struct actor *a, struct error *err)
{
	if (a->vm || a->broken || a->evaluated == 0)
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
 * The message and assignment of the next slot: at hand, or read back. 1: it is
 * not on disk yet, and nobody kept it; the turn comes again when it is.
 */
static int
next_slot(struct engine *e, struct actor *a, struct recent *out,
    struct error *err)
{
	struct recent *r = NULL;
	struct slot_record record;
	bool durable;
	int rc;

	lock(&a->lock);
	durable = a->evaluated < a->durable;
	if (a->recent && a->recent->assignment.slot == a->evaluated) {
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
	if (journal_read_slot(e->journal, a->number, a->evaluated, &record,
		err) < 0)
		return -1;
	rc = decode_slot(&record, &out->message, &out->assignment, err);
	slot_record_release(&record);
	return rc;
}

/* How many entries the messenger has to push; keeps the outbox if any. */
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
	o->cause = message_ref(cause);
	return (uint32_t)o->outbox.count;
}

/* Make the result of a slot durable; what follows from it comes behind. */
static void
record(struct engine *e, struct actor *a, struct message *message,
    const struct result *r)
{
	struct evaluated *ev = xcalloc(1, sizeof(*ev));
	struct batch *b = batch_new();
	uint32_t pushes;

	ev->engine = e;
	ev->actor = actor_ref(a);
	ev->outgoing = xcalloc(1, sizeof(*ev->outgoing));
	ev->outgoing->slot = a->evaluated;
	pushes = take_outbox(ev->outgoing, r, message);
	result_chain_next(a->chain, &message->id, buf_span(&r->json), a->chain);
	batch_add_result(b, a->number, a->evaluated, r, a->chain, pushes);
	journal_submit(e->journal, b, result_done, ev);
	a->evaluated++;
}

/* Evaluate the slot that `r` holds. */
static int
compute_slot(struct engine *e, struct actor *a, const struct recent *r,
    struct error *err)
{
	struct result out = RESULT_INIT;
	struct evaluation ev;
	int rc;

	if (a->evaluated == 0) {
		if (read_process(a, r->message, err) < 0)
			return -1;
		if (!a->vm && !a->broken && open_machine(e, a, err) < 0)
			return -1;
	}
	ev = (struct evaluation){ .process = &a->process,
		.message = r->message,
		.assignment = &r->assignment };
	rc = evaluate(a, &ev, &out, err);
	/* cut short because the program ends: the next start does it again */
	if (rc == 0 && out.verdict == VERDICT_INTERRUPTED &&
	    atomic_load(&e->stopping))
		rc = FAIL(err, ERR_INTERRUPTED, "the engine ends");
	if (rc == 0) {
		a->newest = r->assignment;
		record(e, a, r->message, &out);
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
		if (any || job->after <= a->evaluated)
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

/* Up to so many slots, then the dry runs that were waiting for them. */
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
		rc = a->evaluated < a->scheduled ? 0 : 1;
		unlock(&a->lock);
		if (rc == 0)
			rc = next_slot(e, a, &r, err);
		if (rc != 0) {
			if (rc < 0)
				return -1;
			break;
		}
		rc = compute_slot(e, a, &r, err);
		message_unref(r.message);
		if (rc < 0)
			return FAIL_IN(err, "slot %" PRIu64, a->evaluated);
	}
	while (a->evaluated > 0 && (job = take_dry(a, false)))
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
	    (a->evaluated < a->scheduled &&
		(a->evaluated < a->durable ||
		    (a->recent && a->recent->assignment.slot == a->evaluated)));
	for (struct dry_job *j = a->dry_jobs; j && !again; j = j->next)
		again = a->evaluated > 0 && j->after <= a->evaluated;
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
	bool again = false;

	if (know_process(e, a, &err) == 0) {
		messenger_deliver(e, a);
		if (work(e, a, &err) == 0) {
			again = more(a);
			if (!again)
				engine_unref(e, a);
			return again;
		}
	}
	give_up(e, a, &err);
	engine_unref(e, a);
	return false;
}

void
compute_dry_run(struct engine *e, struct actor *a, struct dry_job *job)
{
	struct dry_job **end;

	lock(&a->lock);
	/* a sender may hear of its slot before that is in the mailbox */
	job->after = a->durable > a->scheduled ? a->durable : a->scheduled;
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
