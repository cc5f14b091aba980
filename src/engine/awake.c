/*
 * Replaying: what the log calls a failure is not evaluated again, it left no
 * trace. Verdicts of machine limits are facts of the log.
 *
 * Sleeping: the budget's keeper, which is whoever ends a turn when memory is
 * short, marks the coldest as sleepy and gives it a turn, in which it goes if
 * nothing else has come in. What would be quick to replay just goes; else its
 * checkpoint is written first, and it goes in another turn, when that is
 * durable. Checkpoints are also taken of those that stay, each time when
 * replaying them has become dear, beside what the last one cost.
 *
 * A checkpoint is trusted when it is of this build and its chain is that of the
 * log at its place; any other is none.
 */
#include "engine/awake.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fault.h"
#include "engine/modules.h"
#include "engine/tick.h"

enum {
	/* of an awake process beside its state: actor, machine, messages */
	BESIDE_BYTES = 4096,
	/* of a replay at a time: then other processes have their turns */
	REPLAY_NS = 20 * 1000 * 1000,
	/* a replay of so long is no reason for a checkpoint */
	QUICK_NS = 500 * 1000,
	/* when the program ends, and while it runs */
	SLOW_END_NS = 20 * 1000 * 1000,
	SLOW_NS = 50 * 1000 * 1000,
	/* checkpoints take at most one part in so many of the time */
	SAVE_PART = 20,
};

/* --- waking --- */

int
awake_know(struct actor *a, const struct recent *first, struct error *err)
{
	if (a->process_read)
		return 0;
	if (process_init(&a->process, first->message, err) < 0)
		return -1;
	process_follow(&a->process, &first->assignment.facts);
	result_chain_first(&a->id, vm_release(), a->chain);
	a->process_read = true;
	return 0;
}

/* A tick's message, and when it was due, out of a record. */
static int
decode_tick(struct engine *e, struct actor *a, const struct slot_record *record,
    struct recent *out, struct error *err)
{
	const struct journal_tick *t = &record->tick;

