/*
 * What a client may ask of the engine. Writing goes through the scheduler;
 * reading asks the journal, and shows of a process only what may be told.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/cache.h"
#include "engine/compute.h"
#include "engine/cron_ops.h"
#include "engine/import.h"
#include "engine/kept.h"
#include "engine/modules.h"
#include "engine/observe.h"
#include "engine/scheduler.h"
#include "engine/state.h"
#include "engine/stop.h"
#include "engine/tick.h"

enum {
	CANCEL_AGAIN_MS = 20, /* how often a running dry run is told to end */
};

static struct engine *
engine_of(struct node *n)
{
	return (struct engine *)n;
}

static int
op_info(struct node *n, struct node_info *out, struct error *err)
{
	struct engine *e = engine_of(n);

	(void)err;
	*out = (struct node_info){ .address = e->address,
		.module = *vm_builtin_module_id() };
	return 0;
}

/* Wait for the sync; what had its slot before has time and assignment there. */
static int
wait_for_receipt(struct engine *e, struct ticket *ticket, struct receipt *out,
    struct error *err)
{
	struct journal_process p;
	struct slot_record record;
	struct assignment as;
	int rc = ticket_wait(ticket, err);

	if (rc < 0 || !out->again)
		return rc;
	if (engine_find(e, &out->process, &p, err) < 0 ||
	    journal_read_slot(e->journal, p.number, out->slot, &record, err) <
		0)
		return -1;
	rc = assignment_decode(buf_span(&record.assignment), &as,
	    &out->assignment, err);
	slot_record_release(&record);
	if (rc == 0)
		out->timestamp_ms = as.timestamp_ms;
	return rc;
}

/*
 * Verified outside of all locks, by as many threads as send; then it waits for
 * the sync.
 */
static int
op_send(struct node *n, struct span item, struct receipt *out,
    struct error *err)
{
	struct engine *e = engine_of(n);
	struct ticket ticket;
	struct message *m;

	if (message_verify(item, &m, err) < 0)
		return -1;
	ticket_init(&ticket, out);
	if (scheduler_submit(e, m, NULL, &ticket, err) < 0) {
		sem_destroy(&ticket.done);
		return -1;
	}
	return wait_for_receipt(e, &ticket, out, err);
}

static int
op_assign(struct node *n, const struct id *process, const struct id *message,
    uint8_t exclude, struct receipt *out, struct error *err)
{
	struct assigned what = { .process = *process, .exclude = exclude };
	struct engine *e = engine_of(n);
	struct buf item = BUF_INIT;
	struct ticket ticket;
	int rc = journal_read_item(e->journal, message, &item, err);

	if (rc == 0)
		rc = message_decode(buf_span(&item), &what.message, err);
	buf_release(&item);
	if (rc < 0)
		return -1;
	ticket_init(&ticket, out);
	if (scheduler_assign(e, &what, NULL, &ticket, err) < 0) {
		sem_destroy(&ticket.done);
		return -1;
	}
	return wait_for_receipt(e, &ticket, out, err);
}

int
engine_accept(struct node *n, struct message *message, struct error *err)
{
	return scheduler_submit(engine_of(n), message, NULL, NULL, err);
}

/* Until the job is done, or the user wants no more of it. */
static void
wait_for_dry(struct actor *a, struct dry_job *job, int cancel_fd)
{
	struct pollfd fds[2] = { { job->done_fd, POLLIN, 0 },
		{ cancel_fd, POLLIN, 0 } };
	int timeout = -1;

	for (;;) {
		if (poll(fds, 2, timeout) < 0)
			continue;
		if (fds[0].revents) {
			lock(&a->lock);
			unlock(&a->lock);
			return;
		}
		compute_cancel(a, job);
		fds[1].fd = -1;
		timeout = CANCEL_AGAIN_MS;
	}
}

/* Any number may wait at once; the worker's turn runs them in order. */
static int
op_dry_run(struct node *n, const struct message_draft *draft,
    const struct address *owner, int cancel_fd, struct result *out,
    struct error *err)
{
	struct engine *e = engine_of(n);
	struct result result = RESULT_INIT;
	struct dry_job job = { .out = &result };
	struct actor *a;

	ASSERT(draft->target);
	/* what is due by now comes before it, too */
	if (scheduler_tick(e, draft->target, false, err) < 0 ||
	    engine_actor(e, draft->target, &a, err) < 0)
		return -1;
	job.done_fd = eventfd(0, EFD_CLOEXEC);
	if (job.done_fd < 0) {
		engine_unref(e, a);
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	}
	job.message = message_from_draft(draft, owner);
	compute_dry_run(e, a, &job);
	wait_for_dry(a, &job, cancel_fd);
	engine_unref(e, a);
	message_unref(job.message);
	(void)close(job.done_fd);
	if (job.status < 0) {
		result_release(&result);
		*err = job.err;
		return -1;
	}
	*out = result;
	return 0;
}

