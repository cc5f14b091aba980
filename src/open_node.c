/*
 * A node in front of a node. Calls go to the inner one, which is our own engine
 * or another program's; when it turns out to be gone (ERR_GONE), the first
 * caller that notices changes it for another while all others wait, and every
 * call that failed is made again. A generation counts the changes, so that of
 * several callers that notice one acts.
 *
 * Making a call again is sound: an item that was scheduled before gives the
 * same receipt, reading changes nothing, a dry run leaves nothing.
 *
 * Owner and attached find each other by trying: attach first, then own. In
 * between an owner may just be starting or ending, when the lock is held and
 * nobody listens; that is tried again for a while.
 *
 * Watches are kept here and set again at the new owner. What happened meanwhile
 * was told to nobody, so each is woken once.
 */
#include "open_node.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"
#include "engine/engine.h"
#include "net/attach_client.h"
#include "net/attach_server.h"

enum {
	RETRY_MS = 20,
	/* An owner that ends finishes its evaluations first. */
	TAKE_OVER_MS = 15000,
};

/* A watch as its user asked for it, to be set again. */
struct watch_entry {
	struct watch_entry *next;
	struct id id;
	int fd;
};

struct local {
	struct node node; /* first */
	char *dir;
	struct engine_config engine; /* on dir */

	/* held for reading by every call, for writing to change owner */
	pthread_rwlock_t owner_lock;
	struct node *inner;           /* NULL: nobody could be had */
	struct attach_server *server; /* while we are the owner */
	uint64_t generation;          /* counts the changes */
	struct watch_entry *watches;

	pthread_mutex_t watch_lock; /* `watches`, beside owner_lock */
	pthread_t guard;
	int stop[2]; /* closing the writing end ends the guard */
};

static struct local *
local_of(struct node *n)
{
	return (struct local *)n;
}

/* Own the store and serve it, or attach. ERR_BUSY, ERR_GONE: not just now. */
static int
connect_once(struct local *l, struct error *err)
{
	struct error attach_err;

	if (attach_connect(l->dir, &l->inner, &attach_err) == 0)
		return 0;
	l->inner = NULL;
	if (attach_err.code != ERR_GONE) {
		*err = attach_err;
		return -1;
	}
	if (engine_open(&l->engine, &l->inner, err) < 0) {
		l->inner = NULL;
		return -1;
	}
	if (attach_server_start(l->inner, l->dir, &l->server, err) == 0)
		return 0;
	l->inner->ops->close(l->inner);
	l->inner = NULL;
	return -1;
}

/*
 * connect_once(), as long as somebody is just ending or beginning, and we are
 * not about to end ourselves.
 */
static int
connect_node(struct local *l, struct error *err)
{
	uint64_t end = clock_now_ns() + TAKE_OVER_MS * UINT64_C(1000000);
	struct pollfd stop = { l->stop[0], POLLIN, 0 };

	while (connect_once(l, err) < 0)
		if (err->code != ERR_BUSY || clock_now_ns() > end ||
		    poll(&stop, 1, RETRY_MS) > 0)
			return -1;
	return 0;
}

/* The server first: it calls the node. */
static void
disconnect(struct local *l)
{
	if (l->server)
		attach_server_stop(l->server);
	l->server = NULL;
	if (l->inner)
		l->inner->ops->close(l->inner);
	l->inner = NULL;
}

/*
 * Lay the watches on the new owner, if there is one. Each is woken in any case:
 * what happened meanwhile was told to nobody, and who waits in vain, since no
 * owner could be had, hears of it by calling.
 */
static void
renew_watches(struct local *l)
{
	struct error ignored;

	lock(&l->watch_lock);
	for (struct watch_entry *w = l->watches; w; w = w->next) {
		if (l->inner)
			(void)l->inner->ops->watch(l->inner, &w->id, w->fd,
			    &ignored);
		(void)eventfd_write(w->fd, 1);
	}
	unlock(&l->watch_lock);
}

