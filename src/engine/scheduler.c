/*
 * Whoever brings a message puts it into the mailbox of its process. If nobody
 * has the scheduling turn, that thread takes it and numbers everything in the
 * mailbox, others' messages included; else it only waits for its ticket. So
 * there is no scheduler thread, a process's log has one writer at a time, and
 * messages that come together share a sync of the disk.
 *
 * Numbering: slot, time, hash chain, signature, batch. The state of the turn
 * moves on before the batch is durable; if it never is, the journal takes
 * nothing more, so no later assignment can stand behind a missing one.
 *
 * Before each message come the cron ticks that were due up to its time
 * (engine/tick.h). When there are very many, the turn waits for the disk
 * between two pages of them, and nobody has it meanwhile but that page.
 *
 * A process's first message is its spawn. An actor for it is made before that
 * has a slot, so another message may find it early: that one is refused as if
 * the process were not there. Source: spec/ao-network.md 5.
 */
#include "engine/scheduler.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "ao/protocol.h"
#include "engine/modules.h"
#include "engine/tick.h"

/* What a batch of one assignment leads to when it is durable. */
struct scheduled {
	struct engine *engine;
	struct actor *actor; /* one reference */
	bool is_new;         /* false: the message had its slot before */
	struct receipt receipt;
	struct ticket *ticket;
	bool lazy; /* its slot waits for somebody to ask */
};

void
ticket_init(struct ticket *t, struct receipt *receipt)
{
	sem_init(&t->done, 0, 0);
	t->receipt = receipt;
	t->status = -1;
}

/* The last touch of the ticket, which is on the waiter's stack. */
static void
ticket_complete(struct ticket *t, int status, const struct error *err,
    const struct receipt *receipt)
{
	t->status = status;
	if (status < 0)
		t->err = *err;
	else
		*t->receipt = *receipt;
	sem_post(&t->done);
}

int
ticket_wait(struct ticket *t, struct error *err)
{
	while (sem_wait(&t->done) < 0)
		continue;
	sem_destroy(&t->done);
	if (t->status < 0)
		*err = t->err;
	return t->status;
}

struct delivery *
delivery_new(const struct push_key *key, unsigned shares)
{
	struct delivery *d = xmalloc(sizeof(*d));

	d->key = *key;
	atomic_init(&d->shares, shares);
	atomic_init(&d->left_open, false);
	return d;
}

/* Add the mark when the message in `b` is the last that it waits for. */
static bool
mark_delivered(struct delivery *d, struct batch *b)
{
	if (!d || atomic_load(&d->shares) > 1 || atomic_load(&d->left_open))
		return false;
	batch_add_pushed(b, &d->key);
	return true;
}

/*
 * Give a share back, its message being with the journal or not to be sent.
 * Two last ones at a time may both not know it: then the mark goes alone.
 */
static void
delivery_unref(struct engine *e, struct delivery *d, bool marked)
{
	struct batch *b;

	if (!d || atomic_fetch_sub(&d->shares, 1) > 1)
		return;
	if (!marked && !atomic_load(&d->left_open)) {
		b = batch_new();
		batch_add_pushed(b, &d->key);
		journal_submit(e->journal, b, NULL, NULL);
	}
	free(d);
}

void
delivery_drop(struct engine *e, struct delivery *d, const struct error *why)
{
	if (!d)
		return;
	if (why->code == ERR_STORE || why->code == ERR_FULL ||
	    why->code == ERR_SYSTEM || atomic_load(&e->failed))
		atomic_store(&d->left_open, true);
	delivery_unref(e, d, false);
}

static bool
is_dormant(struct actor *a)
{
	bool dormant;

	lock(&a->lock);
	dormant = a->dormant;
	unlock(&a->lock);
	return dormant;
}