/* The newest of that name comes first. */
static int
op_find(struct node *n, struct span name, const struct address *owner,
    struct id *out, struct error *err)
{
	struct engine *e = engine_of(n);
	struct span who = owner ? span_text(owner->text) : span_of(NULL, 0);
	int count = journal_find_name(e->journal, name, who, out, 1, err);

	if (count < 0)
		return -1;
	if (count == 0)
		return FAIL(err, ERR_NOT_FOUND, "no process named '%.*s'",
		    SPAN_ARG(name));
	return 0;
}

/* The fields that come from the first slot. */
static int
describe(struct engine *e, uint64_t number, struct process_info *out,
    struct error *err)
{
	struct message *spawn;
	struct assignment as;
	struct process p;
	int rc;

	if (engine_spawn(e, number, &spawn, &as, err) < 0)
		return -1;
	rc = process_init(&p, spawn, err);
	if (rc == 0) {
		process_follow(&p, &as.facts);
		out->module = p.module;
		out->runs = p.runs;
		out->spawned_ms = as.timestamp_ms;
		snprintf(out->owner.text, sizeof(out->owner.text), "%.*s",
		    SPAN_ARG(p.owner));
		snprintf(out->name, sizeof(out->name), "%.*s",
		    SPAN_ARG(p.name));
		process_release(&p);
	}
	message_unref(spawn);
	return rc;
}

/* Of an actor the newest figures, else what the journal knows. */
static int
fill_info(struct engine *e, const struct journal_process *p,
    struct process_info *out, struct error *err)
{
	struct process_info info = { .id = p->id,
		.slots = p->slots,
		.evaluated = p->evaluated,
		.told = p->done,
		.ticks = p->ticks,
		.crons = p->crons,
		.monitored = p->monitored,
		.stopped = p->stopped };
	struct actor *a = engine_lookup(e, &p->id);

	if (a) {
		lock(&a->lock);
		/* both of one moment: `p` is older by now */
		info.slots = position_slots(a->durable);
		info.evaluated = position_slots(a->told);
		info.told = a->told;
		info.memory = a->memory;
		info.waking = a->waking;
		info.stopped = a->halted;
		unlock(&a->lock);
		engine_unref(e, a);
	}
	if (describe(e, p->number, &info, err) < 0)
		return -1;
	*out = info;
	return 0;
}

/*
 * Reads the first slot anew each time: a process's own message is the only
 * place where this stands.
 */
static int
op_process(struct node *n, const struct id *id, struct process_info *out,
    struct error *err)
{
	struct engine *e = engine_of(n);
	struct journal_process p;

	if (engine_find(e, id, &p, err) < 0)
		return -1;
	return fill_info(e, &p, out, err);
}

struct list_walk {
	struct engine *engine;
	node_list_fn fn;
	void *arg;
	struct error *err;
	int status;
};

static bool
list_one(void *arg, const struct journal_process *p)
{
	struct list_walk *w = arg;
	struct process_info info;

	w->status = fill_info(w->engine, p, &info, w->err);
	return w->status == 0 && w->fn(w->arg, &info);
}

/* A process that cannot be read ends the list with an error. */
static int
op_list(struct node *n, node_list_fn fn, void *arg, struct error *err)
{
	struct list_walk w = { engine_of(n), fn, arg, err, 0 };

	if (journal_walk(w.engine->journal, list_one, &w, err) < 0)
		return -1;
	return w.status;
}

/* What a slot says beside its result. One reference of its message. */
static int
log_slot(const struct slot_record *record, struct log_entry *entry,
    struct message **message, struct error *err)
{
	struct assignment as;

	if (assignment_decode(buf_span(&record->assignment), &as,
		&entry->assignment, err) < 0 ||
	    message_decode(buf_span(&record->message), message, err) < 0)
		return -1;
	entry->timestamp_ms = as.timestamp_ms;
	entry->height = as.height;
	entry->assignment_item = buf_span(&record->assignment);
	return 0;
}

/* A walk over a log, for whoever asked for it. */
struct log_walk {
	node_log_fn fn;
	void *arg;
	bool stopped; /* what has no result gets none now */
	bool enough;  /* the callback said so */
	bool pending; /* the last one that was told has no result yet */
};

/* The same for a tick, whose message is its schedule's. */
static int
log_tick(struct engine *e, struct actor *a, const struct slot_record *record,
    struct log_entry *entry, struct message **message, struct error *err)
{
	const struct journal_tick *t = &record->tick;

	if (tick_message(e, a, t->schedule, message, err) < 0)
		return -1;
	entry->schedule = t->schedule;
	entry->interval = t->interval;
	entry->timestamp_ms = t->timestamp_ms;
	entry->height = t->height;
	return 0;
}

