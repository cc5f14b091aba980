/*
 * Opening: the store, the node's key, the library of new processes, then what
 * the last run left open is queued, then workers and cron start. Closing goes
 * back: cron ends, workers end (interrupting what runs, which is not recorded
 * and so done again at the next start), the journal makes durable what was
 * submitted and tells of it, then all is freed.
 */
#include "engine/engine.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "store/wallet.h"
#include "engine/awake.h"
#include "engine/compute.h"
#include "engine/messenger.h"
#include "engine/scheduler.h"
#include "engine/stop.h"

static void
interrupt_one(void *arg, struct actor *a)
{
	(void)arg;
	compute_interrupt(a);
}

/* An evaluation that goes on would hold up the end. */
static void
interrupt_all(void *arg)
{
	struct engine *e = arg;

	roster_each(&e->actors, interrupt_one, NULL);
}

/* What came in and was not numbered any more. */
static void
drop_one(void *arg, struct actor *a)
{
	scheduler_drop(arg, a);
}

/* All threads have ended: no lock. */
static void
free_tables(struct engine *e)
{
	size_t at = 0;
	struct span key;
	void *value;

	roster_each(&e->actors, drop_one, e);
	roster_release(&e->actors);
	while (map_next(&e->modules, &at, &key, &value)) {
		buf_release(value);
		free(value);
	}
	map_release(&e->modules);
}

/* Also half open, so that engine_open() has one way out. */
void
engine_free(struct engine *e)
{
	atomic_store(&e->stopping, true);
	cron_stop(e->cron);
	workers_stop(e->workers, interrupt_all, e);
	if (e->journal && e->durable)
		awake_save_all(e);
	/* tells of what was submitted, and may queue actors that never run */
	if (e->journal)
		journal_close(e->journal);
	workers_free(e->workers);
	free_tables(e);
	cron_free(e->cron);
	keypair_free(e->key);
	watch_release(&e->watches);
	if (e->settle_fd >= 0)
		(void)close(e->settle_fd);
	pthread_mutex_destroy(&e->module_lock);
	pthread_mutex_destroy(&e->open_lock);
	free(e);
}

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
		if (wallet_load_or_create(path, NULL, &e->key, &created, &loose,
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
	batch_add_module(b, id, vm_builtin_module(LIBRARY_CLASSIC));
	return journal_write(e->journal, b, err);
}

struct resume {
	struct engine *engine;
	struct error *err;
	int status;
};

/* Its open slots count until they are told; those of a stopped one apart. */
static bool
resume_process(void *arg, const struct journal_process *p)
{
	struct resume *r = arg;
	uint64_t open = p->slots - p->evaluated + p->ticks - p->ticks_done;
	struct actor *a;

	if (p->stopped) {
		stop_resume(r->engine, journal_is_dormant(p) ? 0 : open);
		return true;
	}
	r->status = engine_actor(r->engine, &p->id, &a, r->err);
	if (r->status < 0)
		return false;
	engine_open_move(r->engine, (int64_t)open, 0);
	engine_wake(r->engine, a);
	engine_unref(r->engine, a);
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

static uint64_t
memory_budget(const struct engine_config *config)
{
	long pages = sysconf(_SC_PHYS_PAGES);
	long bytes = sysconf(_SC_PAGESIZE);

	if (config->memory)
		return config->memory;
	return pages < 1 ? UINT64_MAX : (uint64_t)pages * (uint64_t)bytes / 2;
}

int
engine_open(const struct engine_config *config, struct node **out,
    struct error *err)
{
	struct engine *e = xcalloc(1, sizeof(*e));

	e->node = (struct node){ &engine_ops };
	roster_init(&e->actors);
	pthread_mutex_init(&e->module_lock, NULL);
	pthread_mutex_init(&e->open_lock, NULL);
	watch_init(&e->watches);
	e->durable = config->dir != NULL;
	e->start_ns = clock_now_ns();
	e->memory = memory_budget(config);
	e->limits = config->limits;
	ASSERT(config->alias_count <= ENGINE_ALIASES_MAX);
	e->alias_count = config->alias_count;
	e->authority = config->authority;
	memcpy(e->aliases, config->aliases, sizeof(e->aliases));
	e->workers = workers_new(&compute_ops, e);
	e->cron = cron_new(e);
	e->cron_late = config->cron_late;
	e->opened_ms = clock_wall_ms();
	e->settle_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (e->settle_fd < 0)
		(void)FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	else if (journal_open(config->dir, &e->journal, err) == 0 &&
	    open_key(e, config->dir, err) == 0 && keep_module(e, err) == 0 &&
	    resume(e, err) == 0 &&
	    workers_start(e->workers, worker_count(config), err) == 0 &&
	    cron_start(e->cron, err) == 0) {
		*out = &e->node;
		return 0;
	}
	engine_free(e);
	return -1;
}