/* The owner has gone: find another, unless somebody did since `generation`. */
static int
reconnect(struct local *l, uint64_t generation, struct error *err)
{
	int rc = 0;

	pthread_rwlock_wrlock(&l->owner_lock);
	if (l->generation == generation) {
		disconnect(l);
		rc = connect_node(l, err);
		l->generation++;
		renew_watches(l);
	}
	pthread_rwlock_unlock(&l->owner_lock);
	return rc;
}

/* The node to call, with owner_lock held; call_done() when done with it. */
static struct node *
call_node(struct local *l, uint64_t *generation)
{
	pthread_rwlock_rdlock(&l->owner_lock);
	*generation = l->generation;
	return l->inner;
}

/* Whether to make the call again: the owner had gone, and there is one. */
static bool
call_again(struct local *l, uint64_t generation, int status, struct error *err)
{
	bool gone = !l->inner || (status < 0 && err->code == ERR_GONE);

	pthread_rwlock_unlock(&l->owner_lock);
	return gone && reconnect(l, generation, err) == 0;
}

/* Make a call on whoever is the owner, as often as the owner goes. */
#define CALL(l, operation, err, ...)                                       \
	do {                                                               \
		uint64_t generation_;                                      \
		struct node *n_;                                           \
		int status_;                                               \
                                                                           \
		do {                                                       \
			n_ = call_node(l, &generation_);                   \
			status_ = n_ ? n_->ops->operation(n_, __VA_ARGS__) \
				     : FAIL(err, ERR_GONE, "no engine");   \
		} while (call_again(l, generation_, status_, err));        \
		return status_;                                            \
	} while (0)

static int
op_info(struct node *n, struct node_info *out, struct error *err)
{
	CALL(local_of(n), info, err, out, err);
}

static int
op_send(struct node *n, struct span item, struct receipt *out,
    struct error *err)
{
	CALL(local_of(n), send, err, item, out, err);
}

static int
op_dry_run(struct node *n, const struct message_draft *draft,
    const struct address *owner, int cancel_fd, struct result *out,
    struct error *err)
{
	CALL(local_of(n), dry_run, err, draft, owner, cancel_fd, out, err);
}

static int
op_find(struct node *n, struct span name, const struct address *owner,
    struct id *out, struct error *err)
{
	CALL(local_of(n), find, err, name, owner, out, err);
}

static int
op_process(struct node *n, const struct id *id, struct process_info *out,
    struct error *err)
{
	CALL(local_of(n), process, err, id, out, err);
}

/* A list that broke off in the middle begins again where it was. */
struct list_resume {
	node_list_fn fn;
	void *arg;
	size_t given;
	size_t seen;
};

static bool
list_one(void *arg, const struct process_info *info)
{
	struct list_resume *r = arg;

	if (r->seen++ < r->given)
		return true;
	r->given++;
	return r->fn(r->arg, info);
}

static int
list_from_start(struct node *n, struct list_resume *r, struct error *err)
{
	r->seen = 0;
	return n->ops->list(n, list_one, r, err);
}

/* Processes are listed in the same order by every owner. */
static int
op_list(struct node *n, node_list_fn fn, void *arg, struct error *err)
{
	struct local *l = local_of(n);
	struct list_resume r = { fn, arg, 0, 0 };
	uint64_t generation;
	struct node *inner;
	int status;

	do {
		inner = call_node(l, &generation);
		status = inner ? list_from_start(inner, &r, err)
			       : FAIL(err, ERR_GONE, "no engine");
	} while (call_again(l, generation, status, err));
	return status;
}

/* A log that broke off goes on behind the last entry that was given. */
struct log_resume {
	node_log_fn fn;
	void *arg;
	struct position next;
};

static bool
log_one(void *arg, const struct log_entry *entry)
{
	struct log_resume *r = arg;

	r->next = position_behind(log_entry_at(entry));
	return r->fn(r->arg, entry);
}