/* On the writer thread: the assignment is on disk, or never will be. */
static void
assignment_done(void *arg, int status, const struct error *err)
{
	struct scheduled *s = arg;
	struct actor *a = s->actor;

	if (status < 0) {
		engine_fail(s->engine, err);
	} else if (s->is_new) {
		lock(&a->lock);
		a->durable = position_behind(position_of_slot(s->receipt.slot));
		unlock(&a->lock);
		atomic_fetch_add(&s->engine->scheduled, 1);
		/* what was open is only that it be durable */
		if (s->lazy)
			engine_open_count(s->engine, a, -1);
		if (!is_dormant(a))
			engine_wake(s->engine, a);
		watch_notify(&s->engine->watches, &a->id);
	}
	if (s->ticket)
		ticket_complete(s->ticket, status, err, &s->receipt);
	engine_unref(s->engine, a);
	free(s);
}

int
scheduler_read(struct engine *e, struct actor *a, struct error *err)
{
	struct slot_record record;
	struct assignment last;
	int rc;

	if (a->schedule_read)
		return 0;
	if (a->next_slot == 0) {
		a->scheduler = e->address;
		a->schedule_read = true;
		return 0;
	}
	if (journal_read_slot(e->journal, a->number, a->next_slot - 1, &record,
		err) < 0)
		return -1;
	rc = assignment_decode(buf_span(&record.assignment), &last, &a->last_id,
	    err);
	if (rc == 0)
		rc = assignment_signer(buf_span(&record.assignment),
		    &a->scheduler, err);
	slot_record_release(&record);
	if (rc < 0)
		return FAIL_IN(err, "slot %" PRIu64, a->next_slot - 1);
	a->last_ms = last.timestamp_ms;
	memcpy(a->hash_chain, last.hash_chain, sizeof(a->hash_chain));
	if (tick_read_last(e, a, err) < 0)
		return -1;
	a->schedule_read = true;
	return 0;
}

/*
 * A log that another scheduler keeps is only read here: numbering on would give
 * the process two logs, and which of them it is nobody could say.
 */
static int
check_ours(struct engine *e, const struct actor *a, struct error *err)
{
	if (strcmp(a->scheduler.text, e->address.text) == 0)
		return 0;
	return FAIL(err, ERR_DENIED,
	    "process '%s' is a copy of a log that scheduler %s keeps: send "
	    "messages there",
	    id_encode(&a->id).text, a->scheduler.text);
}

/* The next assignment of `a`, for `m`, which excludes what it did; the turn's
 * state moves on. */
static void
assign(struct actor *a, const struct message *m, struct assignment *out)
{
	if (a->next_slot == 0)
		assignment_chain_first(&a->id, a->hash_chain);
	else
		assignment_chain_next(&a->last_id, a->hash_chain,
		    a->hash_chain);
	*out = (struct assignment){ .process = a->id,
		.exclude = a->next_slot ? out->exclude : 0,
		.message = m->id,
		.slot = a->next_slot++,
		.timestamp_ms = a->last_ms,
		.height = cron_height(a->last_ms) };
	a->next_tick = 0;
	memcpy(out->hash_chain, a->hash_chain, sizeof(out->hash_chain));
}

/*
 * What our own library does with a spawn is to be seen only in what comes
 * later, unless code comes with it; other modules may send at once.
 */
static bool
is_lazy(const struct engine *e, const struct message *spawn)
{
	struct span code;
	struct id id;

	return modules_runs(e, spawn, &id) &&
	    id_equal(&id, vm_builtin_module_id()) &&
	    !message_tag(spawn, "On-Boot", &code);
}

/* Number one new message and add it to the batch. */
static int
number(struct engine *e, struct actor *a, struct message *m, struct batch *b,
    struct assignment *as, struct error *err)
{
	struct buf item = BUF_INIT;
	struct batch_slot slot;