/* Tell the callback of one entry. */
static int
log_entry(struct engine *e, struct actor *a, const struct slot_record *record,
    bool told, struct log_walk *w, struct error *err)
{
	struct log_entry entry = { .slot = record->at.slot,
		.tick = record->at.tick,
		.evaluated = told && record->evaluated,
		.verdict = record->result.verdict,
		.result_json = buf_span(&record->result.json) };
	struct message *message;
	int rc;

	memcpy(entry.chain, record->chain, sizeof(entry.chain));
	entry.stopped = w->stopped && !entry.evaluated;
	if (entry.tick)
		rc = log_tick(e, a, record, &entry, &message, err);
	else
		rc = log_slot(record, &entry, &message, err);
	if (rc < 0)
		return FAIL_IN(err, "slot %s", position_text(record->at).text);
	entry.message = message;
	w->enough = !w->fn(w->arg, &entry);
	w->pending = !entry.evaluated;
	message_unref(message);
	return 0;
}

/*
 * Durable entries only, and of their results only those that may be told: what
 * is seen here never goes away again.
 */
static int
walk_log(struct engine *e, struct actor *a, struct position from,
    struct log_walk *w, struct error *err)
{
	struct position durable;
	struct position told;
	bool has_ticks;

	lock(&a->lock);
	durable = a->durable;
	told = a->told;
	has_ticks = a->has_ticks;
	w->stopped = a->halted;
	unlock(&a->lock);
	while (!w->enough && position_before(from, durable)) {
		struct slot_record record;
		int rc;

		/* a log without ticks is not asked for one */
		if (!has_ticks && from.tick)
			from = position_of_slot(from.slot + 1);
		if (journal_read_entry(e->journal, a->number, &from, &record,
			err) < 0)
			return -1;
		rc = log_entry(e, a, &record, position_before(from, told), w,
		    err);
		slot_record_release(&record);
		if (rc < 0)
			return -1;
		from = position_behind(from);
	}
	return 0;
}

static int
op_log(struct node *n, const struct id *id, struct position from,
    node_log_fn fn, void *arg, struct error *err)
{
	struct engine *e = engine_of(n);
	struct log_walk w = { .fn = fn, .arg = arg };
	struct actor *a;
	int rc;

	if (engine_actor(e, id, &a, err) < 0)
		return -1;
	engine_rouse(e, a);
	rc = walk_log(e, a, from, &w, err);
	engine_unref(e, a);
	/* a result that is not there yet will not come any more */
	if (rc == 0 && w.pending)
		rc = engine_check(e, err);
	return rc;
}

