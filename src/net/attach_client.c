/*
 * Two connections are never used for calls. The lifeline is only polled: it
 * becomes readable when the owner is gone. The watches' own is kept open, since
 * the owner drops a connection's watches with it; it is locked for each
 * request.
 */
#include "net/attach_client.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "net/attach_call.h"
#include "net/attach_fields.h"

static struct attach *
attach_of(struct node *n)
{
	return (struct attach *)n;
}

/* Entries of a walk, one kind of struct each, for the function of its user. */
#define WALK(name, type)                                                \
	struct name##_walk {                                            \
		node_##name##_fn fn;                                    \
		void *arg;                                              \
	};                                                              \
	static int name##_entry(void *arg, struct span in, bool *go_on, \
	    struct error *err)                                          \
	{                                                               \
		const struct name##_walk *w = arg;                      \
		struct type entry;                                      \
                                                                        \
		if (!take_##type(&in, &entry))                          \
			return call_too_short(err);                     \
		*go_on = w->fn(w->arg, &entry);                         \
		return 0;                                               \
	}

WALK(list, process_info)
WALK(cron, cron_info)
WALK(trace, trace_entry)
WALK(item, item_entry)
WALK(module, module_info)

static int
op_info(struct node *n, struct node_info *out, struct error *err)
{
	struct node_info info = { .attached = true };
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_INFO, err) < 0)
		return -1;
	rc = call_run(&c, err);
	if (rc == 0 &&
	    (!take_address(&c.reply, &info.address) ||
		!take_id(&c.reply, &info.module)))
		rc = call_too_short(err);
	call_end(&c);
	if (rc == 0)
		*out = info;
	return rc;
}

/* A call whose answer is a receipt. */
static int
run_for_receipt(struct call *c, struct receipt *out, struct error *err)
{
	struct receipt r;
	int rc = call_run(c, err);

	if (rc == 0 && !take_receipt(&c->reply, &r))
		rc = call_too_short(err);
	call_end(c);
	if (rc == 0)
		*out = r;
	return rc;
}

/* The bytes are verified at the other end, where the engine is. */
static int
op_send(struct node *n, struct span item, struct receipt *out,
    struct error *err)
{
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_SEND, err) < 0)
		return -1;
	buf_add_span(&c.frame, item);
	return run_for_receipt(&c, out, err);
}

static int
op_assign(struct node *n, const struct id *process, const struct id *message,
    uint8_t exclude, struct receipt *out, struct error *err)
{
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_ASSIGN, err) < 0)
		return -1;
	put_id(&c.frame, process);
	put_id(&c.frame, message);
	buf_add_byte(&c.frame, exclude);
	return run_for_receipt(&c, out, err);
}

static int
op_place(struct node *n, const struct id *process, const struct id *item,
    uint64_t *slot, struct error *err)
{
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_PLACE, err) < 0)
		return -1;
	put_id(&c.frame, process);
	put_id(&c.frame, item);
	rc = call_run(&c, err);
	if (rc == 0 && !take_u64(&c.reply, slot))
		rc = call_too_short(err);
	call_end(&c);
	return rc;
}

/* Runs as long as it runs; hanging up ends it there. */
static int
op_dry_run(struct node *n, const struct message_draft *draft,
    const struct address *owner, int cancel_fd, struct result *out,
    struct error *err)
{
	struct call c;
	uint8_t verdict;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_DRY_RUN, err) < 0)
		return -1;
	put_address(&c.frame, owner);
	put_draft(&c.frame, draft);
	rc = call_run_cancel(&c, cancel_fd, err);
	if (rc == 0 &&
	    (!take_u8(&c.reply, &verdict) || verdict > VERDICT_COMPUTE))
		rc = call_too_short(err);
	if (rc == 0) {
		*out = (struct result)RESULT_INIT;
		out->verdict = (enum verdict)verdict;
		buf_add_span(&out->json, c.reply);
	}
	call_end(&c);
	return rc;
}

/* An empty address stands for anybody. */
static int
op_find(struct node *n, struct span name, const struct address *owner,
    struct id *out, struct error *err)
{
	static const struct address anybody;
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_FIND, err) < 0)
		return -1;
	put_address(&c.frame, owner ? owner : &anybody);
	buf_add_span(&c.frame, name);
	rc = call_run(&c, err);
	if (rc == 0 && !take_id(&c.reply, out))
		rc = call_too_short(err);
	call_end(&c);
	return rc;
}

static int
op_process(struct node *n, const struct id *id, struct process_info *out,
    struct error *err)
{
	struct process_info info;
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_PROCESS, err) < 0)
		return -1;
	put_id(&c.frame, id);
	rc = call_run(&c, err);
	if (rc == 0 && !take_process_info(&c.reply, &info))
		rc = call_too_short(err);
	call_end(&c);
	if (rc == 0)
		*out = info;
	return rc;
}