	if (a->next_slot == 0 && tick_begin(a, m, a->last_ms, b, err) < 0)
		return -1;
	assign(a, m, as);
	if (as->slot == 0)
		modules_decide(e, m, &as->facts);
	if (assignment_sign(as, e->key, &item, &a->last_id, err) < 0) {
		/* its slot would be missing from then on */
		engine_fail(e, err);
		buf_release(&item);
		return -1;
	}
	slot = (struct batch_slot){ .number = a->number,
		.assignment = as,
		.id = a->last_id,
		.assignment_item = buf_span(&item),
		.message_item = buf_span(&m->bytes) };
	if (as->slot == 0) {
		slot.owner = process_name_owner(m, &e->address);
		slot.name = message_tag_or_empty(m, "Name");
		if (is_lazy(e, m)) {
			batch_add_lazy(b, a->number);
			lock(&a->lock);
			a->dormant = true;
			unlock(&a->lock);
		}
	}
	batch_add_slot(b, &slot);
	buf_release(&item);
	return 0;
}

/* A process begins with its own spawn message, whoever else hurries. */
static int
check_first(const struct actor *a, const struct message *m, struct error *err)
{
	if (a->next_slot == 0 && !id_equal(&m->id, &a->id))
		return FAIL(err, ERR_NOT_FOUND, "no process '%s'",
		    id_encode(&a->id).text);
	return 0;
}

/* A message that got no slot: only its sender hears of it. */
static void
refuse(struct scheduled *s, struct delivery *delivery, const struct error *err)
{
	delivery_drop(s->engine, delivery, err);
	engine_open_count(s->engine, s->actor, -1);
	if (s->ticket)
		ticket_complete(s->ticket, -1, err, NULL);
	engine_unref(s->engine, s->actor);
	free(s);
}

/*
 * Give a message that has no slot its own, behind the ticks of that time. 1:
 * not yet, the turn waits for a page of them.
 */
static int
give_slot(struct engine *e, struct actor *a, struct batch *b, struct recent *r,
    struct error *err)
{
	uint64_t now = clock_wall_ms();
	int rc;

	if (check_first(a, r->message, err) < 0 ||
	    scheduler_read(e, a, err) < 0 || check_ours(e, a, err) < 0)
		return -1;
	rc = tick_emit(e, a, now, err);
	if (rc != 0)
		return rc;
	if (now > a->last_ms)
		a->last_ms = now;
	r->from = position_end(a->next_slot, a->next_tick);
	r->at = position_of_slot(a->next_slot);
	return number(e, a, r->message, b, &r->assignment, err);
}

/*
 * One arrival: find or give its slot, and queue what makes that durable. False:
 * the turn was passed on before that.
 */
static bool
schedule(struct engine *e, struct actor *a, struct arrival *arrival)
{
	struct message *m = arrival->message;
	struct scheduled *s = xcalloc(1, sizeof(*s));
	struct batch *b = batch_new();
	struct recent *r = xcalloc(1, sizeof(*r));
	struct error err;
	bool marked;
	bool lazy;
	int had;
	int rc = 0;

	r->message = message_ref(m);
	r->assignment.exclude = arrival->exclude;
	*s = (struct scheduled){ .engine = e,
		.actor = actor_ref(a),
		.receipt = { .process = a->id, .message = m->id },
		.ticket = arrival->ticket };
	had =
	    journal_seen(e->journal, a->number, &m->id, &s->receipt.slot, &err);
	s->receipt.again = had > 0;
	if (had == 0)
		rc = give_slot(e, a, b, r, &err);
	if (had < 0 || rc != 0) {
		batch_free(b);
		recent_free(r);
		if (rc > 0) {
			engine_unref(e, a);
			free(s);
		} else {
			refuse(s, arrival->delivery, &err);
		}
		return rc <= 0;
	}
	if (!had) {
		s->is_new = true;
		s->receipt.slot = r->at.slot;
		s->receipt.timestamp_ms = r->assignment.timestamp_ms;
		s->receipt.assignment = a->last_id;
	}
	/* read before it is submitted: then `s` may be gone */
	lazy = s->lazy = s->is_new && r->at.slot == 0 && is_dormant(a);
	marked = mark_delivered(arrival->delivery, b);
	/* a batch without records still waits its turn: the slot that the
	 * message had may itself be on its way to the disk */
	journal_submit(e->journal, b, assignment_done, s);
	delivery_unref(e, arrival->delivery, marked);
	if (!had) {
		bool first = r->at.slot == 0;

		/* not before: the result must come behind it in the journal */
		actor_remember(a, r);
		if (!lazy)
			engine_wake(e, a);
		if (first)
			tick_plan(e, a);
	} else {
		recent_free(r);
		engine_open_count(e, a, -1);
	}
	return true;
}

