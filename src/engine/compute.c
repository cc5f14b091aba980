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
 * log, and the process is tried again some seconds later.
 * Source: design sections 3 and 5.
 */
#include "engine/compute.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "engine/awake.h"
#include "engine/messenger.h"
#include "engine/tick.h"

enum {
	/* then other processes have their turns */
	ENTRIES_PER_TURN = 256,
	TURN_NS = 2 * 1000 * 1000,
	AGAIN_MOST_S = 60, /* between two turns that fail */
	/* of a result's bytes and its message's: larger ones are read back */
	HELD_OUTBOX_MAX = 16 * 1024,
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
		atomic_fetch_add(&ev->engine->evaluated, 1);
		messenger_queue(ev->engine, ev->actor, ev->outgoing);
	}
	engine_unref(ev->engine, ev->actor);
	free(ev);
}

/* Nothing of its log has been evaluated yet. */
static bool
is_new(const struct actor *a)
{
	return position_slots(a->evaluated) == 0;
}

/* Stopped by its user. */
static bool
is_halted(struct actor *a)
{
	bool halted;

	lock(&a->lock);
	halted = a->halted;
	unlock(&a->lock);
	return halted;
}

/* With the lock: the next entry need not be read back. */
static bool
is_at_hand(const struct actor *a)
{
	return a->recent &&
	    position_compare(a->recent->from, a->evaluated) == 0;
}

/*
 * Where to look for what comes next: a log without ticks is not asked for one.
 */
static struct position
next_place(const struct actor *a)
{
	if (!a->has_ticks && a->evaluated.tick)
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
	struct position from;
	struct slot_record record;
	bool durable;
	bool kept;

	lock(&a->lock);
	durable = position_before(a->evaluated, a->durable);
	from = next_place(a);
	kept = is_at_hand(a);
	if (kept) {
		*out = *a->recent;
		(void)message_ref(out->message);
	}
	unlock(&a->lock);
	if (kept)
		return 0;
	if (!durable)
		return 1;
	if (awake_read_entry(e, a, from, &record, out, err) < 0)
		return -1;
	slot_record_release(&record);
	return 0;
}

/*
 * How many entries the messenger has to push; keeps the outbox if any, unless
 * it is large: the messenger may be far behind. A tick is nobody's message:
 * what it sends has no cause.
 */
static uint32_t
take_outbox(struct outgoing *o, const struct result *r, struct message *cause)
{
	static const char quiet[] = "{\"Assignments\":[],\"Messages\":[],";
	static const char end[] = ",\"Spawns\":[]}";
	struct span json = buf_span(&r->json);
	struct error err;
	uint32_t count;

	if (r->verdict != VERDICT_OK ||
	    (span_starts_with(json, quiet) && json.len > sizeof(end) &&
		span_is(span_from(json, json.len - (sizeof(end) - 1)), end)))
		return 0;
	if (outbox_init(&o->outbox, json, &err) < 0)
		return 0;
	count = (uint32_t)o->outbox.count;
	o->read_back = count > 0 &&
	    json.len + (cause ? cause->bytes.len : 0) > HELD_OUTBOX_MAX;
	o->has_outbox = count > 0 && !o->read_back;
	if (!o->has_outbox)
		outbox_release(&o->outbox);
	else if (cause)
		o->cause = message_ref(cause);
	return count;
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
	ev->actor = actor_ref(a);
	ev->outgoing = xcalloc(1, sizeof(*ev->outgoing));
	ev->outgoing->at = entry->at;
	if (entry->at.tick)
		record_tick(a, entry, r, ev->outgoing, b);
	else
		record_slot(a, entry, r, ev->outgoing, b);
	journal_submit(e->journal, b, result_done, ev);
	a->evaluated = position_behind(entry->at);
	a->awoken = a->evaluated;
}

/*
 * Evaluate the entry that `r` holds. 1: not yet, others have their turn first.
 */
static int
compute_entry(struct engine *e, struct actor *a, const struct recent *r,
    struct error *err)
{
	struct result out = RESULT_INIT;
	struct evaluation ev;
	int rc;