/* A callback that has enough leaves frames unread: the connection is closed. */
static int
op_list(struct node *n, node_list_fn fn, void *arg, struct error *err)
{
	struct list_walk w = { fn, arg };
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_LIST, err) < 0)
		return -1;
	return call_walk(&c, list_entry, &w, err);
}

struct log_walk {
	node_log_fn fn;
	void *arg;
};

/* A message is decoded, not verified: the owner did that. */
static int
log_entry(const struct log_walk *w, struct span *in, bool *go_on,
    struct error *err)
{
	struct log_entry entry = { 0 };
	struct message *m;
	struct span item;

	if (!take_log_entry(in, &entry, &item))
		return call_too_short(err);
	if (entry.tick) {
		m = take_tick(&item);
		if (!m)
			return call_too_short(err);
	} else if (message_decode(item, &m, err) < 0) {
		return -1;
	}
	entry.message = m;
	*go_on = w->fn(w->arg, &entry);
	message_unref(m);
	return 0;
}

/* A frame has one or more. */
static int
log_entries(void *arg, struct span in, bool *go_on, struct error *err)
{
	int rc;

	do {
		rc = log_entry(arg, &in, go_on, err);
	} while (rc == 0 && *go_on && in.len);
	return rc;
}

static int
op_log(struct node *n, const struct id *id, struct position from,
    node_log_fn fn, void *arg, struct error *err)
{
	struct log_walk w = { fn, arg };
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_LOG, err) < 0)
		return -1;
	put_id(&c.frame, id);
	put_position(&c.frame, from);
	return call_walk(&c, log_entries, &w, err);
}

/* Something of a process that is on or off. */
static int
throw_switch(struct node *n, enum attach_op op, const struct id *id, bool on,
    struct error *err)
{
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, op, err) < 0)
		return -1;
	put_id(&c.frame, id);
	buf_add_byte(&c.frame, on);
	rc = call_run(&c, err);
	call_end(&c);
	return rc;
}

static int
op_monitor(struct node *n, const struct id *id, bool on, struct error *err)
{
	return throw_switch(n, ATTACH_MONITOR, id, on, err);
}

static int
op_stop(struct node *n, const struct id *id, bool on, struct error *err)
{
	return throw_switch(n, ATTACH_STOP, id, on, err);
}

/* As with a list; a process has few schedules. */
static int
op_cron(struct node *n, const struct id *id, node_cron_fn fn, void *arg,
    struct error *err)
{
	struct cron_walk w = { fn, arg };
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_CRON, err) < 0)
		return -1;
	put_id(&c.frame, id);
	return call_walk(&c, cron_entry, &w, err);
}

/* A call of an id and perhaps more, whose answer is bytes alone. */
static int
ask_bytes(struct node *n, enum attach_op op, const struct id *id,
    struct span more, struct buf *out, struct error *err)
{
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, op, err) < 0)
		return -1;
	put_id(&c.frame, id);
	buf_add_span(&c.frame, more);
	rc = call_run(&c, err);
	if (rc == 0)
		buf_add_span(out, c.reply);
	call_end(&c);
	return rc;
}

static int
op_item(struct node *n, const struct id *id, struct buf *out, struct error *err)
{
	return ask_bytes(n, ATTACH_ITEM, id, span_of(NULL, 0), out, err);
}

static int
op_cache(struct node *n, const struct id *id, struct span key, struct buf *out,
    struct error *err)
{
	return ask_bytes(n, ATTACH_CACHE, id, key, out, err);
}

static int
op_module(struct node *n, const struct id *id, struct buf *out,
    struct error *err)
{
	return ask_bytes(n, ATTACH_MODULE, id, span_of(NULL, 0), out, err);
}

static int
op_attest(struct node *n, const struct id *id, struct position at, bool whole,
    struct buf *item, struct error *err)
{
	struct buf more = BUF_INIT;
	int rc;

	put_position(&more, at);
	buf_add_byte(&more, whole);
	rc = ask_bytes(n, ATTACH_ATTEST, id, buf_span(&more), item, err);
	buf_release(&more);
	return rc;
}

/* A frame holds them all: the caller keeps to less than that. */
static int
op_import(struct node *n, const struct id *id,
    const struct import_entry *entries, size_t count, struct error *err)
{
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_IMPORT, err) < 0)
		return -1;
	put_id(&c.frame, id);
	buf_add_u32(&c.frame, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		put_import_entry(&c.frame, &entries[i]);
	rc = call_run(&c, err);
	call_end(&c);
	return rc;
}

/* As a list: who has enough closes the connection. */
static int
op_trace(struct node *n, const struct trace_query *q, node_trace_fn fn,
    void *arg, struct error *err)
{
	struct trace_walk w = { fn, arg };
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_TRACE, err) < 0)
		return -1;
	put_trace_query(&c.frame, q);
	return call_walk(&c, trace_entry, &w, err);
}