/* The next tick will be woken for, if nobody does so yet. */
static void
plan(struct engine *e, struct actor *a)
{
	bool unplanned;

	lock(&a->lock);
	unplanned = a->unplanned;
	a->unplanned = false;
	unlock(&a->lock);
	if (unplanned)
		tick_plan(e, a);
}

/*
 * Ticks without a message; of a stopped process none. False: the turn waits for
 * a page of them.
 */
static bool
schedule_ticks(struct engine *e, struct actor *a)
{
	struct actor_cron *cron;
	struct error err;
	bool halted;
	int rc = -1;

	lock(&a->lock);
	halted = a->halted;
	unlock(&a->lock);
	if (engine_check(e, &err) == 0 && scheduler_read(e, a, &err) == 0)
		rc = halted ? tick_cron(e, a, &cron, &err)
			    : tick_emit(e, a, clock_wall_ms(), &err);
	if (rc > 0)
		return false;
	if (rc == 0)
		plan(e, a);
	else if (!atomic_load(&e->failed))
		fprintf(stderr, "aosh: process %s: cron: %s\n",
		    id_encode(&a->id).text, err.text);
	return true;
}

/*
 * Leave the turn to whoever takes it up behind the page of ticks. What was taken
 * out of the mailbox goes back to its front.
 */
static void
pass_turn(struct actor *a, struct arrival *first, bool due)
{
	struct arrival **end;

	lock(&a->lock);
	a->tick_due |= due;
	if (first) {
		for (end = &first->next; *end; end = &(*end)->next)
			continue;
		*end = a->arrivals;
		if (!a->arrivals)
			a->arrivals_end = end;
		a->arrivals = first;
	}
	unlock(&a->lock);
	tick_pass(a);
}

/* What has come in; NULL and not *due: nothing, and the turn is over. */
static struct arrival *
take_arrivals(struct actor *a, bool *due)
{
	struct arrival *arrival;

	lock(&a->lock);
	arrival = a->arrivals;
	*due = a->tick_due;
	if (!arrival && !a->tick_due)
		a->scheduling = false;
	a->tick_due = false;
	a->arrivals = NULL;
	a->arrivals_end = &a->arrivals;
	unlock(&a->lock);
	return arrival;
}

/* Number what was taken out of the mailbox. False: the turn was passed on. */
static bool
schedule_all(struct engine *e, struct actor *a, struct arrival *arrival)
{
	while (arrival) {
		struct arrival *next = arrival->next;

		if (!schedule(e, a, arrival)) {
			pass_turn(a, arrival, false);
			return false;
		}
		arrival_free(arrival);
		arrival = next;
	}
	return true;
}

/* Number all that has come in, until nothing has. */
void
scheduler_turn(struct engine *e, struct actor *a)
{
	struct arrival *arrival;
	bool due;

	do {
		arrival = take_arrivals(a, &due);
		if (!arrival && !due)
			return;
		if (due && !schedule_ticks(e, a)) {
			pass_turn(a, arrival, true);
			return;
		}
	} while (schedule_all(e, a, arrival));
}