/* CALL() looks at r.next again each time. */
static int
op_log(struct node *n, const struct id *id, struct position from,
    node_log_fn fn, void *arg, struct error *err)
{
	struct log_resume r = { fn, arg, from };

	CALL(local_of(n), log, err, id, r.next, log_one, &r, err);
}

static int
op_assign(struct node *n, const struct id *process, const struct id *message,
    uint8_t exclude, struct receipt *out, struct error *err)
{
	CALL(local_of(n), assign, err, process, message, exclude, out, err);
}

static int
op_place(struct node *n, const struct id *process, const struct id *item,
    uint64_t *slot, struct error *err)
{
	CALL(local_of(n), place, err, process, item, slot, err);
}

static int
op_monitor(struct node *n, const struct id *id, bool on, struct error *err)
{
	CALL(local_of(n), monitor, err, id, on, err);
}

static int
op_stop(struct node *n, const struct id *id, bool on, struct error *err)
{
	CALL(local_of(n), stop, err, id, on, err);
}

/* A list of schedules that broke off begins again behind what was given. */
struct cron_resume {
	node_cron_fn fn;
	void *arg;
	uint32_t given;
};

static bool
cron_one(void *arg, const struct cron_info *info)
{
	struct cron_resume *r = arg;

	if (info->index < r->given)
		return true;
	r->given = info->index + 1;
	return r->fn(r->arg, info);
}

static int
op_cron(struct node *n, const struct id *id, node_cron_fn fn, void *arg,
    struct error *err)
{
	struct cron_resume r = { fn, arg, 0 };

	CALL(local_of(n), cron, err, id, cron_one, &r, err);
}

static int
op_item(struct node *n, const struct id *id, struct buf *out, struct error *err)
{
	CALL(local_of(n), item, err, id, out, err);
}

/*
 * A walk over items that broke off goes on behind the place of the last one; by
 * id it begins again, and passes those over that were given.
 */
struct items_resume {
	node_item_fn fn;
	void *arg;
	struct item_query query; /* what is left of it */
	uint64_t given;          /* by id: how many of those that are there */
	uint64_t seen;
};

static bool
items_one(void *arg, const struct item_entry *entry)
{
	struct items_resume *r = arg;

	if (r->query.scope != ITEMS_BY_ID)
		r->query.behind = entry->place;
	else if (r->seen++ < r->given)
		return true;
	r->given++;
	return r->fn(r->arg, entry);
}

/* What is here stays here: by id the same ones are found again. */
static int
items_from_place(struct node *n, struct items_resume *r, struct error *err)
{
	r->seen = 0;
	return n->ops->items(n, &r->query, items_one, r, err);
}

static int
op_items(struct node *n, const struct item_query *q, node_item_fn fn, void *arg,
    struct error *err)
{
	struct local *l = local_of(n);
	struct items_resume r = { fn, arg, *q, 0, 0 };
	uint64_t generation;
	struct node *inner;
	int status;

	do {
		inner = call_node(l, &generation);
		status = inner ? items_from_place(inner, &r, err)
			       : FAIL(err, ERR_GONE, "no engine");
	} while (call_again(l, generation, status, err));
	return status;
}

static int
op_keep(struct node *n, struct span item, struct id *id, uint64_t *timestamp_ms,
    struct error *err)
{
	CALL(local_of(n), keep, err, item, id, timestamp_ms, err);
}

static int
op_cache(struct node *n, const struct id *id, struct span key, struct buf *out,
    struct error *err)
{
	CALL(local_of(n), cache, err, id, key, out, err);
}

/* A list of modules that broke off begins again where it was. */
struct modules_resume {
	node_module_fn fn;
	void *arg;
	size_t given;
	size_t seen;
};

static bool
modules_one(void *arg, const struct module_info *info)
{
	struct modules_resume *r = arg;

	if (r->seen++ < r->given)
		return true;
	r->given++;
	return r->fn(r->arg, info);
}

static int
modules_from_start(struct node *n, const struct id *id,
    struct modules_resume *r, struct error *err)
{
	r->seen = 0;
	return n->ops->modules(n, id, modules_one, r, err);
}