	if (tick_message(e, a, t->schedule, &out->message, err) < 0)
		return -1;
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

int
awake_read_entry(struct engine *e, struct actor *a, struct position from,
    struct slot_record *record, struct recent *out, struct error *err)
{
	if (journal_read_entry(e->journal, a->number, &from, record, err) < 0)
		return -1;
	if (decode_entry(e, a, record, out, err) == 0)
		return 0;
	slot_record_release(record);
	return FAIL_IN(err, "slot %s", position_text(from).text);
}

struct evaluation
awake_evaluation(const struct actor *a, const struct recent *r)
{
	return (struct evaluation){ .process = &a->process,
		.message = r->message,
		.assignment = &r->assignment,
		.cron = r->at.tick > 0 };
}

int
awake_read(struct engine *e, struct actor *a, struct error *err)
{
	struct slot_record record;
	struct recent first;
	int rc;

	if (a->process_read || position_slots(a->evaluated) == 0)
		return 0;
	if (awake_read_entry(e, a, position_of_slot(0), &record, &first, err) <
	    0)
		return -1;
	slot_record_release(&record);
	rc = awake_know(a, &first, err);
	message_unref(first.message);
	return rc;
}

/* The process's own, or its module's, and those of this node. */
static struct vm_limits
limits_of(const struct engine *e, const struct process *p,
    const struct module *m)
{
	struct vm_limits out = vm_own_limits(p->spawn, &m->limits);

	if (e->limits.time_ns)
		out.time_ns = e->limits.time_ns;
	if (e->limits.output)
		out.output = e->limits.output;
	if (e->limits.outbox)
		out.outbox = e->limits.outbox;
	out.node_instructions = e->limits.compute;
	out.node_memory = e->limits.memory;
	out.stop = &e->stopping;
	return out;
}

/* A fresh machine for the process's module, if there is one for its format. */
static int
open_module(struct engine *e, struct actor *a, struct error *err)
{
	const struct vm_ops *ops;
	struct vm_limits limits;
	struct module module = { 0 };
	int rc;

	if (modules_get(e, &a->process.runs, &module, err) < 0)
		return -1;
	if (module.item)
		process_publish(&a->process, module.item);
	limits = limits_of(e, &a->process, &module);
	rc = vm_machine(module.format, &ops, err);
	if (rc == 0 && fault(FAULT_MACHINE_HAS_NO_ROOM))
		rc = FAIL(err, ERR_SYSTEM, "no memory for a machine");
	if (rc == 0)
		rc = ops->open(module.program, a->lane, &limits, &a->vm, err);
	module_release(&module);
	return rc;
}

/*
 * A module that is not here or is none makes every evaluation fail with that
 * text, and the log goes on; what this computer lacks (-1) must not get into a
 * log.
 */
static int
open_machine(struct engine *e, struct actor *a, struct error *err)
{
	if (open_module(e, a, err) == 0)
		return 0;
	if (!vm_fails_for_good(err))
		return -1;
	a->broken = true;
	a->broken_why = *err;
	return 0;
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
	struct evaluation ev = awake_evaluation(a, r);
	struct result again = RESULT_INIT;
	int rc;

	ev.replay = true;
	if (record->result.verdict != VERDICT_OK || a->broken)
		return 0;
	do {
		result_release(&again);
		rc = awake_evaluate(e, a, &ev, &again, err);
		if (rc == 0 && atomic_load(&e->stopping))
			rc = FAIL(err, ERR_INTERRUPTED, "the engine ends");
	} while (rc == 0 && again.verdict == VERDICT_INTERRUPTED);
	if (rc == 0 &&
	    !span_equal(buf_span(&again.json), buf_span(&record->result.json)))
		fprintf(stderr,
		    "aosh: process %s: slot %s evaluates differently than "
		    "its log says\n",
		    a->process.id_text.text, position_text(r->at).text);
	result_release(&again);
	return rc;
}

/* The next entry on the way to where the log is. */
static int
replay_next(struct engine *e, struct actor *a, struct error *err)
{
	struct slot_record record;
	struct recent r;
	int rc;

	if (awake_read_entry(e, a, a->awoken, &record, &r, err) < 0)
		return -1;
	rc = replay_entry(e, a, &record, &r, err);
	if (rc < 0)
		error_prefix(err, "slot %s", position_text(r.at).text);
	if (rc == 0) {
		a->newest = r.assignment;
		memcpy(a->chain, record.chain, sizeof(a->chain));
		a->awoken = position_behind(r.at);
	}
	message_unref(r.message);
	slot_record_release(&record);
	return rc;
}

/* A piece of the way. 1: there is more of it. */
static int
replay(struct engine *e, struct actor *a, struct error *err)
{
	uint64_t end = clock_now_ns() + REPLAY_NS;

	while (position_before(a->awoken, a->evaluated)) {
		int rc;

		if (atomic_load(&e->stopping))
			return FAIL(err, ERR_INTERRUPTED, "the engine ends");
		rc = replay_next(e, a, err);
		if (rc != 0)
			return rc;
		if (clock_now_ns() > end)
			return 1;
	}
	return 0;
}

/* Away with the machine; what it took is given back. */
static void
close_machine(struct engine *e, struct actor *a)
{
	if (!a->vm)
		return;
	a->vm->ops->close(a->vm);
	a->vm = NULL;
	atomic_fetch_sub(&e->state_bytes, a->counted);
	atomic_fetch_sub(&e->awake, 1);
	a->counted = 0;
	lock(&a->lock);
	a->memory = 0;
	unlock(&a->lock);
}

/* The state's size and the time it would take to have it again. */
static void
count(struct engine *e, struct actor *a, uint64_t ns)
{
	uint64_t memory = a->vm->ops->memory(a->vm);

	atomic_fetch_add(&e->state_bytes, memory + BESIDE_BYTES - a->counted);
	a->counted = memory + BESIDE_BYTES;
	a->unsaved_ns += ns;
	lock(&a->lock);
	a->memory = memory;
	unlock(&a->lock);
}

/* Whether a checkpoint is what the log says it is; then its last entry. */
static bool
is_of_log(struct engine *e, struct actor *a, const struct checkpoint_record *c,
    struct assignment *newest)
{
	struct position end = position_end(c->slots, c->ticks);
	struct slot_record record;
	struct recent r;
	struct error err;
	bool same;