/* What a process cannot be without. */
static int
check_spawn(const struct message *m, struct error *err)
{
	struct span module = span_of(NULL, 0);
	struct span scheduler;
	struct crons crons;
	struct id id;

	if (!protocol_tag(m, "Module", &module))
		return FAIL(err, ERR_FORMAT, "tag 'Module' is missing");
	if (id_decode(module, &id, err) < 0)
		return FAIL_IN(err, "tag 'Module'");
	if (!protocol_tag(m, "Scheduler", &scheduler) || scheduler.len == 0)
		return FAIL(err, ERR_FORMAT, "tag 'Scheduler' is missing");
	if (crons_parse(m->tags, m->tag_count, &crons, err) < 0)
		return -1;
	crons_release(&crons);
	return 0;
}

/* A process that is there is let through: its spawn has just come again. */
static int
address_spawn(struct engine *e, const struct message *m, struct actor **out,
    struct error *err)
{
	struct error ignored;

	if (check_spawn(m, err) < 0)
		return -1;
	if (modules_check(e, m, err) < 0)
		return engine_actor(e, &m->id, out, &ignored);
	return engine_actor_for_spawn(e, &m->id, out, err);
}

/* The actor that a message goes to, one reference. */
static int
address(struct engine *e, const struct message *m, struct actor **out,
    struct error *err)
{
	enum item_type type;

	if (protocol_type(m, &type, err) < 0)
		return -1;
	if (type == ITEM_OTHER)
		return FAIL(err, ERR_FORMAT,
		    "tag 'Type' must be 'Process' or 'Message'");
	if (type == ITEM_PROCESS)
		return address_spawn(e, m, out, err);
	if (!m->has_target)
		return FAIL(err, ERR_FORMAT, "the message has no target");
	return engine_actor(e, &m->target, out, err);
}

/* Into the mailbox of `a`; takes the message and the reference. */
static void
submit(struct engine *e, struct actor *a, const struct arrival *what)
{
	struct arrival *arrival = xmalloc(sizeof(*arrival));

	*arrival = *what;
	engine_open_count(e, a, 1);
	if (actor_arrive(a, arrival))
		scheduler_turn(e, a);
	engine_unref(e, a);
}

int
scheduler_submit(struct engine *e, struct message *message,
    struct delivery *delivery, struct ticket *ticket, struct error *err)
{
	struct actor *a;

	if (engine_check(e, err) < 0 || address(e, message, &a, err) < 0) {
		message_unref(message);
		return -1;
	}
	submit(e, a,
	    &(struct arrival){ .message = message,
		.delivery = delivery,
		.ticket = ticket });
	return 0;
}

/*
 * The same message in another process's log; the message's own target does not
 * matter.
 */
int
scheduler_assign(struct engine *e, const struct assigned *assigned,
    struct delivery *delivery, struct ticket *ticket, struct error *err)
{
	struct actor *a;

	if (engine_check(e, err) < 0 ||
	    engine_actor(e, &assigned->process, &a, err) < 0) {
		message_unref(assigned->message);
		return -1;
	}
	submit(e, a,
	    &(struct arrival){ .message = assigned->message,
		.delivery = delivery,
		.ticket = ticket,
		.exclude = assigned->exclude });
	return 0;
}

int
scheduler_tick(struct engine *e, const struct id *process, bool unplanned,
    struct error *err)
{
	struct actor *a;
	bool has_cron;

	if (engine_check(e, err) < 0 || engine_actor(e, process, &a, err) < 0)
		return -1;
	lock(&a->lock);
	has_cron = a->has_cron;
	unlock(&a->lock);
	if (has_cron && actor_tick(a, unplanned))
		scheduler_turn(e, a);
	engine_unref(e, a);
	return 0;
}

void
scheduler_go_on(struct engine *e, struct actor *a)
{
	scheduler_turn(e, a);
	engine_unref(e, a);
}

void
scheduler_drop(struct engine *e, struct actor *a)
{
	struct arrival *arrival = a->arrivals;
	struct error why;

	error_set(&why, ERR_SYSTEM, "the engine ends");
	for (; arrival; arrival = arrival->next) {
		delivery_drop(e, arrival->delivery, &why);
		arrival->delivery = NULL;
		if (arrival->ticket)
			ticket_complete(arrival->ticket, -1, &why, NULL);
	}
}