static int
op_modules(struct node *n, const struct id *id, node_module_fn fn, void *arg,
    struct error *err)
{
	struct local *l = local_of(n);
	struct modules_resume r = { fn, arg, 0, 0 };
	uint64_t generation;
	struct node *inner;
	int status;

	do {
		inner = call_node(l, &generation);
		status = inner ? modules_from_start(inner, id, &r, err)
			       : FAIL(err, ERR_GONE, "no engine");
	} while (call_again(l, generation, status, err));
	return status;
}

static int
op_module(struct node *n, const struct id *id, struct buf *out,
    struct error *err)
{
	CALL(local_of(n), module, err, id, out, err);
}

static int
op_attest(struct node *n, const struct id *id, struct position at, bool whole,
    struct buf *item, struct error *err)
{
	CALL(local_of(n), attest, err, id, at, whole, item, err);
}

/* Slots that the one before had taken are found to be there. */
static int
op_import(struct node *n, const struct id *id,
    const struct import_entry *entries, size_t count, struct error *err)
{
	CALL(local_of(n), import, err, id, entries, count, err);
}

/* A trace that broke off begins again where it was, as a list does. */
struct trace_resume {
	node_trace_fn fn;
	void *arg;
	uint64_t given;
	uint64_t seen;
};

static bool
trace_one(void *arg, const struct trace_entry *entry)
{
	struct trace_resume *r = arg;

	if (r->seen++ < r->given)
		return true;
	r->given++;
	return r->fn(r->arg, entry);
}

static int
trace_from_start(struct node *n, const struct trace_query *q,
    struct trace_resume *r, struct error *err)
{
	r->seen = 0;
	return n->ops->trace(n, q, trace_one, r, err);
}

static int
op_trace(struct node *n, const struct trace_query *q, node_trace_fn fn,
    void *arg, struct error *err)
{
	struct local *l = local_of(n);
	struct trace_resume r = { fn, arg, 0, 0 };
	uint64_t generation;
	struct node *inner;
	int status;

	do {
		inner = call_node(l, &generation);
		status = inner ? trace_from_start(inner, q, &r, err)
			       : FAIL(err, ERR_GONE, "no engine");
	} while (call_again(l, generation, status, err));
	return status;
}

static int
op_status(struct node *n, struct node_status *out, struct error *err)
{
	CALL(local_of(n), status, err, out, err);
}

/* A new owner gets the watches that are noted. */
static void
remember_watch(struct local *l, const struct id *id, int fd)
{
	struct watch_entry *w = xmalloc(sizeof(*w));

	lock(&l->watch_lock);
	*w = (struct watch_entry){ l->watches, *id, fd };
	l->watches = w;
	unlock(&l->watch_lock);
}

static void
forget_watch(struct local *l, const struct id *id, int fd)
{
	struct watch_entry **at;

	lock(&l->watch_lock);
	for (at = &l->watches; *at; at = &(*at)->next)
		if ((*at)->fd == fd && id_equal(&(*at)->id, id)) {
			struct watch_entry *gone = *at;

			*at = gone->next;
			free(gone);
			break;
		}
	unlock(&l->watch_lock);
}

/*
 * The owner and our list change together, under owner_lock: a take-over in
 * between would leave a watch behind, or lay a forgotten one anew.
 */
static int
op_watch(struct node *n, const struct id *id, int fd, struct error *err)
{
	struct local *l = local_of(n);
	uint64_t generation;
	struct node *inner;
	int status;

	do {
		inner = call_node(l, &generation);
		status = inner ? inner->ops->watch(inner, id, fd, err)
			       : FAIL(err, ERR_GONE, "no engine");
		if (status == 0)
			remember_watch(l, id, fd);
	} while (call_again(l, generation, status, err));
	return status;
}