	if (!end.tick || position_before(a->evaluated, end) ||
	    awake_read_entry(e, a, (struct position){ end.slot, end.tick - 1 },
		&record, &r, &err) < 0)
		return false;
	same = record.evaluated &&
	    memcmp(record.chain, c->chain, sizeof(c->chain)) == 0;
	*newest = r.assignment;
	message_unref(r.message);
	slot_record_release(&record);
	return same;
}

/* Into a fresh machine, if there is one that is good here. */
static void
restore(struct engine *e, struct actor *a)
{
	const char *build = vm_build_id();
	struct checkpoint_record c;
	struct error err;

	if (!build || !a->evaluated.tick ||
	    journal_read_checkpoint(e->journal, a->number, &c, &err) < 0)
		return;
	if (span_is(buf_span(&c.build), build) &&
	    is_of_log(e, a, &c, &a->newest) &&
	    a->vm->ops->restore(a->vm, buf_span(&c.image), &err) == 0) {
		a->awoken = position_end(c.slots, c.ticks);
		memcpy(a->chain, c.chain, sizeof(a->chain));
	}
	checkpoint_record_release(&c);
}

/* The machine is there; what it replays from is not known to be right yet. */
static int
begin_to_wake(struct engine *e, struct actor *a, struct error *err)
{
	if (open_machine(e, a, err) < 0)
		return -1;
	a->awoken = position_of_slot(0);
	a->unsaved_ns = 0;
	if (a->vm) {
		atomic_fetch_add(&e->awake, 1);
		restore(e, a);
	} else if (a->evaluated.tick) {
		/* no state to have: only the chain and the last assignment */
		a->awoken = (struct position){ a->evaluated.slot,
			a->evaluated.tick - 1 };
	}
	return 0;
}

int
awake_wake(struct engine *e, struct actor *a, struct error *err)
{
	int rc;

	if (!a->vm && !a->broken && begin_to_wake(e, a, err) < 0)
		return -1;
	if (!position_before(a->awoken, a->evaluated))
		return 0;
	rc = replay(e, a, err);
	lock(&a->lock);
	a->waking = rc > 0 ? position_slots(a->awoken) : 0;
	unlock(&a->lock);
	if (rc >= 0)
		return rc;
	close_machine(e, a);
	/* the chain is not known: it all begins again */
	a->broken = false;
	return -1;
}

/* False: it is stopped, and this is not to begin. */
static bool
begin_running(struct actor *a, const struct evaluation *ev)
{
	bool entry = !ev->replay && !ev->read_only;
	bool held;

	lock(&a->lock);
	held = a->halted && entry;
	if (!held) {
		a->running = a->vm;
		a->running_entry = entry;
	}
	unlock(&a->lock);
	return !held;
}

/* True: it is to begin again, having been told to give way. */
static bool
end_running(struct actor *a, bool interrupted)
{
	bool again;

	lock(&a->lock);
	a->running = NULL;
	again = interrupted && a->preempted && !a->stopped;
	a->preempted = false;
	a->stopped = false;
	unlock(&a->lock);
	/* each time for longer, so that it comes to its end */
	atomic_store(&a->patience_ns,
	    again ? atomic_load(&a->patience_ns) * 2 : PATIENCE_NS);
	return again;
}

int
awake_evaluate(struct engine *e, struct actor *a, const struct evaluation *ev,
    struct result *out, struct error *err)
{
	uint64_t begin;
	bool again;
	int rc;