/* An assignment says itself of which slot it is. */
static int
op_place(struct node *n, const struct id *process, const struct id *id,
    uint64_t *slot, struct error *err)
{
	struct engine *e = engine_of(n);
	struct journal_process p;
	struct buf item = BUF_INIT;
	struct assignment as = { .slot = 0 };
	struct id ignored;
	int rc;

	if (engine_find(e, process, &p, err) < 0)
		return -1;
	rc = journal_seen(e->journal, p.number, id, slot, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	rc = journal_read_item(e->journal, id, &item, err);
	if (rc == 0 &&
	    (assignment_decode(buf_span(&item), &as, &ignored, err) < 0 ||
		!id_equal(&as.process, process)))
		rc =
		    FAIL(err, ERR_NOT_FOUND, "process '%s' has no message '%s'",
			id_encode(process).text, id_encode(id).text);
	buf_release(&item);
	*slot = as.slot;
	return rc;
}

/* Idempotent; the process may sleep. */
static int
op_monitor(struct node *n, const struct id *id, bool on, struct error *err)
{
	struct engine *e = engine_of(n);
	struct actor *a;
	int rc;

	if (engine_actor(e, id, &a, err) < 0)
		return -1;
	rc = cron_monitor(e, a, on, err);
	engine_unref(e, a);
	return rc;
}

static int
op_stop(struct node *n, const struct id *id, bool on, struct error *err)
{
	struct engine *e = engine_of(n);
	struct actor *a;
	int rc;

	if (engine_actor(e, id, &a, err) < 0)
		return -1;
	rc = stop_switch(e, a, on, err);
	engine_unref(e, a);
	return rc;
}

static int
op_cron(struct node *n, const struct id *id, node_cron_fn fn, void *arg,
    struct error *err)
{
	struct engine *e = engine_of(n);
	struct actor *a;
	int rc;

	if (engine_actor(e, id, &a, err) < 0)
		return -1;
	rc = cron_list(e, a, fn, arg, err);
	engine_unref(e, a);
	return rc;
}

/* As it came in or was signed here, so that anyone may verify it. */
static int
op_item(struct node *n, const struct id *id, struct buf *out, struct error *err)
{
	return journal_read_item(engine_of(n)->journal, id, out, err);
}

static int
op_items(struct node *n, const struct item_query *q, node_item_fn fn, void *arg,
    struct error *err)
{
	return journal_walk_items(engine_of(n)->journal, q, fn, arg, err);
}

static int
op_keep(struct node *n, struct span item, struct id *id, uint64_t *timestamp_ms,
    struct error *err)
{
	return kept_add(engine_of(n), item, id, timestamp_ms, err);
}

static int
op_cache(struct node *n, const struct id *id, struct span key, struct buf *out,
    struct error *err)
{
	struct engine *e = engine_of(n);
	struct actor *a;
	int rc;

	if (engine_actor(e, id, &a, err) < 0)
		return -1;
	engine_rouse(e, a);
	rc = cache_read(e, a, key, out, err);
	engine_unref(e, a);
	return rc;
}

static int
op_modules(struct node *n, const struct id *id, node_module_fn fn, void *arg,
    struct error *err)
{
	return modules_list(engine_of(n), id, fn, arg, err);
}

static int
op_module(struct node *n, const struct id *id, struct buf *out,
    struct error *err)
{
	return modules_bytes(engine_of(n), id, out, err);
}

static int
op_attest(struct node *n, const struct id *id, struct position at, bool whole,
    struct buf *item, struct error *err)
{
	return observe_attest(engine_of(n), id, at, whole, item, err);
}

static int
op_import(struct node *n, const struct id *id,
    const struct import_entry *entries, size_t count, struct error *err)
{
	return import_entries(engine_of(n), id, entries, count, err);
}

static int
op_trace(struct node *n, const struct trace_query *q, node_trace_fn fn,
    void *arg, struct error *err)
{
	return observe_trace(engine_of(n), q, fn, arg, err);
}

static int
op_status(struct node *n, struct node_status *out, struct error *err)
{
	(void)err;
	observe_status(engine_of(n), out);
	return 0;
}

/* The process must exist; watching wakes no machine. */
static int
op_watch(struct node *n, const struct id *id, int fd, struct error *err)
{
	struct engine *e = engine_of(n);
	struct actor *a;

	if (engine_actor(e, id, &a, err) < 0)
		return -1;
	engine_rouse(e, a);
	engine_unref(e, a);
	watch_add(&e->watches, id, fd);
	return 0;
}

static void
op_unwatch(struct node *n, const struct id *id, int fd)
{
	watch_remove(&engine_of(n)->watches, id, fd);
}

/*
 * Counts what is under way between processes, too, so a chain of replies is
 * waited for to its end. What came to a stopped process is waited for until it
 * is in the log.
 */
static int
op_settle(struct node *n, unsigned timeout_ms, int cancel_fd, struct error *err)
{
	struct engine *e = engine_of(n);
	uint64_t end = clock_now_ns() + timeout_ms * UINT64_C(1000000);

	for (;;) {
		struct pollfd fds[2] = { { e->settle_fd, POLLIN, 0 },
			{ cancel_fd, POLLIN, 0 } };
		uint64_t now = clock_now_ns();
		eventfd_t ignored;
		uint64_t open;

		lock(&e->open_lock);
		open = e->open;
		if (open)
			(void)eventfd_read(e->settle_fd, &ignored);
		unlock(&e->open_lock);
		if (engine_check(e, err) < 0)
			return -1;
		/* behind what was handed to the disk by then */
		if (open == 0)
			return journal_write(e->journal, batch_new(), err);
		if (now >= end)
			return FAIL(err, ERR_TIMEOUT,
			    "%" PRIu64 " messages still wait after %u ms", open,
			    timeout_ms);
		(void)poll(fds, 2, (int)((end - now) / 1000000) + 1);
		if (fds[1].revents)
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
	}
}

/* A process that is not in memory evaluates nothing. */
static void
op_interrupt(struct node *n, const struct id *id)
{
	struct engine *e = engine_of(n);
	struct actor *a = engine_lookup(e, id);

	if (!a)
		return;
	compute_interrupt(a);
	engine_unref(e, a);
}

static void
op_close(struct node *n)
{
	engine_free(engine_of(n));
}

const struct node_ops engine_ops = {
	.info = op_info,
	.send = op_send,
	.assign = op_assign,
	.dry_run = op_dry_run,
	.find = op_find,
	.process = op_process,
	.list = op_list,
	.log = op_log,
	.place = op_place,
	.monitor = op_monitor,
	.stop = op_stop,
	.cron = op_cron,
	.item = op_item,
	.items = op_items,
	.keep = op_keep,
	.cache = op_cache,
	.modules = op_modules,
	.module = op_module,
	.attest = op_attest,
	.import = op_import,
	.trace = op_trace,
	.status = op_status,
	.watch = op_watch,
	.unwatch = op_unwatch,
	.settle = op_settle,
	.interrupt = op_interrupt,
	.close = op_close,
};