/* At the owner first: afterwards nothing writes to `fd`. */
static void
op_unwatch(struct node *n, const struct id *id, int fd)
{
	struct local *l = local_of(n);

	pthread_rwlock_rdlock(&l->owner_lock);
	if (l->inner)
		l->inner->ops->unwatch(l->inner, id, fd);
	forget_watch(l, id, fd);
	pthread_rwlock_unlock(&l->owner_lock);
}

/* A new owner begins with the whole time. */
static int
op_settle(struct node *n, unsigned timeout_ms, int cancel_fd, struct error *err)
{
	CALL(local_of(n), settle, err, timeout_ms, cancel_fd, err);
}

/* Not made again: what ran at an owner that has gone does not run any more. */
static void
op_interrupt(struct node *n, const struct id *id)
{
	struct local *l = local_of(n);

	pthread_rwlock_rdlock(&l->owner_lock);
	if (l->inner)
		l->inner->ops->interrupt(l->inner, id);
	pthread_rwlock_unlock(&l->owner_lock);
}

/* The guard has ended, or never began. */
static void
local_free(struct local *l)
{
	disconnect(l);
	while (l->watches) {
		struct watch_entry *next = l->watches->next;

		free(l->watches);
		l->watches = next;
	}
	pthread_rwlock_destroy(&l->owner_lock);
	pthread_mutex_destroy(&l->watch_lock);
	if (l->stop[0] >= 0)
		(void)close(l->stop[0]);
	free(l->dir);
	free(l);
}

/* The guard first: it might look for a new owner. */
static void
op_close(struct node *n)
{
	struct local *l = local_of(n);

	(void)close(l->stop[1]);
	thread_join(l->guard);
	local_free(l);
}

static const struct node_ops local_ops = {
	.info = op_info,
	.send = op_send,
	.dry_run = op_dry_run,
	.find = op_find,
	.process = op_process,
	.list = op_list,
	.log = op_log,
	.assign = op_assign,
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

/*
 * Notice that the owner has gone even when nobody calls: its processes go on
 * here, and watches are told.
 */
static void *
guard_main(void *arg)
{
	struct local *l = arg;
	struct error ignored;

	for (;;) {
		struct pollfd fds[2] = { { l->stop[0], POLLIN, 0 },
			{ -1, POLLIN, 0 } };
		uint64_t generation;

		pthread_rwlock_rdlock(&l->owner_lock);
		generation = l->generation;
		/* as the owner there is nobody to guard */
		if (l->inner && !l->server)
			fds[1].fd = dup(attach_lifeline(l->inner));
		pthread_rwlock_unlock(&l->owner_lock);
		(void)poll(fds, 2, -1);
		if (fds[1].fd >= 0)
			(void)close(fds[1].fd);
		if (fds[0].revents)
			return NULL;
		if (fds[1].revents)
			(void)reconnect(l, generation, &ignored);
	}
}

/* Without its guard a node could not take over, so that must start, too. */
static int
open_local(const struct open_options *options, struct node **out,
    struct error *err)
{
	struct local *l = xcalloc(1, sizeof(*l));

	l->node.ops = &local_ops;
	l->dir = xstrdup(options->data_dir);
	l->engine = *options->engine;
	l->engine.dir = l->dir;
	l->stop[0] = l->stop[1] = -1;
	pthread_rwlock_init(&l->owner_lock, NULL);
	pthread_mutex_init(&l->watch_lock, NULL);
	if (pipe2(l->stop, O_CLOEXEC) < 0)
		(void)FAIL_ERRNO(err, ERR_SYSTEM, "cannot make a pipe");
	else if (connect_node(l, err) == 0 &&
	    thread_start(&l->guard, "guard", guard_main, l, err) == 0) {
		*out = &l->node;
		return 0;
	}
	if (l->stop[1] >= 0)
		(void)close(l->stop[1]);
	local_free(l);
	return -1;
}

int
open_node(const struct open_options *options, struct node **out,
    struct error *err)
{
	struct engine_config in_memory = *options->engine;

	in_memory.dir = NULL;
	if (options->ephemeral)
		return engine_open(&in_memory, out, err);
	return open_local(options, out, err);
}