	if (a->broken) {
		result_fail(out, VERDICT_ERROR, span_text(a->broken_why.text));
		return 0;
	}
	if (!begin_running(a, ev))
		return 1;
	begin = clock_now_ns();
	rc = a->vm->ops->eval(a->vm, ev, out, err);
	again = end_running(a, rc == 0 && out->verdict == VERDICT_INTERRUPTED);
	a->used |= !ev->replay;
	count(e, a, ev->read_only ? 0 : clock_now_ns() - begin);
	return rc == 0 && again && !atomic_load(&e->stopping) ? 1 : rc;
}

/* --- checkpoints --- */

struct saving {
	struct engine *engine;
	struct actor *actor; /* one reference */
};

/* On the writer thread. It may have waited for this to go to sleep. */
static void
saving_done(void *arg, int status, const struct error *err)
{
	struct saving *s = arg;
	bool sleepy;

	if (status < 0)
		engine_fail(s->engine, err);
	lock(&s->actor->lock);
	s->actor->saving = false;
	sleepy = s->actor->sleepy_bytes > 0;
	unlock(&s->actor->lock);
	if (sleepy)
		engine_wake(s->engine, s->actor);
	engine_unref(s->engine, s->actor);
	free(s);
}

/* The results up to here are with the journal already: it comes behind. */
static void
submit_checkpoint(struct engine *e, struct actor *a, struct span image)
{
	struct checkpoint c = { .number = a->number,
		.slots = position_slots(a->evaluated),
		.ticks = a->evaluated.tick - 1,
		.build = span_text(vm_build_id()),
		.image = image };
	struct saving *s = xmalloc(sizeof(*s));
	struct batch *b = batch_new();

	memcpy(c.chain, a->chain, sizeof(c.chain));
	batch_add_checkpoint(b, &c);
	*s = (struct saving){ e, actor_ref(a) };
	lock(&a->lock);
	a->saving = true;
	unlock(&a->lock);
	journal_submit(e->journal, b, saving_done, s);
}

/* False: it has none, nor can have. */
static bool
save(struct engine *e, struct actor *a)
{
	uint64_t begin = clock_now_ns();
	struct buf image = BUF_INIT;
	struct error err;
	bool saved;

	if (!vm_build_id() || !a->evaluated.tick ||
	    position_before(a->awoken, a->evaluated))
		return false;
	saved = a->vm->ops->save(a->vm, &image, &err) == 0 &&
	    image.len <= CHECKPOINT_IMAGE_MAX;
	if (saved)
		submit_checkpoint(e, a, buf_span(&image));
	buf_release(&image);
	a->save_ns = clock_now_ns() - begin;
	a->unsaved_ns = 0;
	return saved;
}

static bool
is_saving(struct actor *a)
{
	bool saving;

	lock(&a->lock);
	saving = a->saving;
	unlock(&a->lock);
	return saving;
}

/* --- sleeping --- */

/* Whether there is anything to do but to sleep. */
static bool
is_idle(struct actor *a)
{
	bool idle;

	lock(&a->lock);
	idle = !a->dry_jobs &&
	    (a->halted ||
		(!position_before(a->evaluated, a->scheduled) && !a->outgoing));
	unlock(&a->lock);
	return idle;
}

/* Set by the keeper, taken back in the actor's own turn. */
static void
set_sleepy(struct engine *e, struct actor *a, bool on)
{
	uint64_t bytes;

	lock(&a->lock);
	if (on == (a->sleepy_bytes > 0)) {
		unlock(&a->lock);
		return;
	}
	if (on)
		a->sleepy_bytes = a->memory + BESIDE_BYTES;
	bytes = a->sleepy_bytes;
	if (!on)
		a->sleepy_bytes = 0;
	unlock(&a->lock);
	if (on)
		atomic_fetch_add(&e->sleepy_bytes, bytes);
	else
		atomic_fetch_sub(&e->sleepy_bytes, bytes);
}

/* More in memory than may be, not counting those that are about to go. */
static bool
is_short(struct engine *e)
{
	uint64_t sleepy = atomic_load(&e->sleepy_bytes);
	uint64_t bytes = atomic_load(&e->state_bytes);

	return bytes > sleepy && bytes - sleepy > e->memory;
}

/* The coldest are to go; `a` itself has just been used. */
static void
keep_budget(struct engine *e, struct actor *a)
{
	while (is_short(e)) {
		struct actor *coldest = roster_coldest(&e->actors);

		if (!coldest)
			return;
		if (coldest == a) {
			roster_touch(&e->actors, a);
			engine_unref(e, coldest);
			return;
		}
		set_sleepy(e, coldest, true);
		engine_wake(e, coldest);
		engine_unref(e, coldest);
	}
}

static bool
is_sleepy(struct actor *a)
{
	bool sleepy;

	lock(&a->lock);
	sleepy = a->sleepy_bytes > 0;
	unlock(&a->lock);
	return sleepy;
}

/* What shows of its state can be read from its log again, too. */
void
awake_sleep(struct engine *e, struct actor *a)
{
	close_machine(e, a);
	lock(&a->read_lock);
	patch_cache_release(&a->cache);
	a->cached = position_of_slot(0);
	unlock(&a->read_lock);
	roster_forget(&e->actors, a);
}

/* Go, or have the checkpoint written first, or stay when work came in. */
static void
be_sleepy(struct engine *e, struct actor *a)
{
	if (!a->used && is_idle(a)) {
		if (is_saving(a))
			return;
		if (a->vm && a->unsaved_ns > QUICK_NS && save(e, a))
			return;
		awake_sleep(e, a);
	}
	set_sleepy(e, a, false);
}

/* So much has been evaluated that a restart would be slow. */
static bool
is_due(struct actor *a)
{
	return a->unsaved_ns > SLOW_NS &&
	    a->unsaved_ns > SAVE_PART * a->save_ns && !is_saving(a);
}

void
awake_rest(struct engine *e, struct actor *a)
{
	if (is_sleepy(a))
		be_sleepy(e, a);
	a->used = false;
	if (a->vm) {
		if (is_due(a))
			(void)save(e, a);
		roster_touch(&e->actors, a);
	}
	/* it counts itself out twice in the moment in which it goes, so
	 * that another keeper may have seen too little */
	keep_budget(e, a);
}

static void
save_slow(void *arg, struct actor *a)
{
	if (a->vm && a->unsaved_ns > SLOW_END_NS)
		(void)save(arg, a);
}

void
awake_save_all(struct engine *e)
{
	if (!atomic_load(&e->failed))
		roster_each(&e->actors, save_slow, e);
}