	if (is_new(a) && awake_know(a, r, err) < 0)
		return -1;
	rc = awake_wake(e, a, err);
	if (rc != 0)
		return rc;
	ev = awake_evaluation(a, r);
	rc = awake_evaluate(e, a, &ev, &out, err);
	/* cut short because the program ends: the next start does it again */
	if (rc == 0 && out.verdict == VERDICT_INTERRUPTED &&
	    atomic_load(&e->stopping))
		rc = FAIL(err, ERR_INTERRUPTED, "the engine ends");
	if (rc == 0) {
		a->newest = r->assignment;
		a->failures = 0;
		record(e, a, r, &out);
		actor_forget(a, a->evaluated);
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

/* Take a dry run whose turn has come: of a stopped process at once. With `any`
 * the first one, to fail it. */
static struct dry_job *
take_dry(struct actor *a, bool any)
{
	struct dry_job **at;
	struct dry_job *job;

	lock(&a->lock);
	for (at = &a->dry_jobs; (job = *at); at = &job->next)
		if (any || a->halted ||
		    !position_before(a->evaluated, job->after))
			break;
	if (job)
		*at = job->next;
	unlock(&a->lock);
	return job;
}

/* It gave way to others: in front of those that came behind it. */
static void
put_back_dry(struct actor *a, struct dry_job *job)
{
	lock(&a->lock);
	job->next = a->dry_jobs;
	a->dry_jobs = job;
	unlock(&a->lock);
}

/* Under the newest slot's time and height, as if it came right behind. 1: it
 * gave way to others. */
static int
run_dry(struct engine *e, struct actor *a, struct dry_job *job)
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
	rc = awake_evaluate(e, a, &ev, job->out, &err);
	lock(&a->lock);
	a->dry_running = NULL;
	unlock(&a->lock);
	if (rc > 0)
		put_back_dry(a, job);
	else
		finish_dry(a, job, rc, &err);
	return rc > 0;
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

/* Once more in a second, or in twice as long as the last time, up to a minute;
 * that is told as long as it grows. */
static void
try_again_later(struct engine *e, struct actor *a, const struct error *err)
{
	unsigned seconds = 1;

	for (unsigned i = 0; i < a->failures && seconds < AGAIN_MOST_S; i++)
		seconds *= 2;
	if (seconds > AGAIN_MOST_S)
		seconds = AGAIN_MOST_S;
	/* what came in meanwhile was no time to wait for */
	if (!cron_plan_turn(e->cron, a,
		clock_wall_ms() + seconds * UINT64_C(1000)))
		return;
	if (seconds < AGAIN_MOST_S || a->failures == 0)
		fprintf(stderr, "aosh: process %s: %s: tried again in %u s\n",
		    id_encode(&a->id).text, err->text, seconds);
	a->failures++;
}

/*
 * The machine or the store cannot go on with this process: say so, and try
 * again later, or when somebody wakes it.
 */
static void
give_up(struct engine *e, struct actor *a, const struct error *err)
{
	bool ending = atomic_load(&e->stopping) || atomic_load(&e->failed);
	struct dry_job *job;

	if (!ending)
		try_again_later(e, a, err);

	do {
		while ((job = take_dry(a, true)))
			finish_dry(a, job, -1, err);
	} while (!release_claim(a));
}

/* With the lock. */
static bool
is_dry_due(const struct actor *a, const struct dry_job *job)
{
	if (a->halted)
		return true;
	return !is_new(a) && !position_before(a->evaluated, job->after);
}

/* A process that was stopped before its first entry has no state to show. */
static void
fail_dry_jobs(struct actor *a)
{
	struct dry_job *job;
	struct error why;

	error_set(&why, ERR_EVAL,
	    "process '%s' is stopped, and nothing of it was evaluated yet",
	    id_encode(&a->id).text);
	/* what is asked behind its start is none of them */
	while ((job = take_dry(a, false)))
		finish_dry(a, job, -1, &why);
}

/* Dry runs that were waiting for what is evaluated by now. */
static int
run_dry_jobs(struct engine *e, struct actor *a, struct error *err)
{
	struct dry_job *job;

	if (is_new(a) && is_halted(a))
		fail_dry_jobs(a);
	while (!is_new(a) && (job = take_dry(a, false))) {
		int rc = awake_wake(e, a, err);

		if (rc < 0) {
			finish_dry(a, job, -1, err);
			return -1;
		}
		if (rc > 0)
			put_back_dry(a, job);
		if (rc > 0 || run_dry(e, a, job) > 0)
			return 0;
	}
	return 0;
}

/* Evaluate the next entry. 1: there is none just now, or others are first. */
static int
work_on_entry(struct engine *e, struct actor *a, struct error *err)
{
	struct recent r;
	int rc;

	if (atomic_load(&e->stopping))
		return FAIL(err, ERR_INTERRUPTED, "the engine ends");
	if (engine_check(e, err) < 0)
		return -1;
	lock(&a->lock);
	rc = !a->halted && position_before(a->evaluated, a->scheduled) ? 0 : 1;
	unlock(&a->lock);
	if (rc == 0)
		rc = next_entry(e, a, &r, err);
	if (rc != 0)
		return rc;
	rc = compute_entry(e, a, &r, err);
	message_unref(r.message);
	if (rc < 0)
		return FAIL_IN(err, "slot %s", position_text(r.at).text);
	return rc;
}

/* So many entries, or for so long; then dry runs. */
static int
work(struct engine *e, struct actor *a, struct error *err)
{
	uint64_t end = clock_now_ns() + TURN_NS;
	int rc = 0;

	for (int i = 0; rc == 0 && i < ENTRIES_PER_TURN; i++) {
		rc = work_on_entry(e, a, err);
		if (clock_now_ns() > end)
			break;
	}
	return rc < 0 ? -1 : run_dry_jobs(e, a, err);
}

/* With the lock: something to push, or to evaluate. */
static bool
has_work(const struct actor *a)
{
	return a->outgoing != NULL ||
	    (position_before(a->evaluated, a->scheduled) &&
		(position_before(a->evaluated, a->durable) || is_at_hand(a)));
}

/* Whether a turn now would find something; ends the claim when not. */
static bool
more(struct actor *a)
{
	bool again;

	lock(&a->lock);
	/* whoever made it sleepy meanwhile could not give it a turn */
	again = (a->sleepy_bytes && !a->saving) || (!a->halted && has_work(a));
	for (struct dry_job *j = a->dry_jobs; j && !again; j = j->next)
		again = is_dry_due(a, j);
	a->queued = again;
	unlock(&a->lock);
	return again;
}

/* A process that was dormant is open work from now on. */
static void
rise(struct engine *e, struct actor *a)
{
	bool dormant;

	lock(&a->lock);
	dormant = a->dormant;
	a->dormant = false;
	unlock(&a->lock);
	if (dormant)
		engine_open_count(e, a, 1);
}

/* Pushes first: they are what other processes wait for. */
static bool
compute_turn(void *arg, struct actor *a)
{
	struct engine *e = arg;
	struct error err;
	int rc = awake_read(e, a, &err);

	rise(e, a);
	if (rc == 0) {
		messenger_deliver(e, a);
		rc = work(e, a, &err);
	}
	awake_rest(e, a);
	if (rc == 0)
		return more(a);
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

/* With the lock of `a` held: the machine must not end meanwhile. */
static void
stop_running(struct actor *a)
{
	if (!a->running)
		return;
	a->stopped = true;
	a->running->ops->interrupt(a->running);
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
	else if (a->dry_running == job)
		stop_running(a);
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
	stop_running(a);
	unlock(&a->lock);
}

/* With the lock: the evaluation that runs is to be begun again. */
static void
give_way(struct actor *a)
{
	if (!a->running || a->preempted || a->stopped)
		return;
	a->preempted = true;
	a->running->ops->interrupt(a->running);
}

bool
compute_hold(struct actor *a)
{
	bool busy;

	lock(&a->lock);
	busy = a->halted && (a->telling || (a->running && a->running_entry));
	/* the first time may have hit nothing */
	if (busy) {
		a->preempted = false;
		give_way(a);
	}
	unlock(&a->lock);
	return busy;
}

static void
compute_preempt(void *arg, struct actor *a)
{
	lock(&a->lock);
	give_way(a);
	unlock(&a->lock);
	engine_unref(arg, a);
}

static void
compute_release(void *arg, struct actor *a)
{
	engine_unref(arg, a);
}

const struct worker_ops compute_ops = {
	.turn = compute_turn,
	.release = compute_release,
	.preempt = compute_preempt,
};
