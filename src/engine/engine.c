/*
 * The engine's parts know each other through state.h alone; this file holds
 * what they share, the node's operations and the ways in and out.
 *
 * Opening: the store, the node's key, the library of new processes, then what
 * the last run left open is queued, then workers start. Closing goes back:
 * workers end (interrupting what runs, which is not recorded and so done again
 * at the next start), the journal makes durable what was submitted and tells of
 * it, then all is freed.
 *
 * `open` counts what waits: one for each message until its result is told, and
 * one for each slot whose pushes an earlier run left open. settle() waits for
 * it to become 0; the eventfd is only a wake-up, the number is looked at under
 * its lock.
 *
 * A journal that refuses a batch has refused it for good. The engine then fails
 * as a whole: what is asked of it gives that error, evaluation stops, and
 * whoever waits is woken to hear of it.
 */
#include "engine/engine.h"

#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "crypto/wallet.h"
#include "engine/compute.h"
#include "engine/messenger.h"
#include "engine/scheduler.h"

enum {
	CANCEL_AGAIN_MS = 20, /* how often a running dry run is told to end */
};

static struct engine *
engine_of(struct node *n)
{
	return (struct engine *)n;
}

/* --- what the parts share (state.h) --- */

/* NULL: nobody has used that process since the start. */
static struct actor *
table_get(struct engine *e, const struct id *id)
{
	struct actor *a;

	lock(&e->table_lock);
	a = map_get(&e->actors, id_span(id));
	unlock(&e->table_lock);
	return a;
}

/* Put a new actor into the table, unless somebody was faster. */
static struct actor *
table_add(struct engine *e, struct actor *a)
{
	struct actor *first;

	lock(&e->table_lock);
	first = map_get(&e->actors, id_span(&a->id));
	if (!first)
		map_put(&e->actors, id_span(&a->id), a);
	unlock(&e->table_lock);
	if (!first)
		return a;
	actor_free(a);
	return first;
}

/* journal_find(), with the id in the text when it is not there. */
static int
find_process(struct engine *e, const struct id *id, struct journal_process *p,
    struct error *err)
{
	if (journal_find(e->journal, id, p, err) == 0)
		return 0;
	if (err->code == ERR_NOT_FOUND)
		error_set(err, ERR_NOT_FOUND, "no process '%s'",
		    id_encode(id).text);
	return -1;
}

int
engine_actor(struct engine *e, const struct id *id, struct actor **out,
    struct error *err)
{
	struct journal_process p;
	struct actor *a = table_get(e, id);

	if (!a) {
		if (find_process(e, id, &p, err) < 0)
			return -1;
		a = table_add(e, actor_new(id, p.number, p.slots, p.evaluated));
	}
	*out = a;
	return 0;
}

int
engine_actor_for_spawn(struct engine *e, const struct id *id,
    struct actor **out, struct error *err)
{
	if (engine_actor(e, id, out, err) == 0)
		return 0;
	/* one that is there and cannot be read must not begin once more */
	if (err->code != ERR_NOT_FOUND)
		return -1;
	*out =
	    table_add(e, actor_new(id, journal_next_number(e->journal), 0, 0));
	return 0;
}

/* NULL: not used since the start. */
static struct buf *
module_get(struct engine *e, const struct id *id)
{
	struct buf *bytes;

	lock(&e->table_lock);
	bytes = map_get(&e->modules, id_span(id));
	unlock(&e->table_lock);
	return bytes;
}

/* Keep the bytes of a module, unless somebody was faster; gives what stays. */
static struct buf *
module_add(struct engine *e, const struct id *id, struct buf *bytes)
{
	struct buf *first;

	lock(&e->table_lock);
	first = map_get(&e->modules, id_span(id));
	if (!first)
		map_put(&e->modules, id_span(id), bytes);
	unlock(&e->table_lock);
	if (!first)
		return bytes;
	buf_release(bytes);
	free(bytes);
	return first;
}

int
engine_module(struct engine *e, const struct id *id, struct span *out,
    struct error *err)
{
	struct buf *bytes;

	if (id_equal(id, vm_builtin_module_id())) {
		*out = vm_builtin_module();
		return 0;
	}
	bytes = module_get(e, id);
	if (!bytes) {
		bytes = xcalloc(1, sizeof(*bytes));
		if (journal_read_module(e->journal, id, bytes, err) < 0) {
			free(bytes);
			if (err->code == ERR_NOT_FOUND)
				error_set(err, ERR_NOT_FOUND,
				    "no module '%s' in this store",
				    id_encode(id).text);
			return -1;
		}
		bytes = module_add(e, id, bytes);
	}
	*out = buf_span(bytes);
	return 0;
}

void
engine_wake(struct engine *e, struct actor *a)
{
	if (actor_claim(a))
		workers_queue(e->workers, a);
}

void
engine_open_count(struct engine *e, int change)
{
	lock(&e->open_lock);
	e->open += (uint64_t)(int64_t)change;
	if (e->open == 0)
		(void)eventfd_write(e->settle_fd, 1);
	unlock(&e->open_lock);
}