/* As a list: who has enough closes the connection. */
static int
op_items(struct node *n, const struct item_query *q, node_item_fn fn, void *arg,
    struct error *err)
{
	struct item_walk w = { fn, arg };
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_ITEMS, err) < 0)
		return -1;
	put_item_query(&c.frame, q);
	return call_walk(&c, item_entry, &w, err);
}

/* Nothing behind the operation asks for all. */
static int
op_modules(struct node *n, const struct id *id, node_module_fn fn, void *arg,
    struct error *err)
{
	struct module_walk w = { fn, arg };
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_MODULES, err) < 0)
		return -1;
	if (id)
		put_id(&c.frame, id);
	return call_walk(&c, module_entry, &w, err);
}

/* The bytes are verified at the other end, where the engine is. */
static int
op_keep(struct node *n, struct span item, struct id *id, uint64_t *timestamp_ms,
    struct error *err)
{
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_KEEP, err) < 0)
		return -1;
	buf_add_span(&c.frame, item);
	rc = call_run(&c, err);
	if (rc == 0 &&
	    (!take_id(&c.reply, id) || !take_u64(&c.reply, timestamp_ms)))
		rc = call_too_short(err);
	call_end(&c);
	return rc;
}

static int
op_status(struct node *n, struct node_status *out, struct error *err)
{
	struct node_status status;
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_STATUS, err) < 0)
		return -1;
	rc = call_run(&c, err);
	if (rc == 0 && !take_status(&c.reply, &status))
		rc = call_too_short(err);
	call_end(&c);
	if (rc == 0)
		*out = status;
	return rc;
}

/* A request on the connection that holds the watches. */
static int
watch_call(struct attach *at, enum attach_op op, const struct id *id, int fd,
    struct error *err)
{
	struct call c = { .attach = at, .fd = at->watch_fd };
	int rc;

	frame_begin(&c.frame, (uint8_t)op);
	put_id(&c.frame, id);
	buf_add_u32(&c.frame, (uint32_t)fd);
	lock(&at->watch_lock);
	rc = frame_send(c.fd, &c.frame, op == ATTACH_WATCH ? fd : -1, err);
	if (rc == 0)
		rc = call_next(&c, err);
	unlock(&at->watch_lock);
	buf_release(&c.frame);
	return rc;
}

/* The owner writes to our eventfd itself: no thread is needed here. */
static int
op_watch(struct node *n, const struct id *id, int fd, struct error *err)
{
	return watch_call(attach_of(n), ATTACH_WATCH, id, fd, err);
}

/* Waits for the answer: afterwards the owner has closed its copy. */
static void
op_unwatch(struct node *n, const struct id *id, int fd)
{
	struct error err;

	/* when the owner is gone, so is the watch */
	(void)watch_call(attach_of(n), ATTACH_UNWATCH, id, fd, &err);
}

/* The owner keeps the time. */
static int
op_settle(struct node *n, unsigned timeout_ms, int cancel_fd, struct error *err)
{
	struct call c;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_SETTLE, err) < 0)
		return -1;
	buf_add_u32(&c.frame, timeout_ms);
	rc = call_run_cancel(&c, cancel_fd, err);
	call_end(&c);
	return rc;
}

/* Nobody can be told of a failure: then nothing was interrupted. */
static void
op_interrupt(struct node *n, const struct id *id)
{
	struct error err;
	struct call c;

	if (call_begin(attach_of(n), &c, ATTACH_INTERRUPT, &err) < 0)
		return;
	put_id(&c.frame, id);
	(void)call_run(&c, &err);
	call_end(&c);
}

/* No call may be under way. */
static void
op_close(struct node *n)
{
	struct attach *at = attach_of(n);

	while (at->idle_count)
		(void)close(at->idle[--at->idle_count]);
	if (at->lifeline >= 0)
		(void)close(at->lifeline);
	if (at->watch_fd >= 0)
		(void)close(at->watch_fd);
	pthread_mutex_destroy(&at->lock);
	pthread_mutex_destroy(&at->watch_lock);
	free(at->dir);
	free(at);
}

static const struct node_ops attach_ops = {
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

int
attach_connect(const char *dir, struct node **out, struct error *err)
{
	struct attach *at = xcalloc(1, sizeof(*at));

	at->node.ops = &attach_ops;
	at->dir = xstrdup(dir);
	at->watch_fd = -1;
	pthread_mutex_init(&at->lock, NULL);
	pthread_mutex_init(&at->watch_lock, NULL);
	at->lifeline = attach_dial(dir, err);
	if (at->lifeline >= 0)
		at->watch_fd = attach_dial(dir, err);
	if (at->watch_fd < 0) {
		op_close(&at->node);
		return -1;
	}
	*out = &at->node;
	return 0;
}

int
attach_lifeline(const struct node *node)
{
	return ((const struct attach *)node)->lifeline;
}