void
engine_fail(struct engine *e, const struct error *why)
{
	lock(&e->open_lock);
	if (!atomic_load(&e->failed)) {
		e->failure = *why;
		atomic_store(&e->failed, true);
	}
	(void)eventfd_write(e->settle_fd, 1);
	unlock(&e->open_lock);
	watch_notify_all(&e->watches);
}

int
engine_check(struct engine *e, struct error *err)
{
	if (!atomic_load(&e->failed))
		return 0;
	*err = e->failure;
	return -1;
}

/* --- node operations --- */

static int
op_info(struct node *n, struct node_info *out, struct error *err)
{
	struct engine *e = engine_of(n);

	(void)err;
	*out = (struct node_info){ .address = e->address,
		.module = *vm_builtin_module_id() };
	return 0;
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
	return ticket_wait(&ticket, err);
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
	if (engine_actor(e, draft->target, &a, err) < 0)
		return -1;
	job.done_fd = eventfd(0, EFD_CLOEXEC);
	if (job.done_fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	job.message = message_from_draft(draft, owner);
	compute_dry_run(e, a, &job);
	wait_for_dry(a, &job, cancel_fd);
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
	struct slot_record record;
	struct message *spawn = NULL;
	struct assignment as;
	struct process p;
	struct id id;
	int rc;

	if (journal_read_slot(e->journal, number, 0, &record, err) < 0)
		return -1;
	rc = assignment_decode(buf_span(&record.assignment), &as, &id, err);
	if (rc == 0)
		rc = message_decode(buf_span(&record.message), &spawn, err);
	slot_record_release(&record);
	if (rc == 0)
		rc = process_init(&p, spawn, err);
	if (rc == 0) {
		out->module = p.module;
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
	struct process_info info = { .id = p->id, .slots = p->slots };
	struct actor *a = table_get(e, &p->id);

	info.evaluated = p->evaluated;
	if (a) {
		lock(&a->lock);
		/* both of one moment: `p` is older by now */
		info.slots = a->durable;
		info.evaluated = a->told;
		info.memory = a->memory;
		unlock(&a->lock);
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

	if (find_process(e, id, &p, err) < 0)
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

/* One slot of a log for the callback. */
static int
log_slot(struct engine *e, const struct actor *a, struct log_entry *entry,
    struct message **message, struct slot_record *record, struct error *err)
{
	struct assignment as;
	struct id id;

	if (journal_read_slot(e->journal, a->number, entry->slot, record, err) <
	    0)
		return -1;
	if (assignment_decode(buf_span(&record->assignment), &as, &id, err) <
		0 ||
	    message_decode(buf_span(&record->message), message, err) < 0) {
		slot_record_release(record);
		return FAIL_IN(err, "slot %" PRIu64, entry->slot);
	}
	entry->timestamp_ms = as.timestamp_ms;
	entry->height = as.height;
	entry->message = *message;
	entry->evaluated = entry->evaluated && record->evaluated;
	entry->verdict = record->result.verdict;
	entry->result_json = buf_span(&record->result.json);
	memcpy(entry->chain, record->chain, sizeof(entry->chain));
	return 0;
}

/*
 * Durable slots only, and of their results only those that may be told: what is
 * seen here never goes away again.
 */
static int
op_log(struct node *n, const struct id *id, uint64_t from, node_log_fn fn,
    void *arg, struct error *err)
{
	struct engine *e = engine_of(n);
	struct actor *a;
	uint64_t durable;
	uint64_t told;
	bool go_on = true;
	bool pending = false;

	if (engine_actor(e, id, &a, err) < 0)
		return -1;
	lock(&a->lock);
	durable = a->durable;
	told = a->told;
	unlock(&a->lock);
	for (uint64_t slot = from; slot < durable && go_on; slot++) {
		struct log_entry entry = { .slot = slot,
			.evaluated = slot < told };
		struct slot_record record;
		struct message *message;

		if (log_slot(e, a, &entry, &message, &record, err) < 0)
			return -1;
		go_on = fn(arg, &entry);
		pending = !entry.evaluated;
		message_unref(message);
		slot_record_release(&record);
	}
	/* a result that is not there yet will not come any more */
	return pending ? engine_check(e, err) : 0;
}

/* The process must exist; watching wakes no machine. */
static int
op_watch(struct node *n, const struct id *id, int fd, struct error *err)
{
	struct engine *e = engine_of(n);
	struct actor *a;

	if (engine_actor(e, id, &a, err) < 0)
		return -1;
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
 * waited for to its end.
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
		if (open == 0)
			return 0;
		if (now >= end)
			return FAIL(err, ERR_TIMEOUT,
			    "%" PRIu64 " messages still wait after %u ms", open,
			    timeout_ms);
		(void)poll(fds, 2, (int)((end - now) / 1000000) + 1);
		if (fds[1].revents)
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
	}
}

/* A process that was not used since the start evaluates nothing. */
static void
op_interrupt(struct node *n, const struct id *id)
{
	struct actor *a = table_get(engine_of(n), id);

	if (a)
		compute_interrupt(a);
}

/* --- open and close --- */

/* An evaluation that goes on would hold up the end. */
static void
interrupt_all(void *arg)
{
	struct engine *e = arg;
	size_t at = 0;
	struct span key;
	void *value;
	bool more = true;

	while (more) {
		lock(&e->table_lock);
		more = map_next(&e->actors, &at, &key, &value);
		unlock(&e->table_lock);
		if (more)
			compute_interrupt(value);
	}
}

/* All threads have ended: no lock. */
static void
free_tables(struct engine *e)
{
	size_t at = 0;
	struct span key;
	void *value;

	while (map_next(&e->actors, &at, &key, &value))
		actor_free(value);
	map_release(&e->actors);
	at = 0;
	while (map_next(&e->modules, &at, &key, &value)) {
		buf_release(value);
		free(value);
	}
	map_release(&e->modules);
}

/* Also half open, so that engine_open() has one way out. */
static void
engine_free(struct engine *e)
{
	atomic_store(&e->stopping, true);
	workers_stop(e->workers, interrupt_all, e);
	/* tells of what was submitted, and may queue actors that never run */
	if (e->journal)
		journal_close(e->journal);
	workers_free(e->workers);
	free_tables(e);
	keypair_free(e->key);
	watch_release(&e->watches);
	if (e->settle_fd >= 0)
		(void)close(e->settle_fd);
	pthread_mutex_destroy(&e->table_lock);
	pthread_mutex_destroy(&e->open_lock);
	free(e);
}

/* Blocks until the disk has everything that was accepted. */
static void
op_close(struct node *n)
{
	engine_free(engine_of(n));
}

static const struct node_ops engine_ops = {
	.info = op_info,
	.send = op_send,
	.dry_run = op_dry_run,
	.find = op_find,
	.process = op_process,
	.list = op_list,
	.log = op_log,
	.watch = op_watch,
	.unwatch = op_unwatch,
	.settle = op_settle,
	.interrupt = op_interrupt,
	.close = op_close,
};

/* The key that signs pushes and assignments. */
static int
open_key(struct engine *e, const char *dir, struct error *err)
{
	char path[PATH_MAX];
	bool created;
	bool loose;

	if (!dir) {
		e->key = keypair_new();
	} else {
		snprintf(path, sizeof(path), "%s/node.json", dir);
		if (wallet_load_or_create(path, &e->key, &created, &loose,
			err) < 0)
			return -1;
	}
	e->address = keypair_address(e->key);
	return 0;
}

/* The library of new processes, so that a later program still has it. */
static int
keep_module(struct engine *e, struct error *err)
{
	const struct id *id = vm_builtin_module_id();
	struct buf there = BUF_INIT;
	struct batch *b;
	int rc;

	rc = journal_read_module(e->journal, id, &there, err);
	buf_release(&there);
	if (rc == 0)
		return 0;
	b = batch_new();
	batch_add_module(b, id, vm_builtin_module());
	return journal_write(e->journal, b, err);
}

struct resume {
	struct engine *engine;
	struct error *err;
	int status;
};

/* Its open slots count until they are told. */
static bool
resume_process(void *arg, const struct journal_process *p)
{
	struct resume *r = arg;
	struct actor *a;

	r->status = engine_actor(r->engine, &p->id, &a, r->err);
	if (r->status < 0)
		return false;
	engine_open_count(r->engine, (int)(p->slots - p->evaluated));
	engine_wake(r->engine, a);
	return true;
}

/*
 * Go on with what the last run had accepted. Pushes first: they are older. No
 * worker runs yet, or what it does at once would be counted twice or never.
 */
static int
resume(struct engine *e, struct error *err)
{
	struct resume r = { e, err, 0 };

	if (messenger_resume(e, err) < 0 ||
	    journal_walk_unevaluated(e->journal, resume_process, &r, err) < 0)
		return -1;
	return r.status;
}

/* Evaluation takes a core each; waiting for the disk is the writer's. */
static unsigned
worker_count(const struct engine_config *config)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (config->workers)
		return config->workers;
	return cores < 1 ? 1 : (unsigned)cores;
}

int
engine_open(const struct engine_config *config, struct node **out,
    struct error *err)
{
	struct engine *e = xcalloc(1, sizeof(*e));

	e->node = (struct node){ &engine_ops };
	pthread_mutex_init(&e->table_lock, NULL);
	pthread_mutex_init(&e->open_lock, NULL);
	watch_init(&e->watches);
	e->workers = workers_new(compute_turn, e);
	e->settle_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (e->settle_fd < 0)
		(void)FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	else if (journal_open(config->dir, &e->journal, err) == 0 &&
	    open_key(e, config->dir, err) == 0 && keep_module(e, err) == 0 &&
	    resume(e, err) == 0 &&
	    workers_start(e->workers, worker_count(config), err) == 0) {
		*out = &e->node;
		return 0;
	}
	engine_free(e);
	return -1;
}
