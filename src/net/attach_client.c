/*
 * A call is one request on a connection of its own, taken from a few idle ones;
 * so calls of several threads do not wait for each other, and the server needs
 * no numbers to tell replies apart. A connection goes back only when its last
 * frame was read to the end ("in order"); any other is closed, which is also
 * how a call is given up: the other end sees it and stops.
 *
 * Two connections are never used for calls. The lifeline is only polled: it
 * becomes readable when the owner is gone. The watches' own is kept open, since
 * the owner drops a connection's watches with it; it is locked for each
 * request.
 */
#include "net/attach_client.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "net/attach_wire.h"

enum {
	IDLE_MAX = 8 /* connections kept open between calls */
};

struct attach {
	struct node node; /* first */
	char *dir;
	int lifeline;
	pthread_mutex_t lock;
	int idle[IDLE_MAX];
	int idle_count;
	/* watches live as long as their connection */
	pthread_mutex_t watch_lock;
	int watch_fd;
};

/* A call: its connection, what goes out, what came in. */
struct call {
	struct attach *attach;
	int fd;
	struct buf frame;
	struct span reply;
};

static struct attach *
attach_of(struct node *n)
{
	return (struct attach *)n;
}

/* A descriptor, or -1: ERR_GONE when nobody listens there. */
static int
dial(const char *dir, struct error *err)
{
	struct sockaddr_un address;
	int dir_fd;
	int fd;
	int rc;

	if (socket_address(dir, &address, &dir_fd, err) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	rc = fd < 0 ? -1
		    : connect(fd, (struct sockaddr *)&address, sizeof(address));
	(void)close(dir_fd);
	if (rc == 0)
		return fd;
	(void)FAIL_ERRNO(err, ERR_GONE, "cannot connect to '%s/socket'", dir);
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

/* Begin a call on an idle connection or a new one. */
static int
call_begin(struct attach *at, struct call *c, enum attach_op op,
    struct error *err)
{
	*c = (struct call){ .attach = at, .fd = -1 };
	lock(&at->lock);
	if (at->idle_count)
		c->fd = at->idle[--at->idle_count];
	unlock(&at->lock);
	if (c->fd < 0)
		c->fd = dial(at->dir, err);
	if (c->fd < 0)
		return -1;
	frame_begin(&c->frame, (uint8_t)op);
	return 0;
}

/* End a call; a connection in order goes back to the idle ones. */
static void
call_end(struct call *c, bool in_order)
{
	struct attach *at = c->attach;

	buf_release(&c->frame);
	if (c->fd < 0)
		return;
	lock(&at->lock);
	if (in_order && at->idle_count < IDLE_MAX) {
		at->idle[at->idle_count++] = c->fd;
		c->fd = -1;
	}
	unlock(&at->lock);
	if (c->fd >= 0)
		(void)close(c->fd);
}

/* The next reply frame: 1 more, 0 done, -1 an error or the end. */
static int
call_next(struct call *c, bool *in_order, struct error *err)
{
	uint8_t status;

	*in_order = false;
	if (frame_receive(c->fd, &c->frame, NULL, err) < 0)
		return -1;
	c->reply = buf_span(&c->frame);
	(void)take_u8(&c->reply, &status);
	*in_order = status != REPLY_MORE;
	if (status == REPLY_ERROR) {
		take_error(c->reply, err);
		return -1;
	}
	return status == REPLY_MORE;
}

/* Both ends are of one version, so this is a fault and no input. */
static int
too_short(struct error *err)
{
	return FAIL(err, ERR_FORMAT, "a reply that is too short");
}

/* Send and wait for the one reply. Then call_end(c, *in_order). */
static int
call_run(struct call *c, bool *in_order, struct error *err)
{
	*in_order = false;
	if (frame_send(c->fd, &c->frame, -1, err) < 0)
		return -1;
	return call_next(c, in_order, err);
}

/* call_run() that ends with ERR_INTERRUPTED when cancel_fd is readable. */
static int
call_run_cancel(struct call *c, int cancel_fd, bool *in_order,
    struct error *err)
{
	struct pollfd fds[2] = { { c->fd, POLLIN, 0 },
		{ cancel_fd, POLLIN, 0 } };

	*in_order = false;
	if (frame_send(c->fd, &c->frame, -1, err) < 0)
		return -1;
	while (!fds[0].revents) {
		if (poll(fds, 2, -1) < 0)
			continue;
		/* hanging up is what tells the other end */
		if (fds[1].revents && !fds[0].revents)
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
	}
	return call_next(c, in_order, err);
}

static int
op_info(struct node *n, struct node_info *out, struct error *err)
{
	struct node_info info = { .attached = true };
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_INFO, err) < 0)
		return -1;
	rc = call_run(&c, &in_order, err);
	if (rc == 0 &&
	    (!take_address(&c.reply, &info.address) ||
		!take_id(&c.reply, &info.module)))
		rc = too_short(err);
	call_end(&c, in_order);
	if (rc == 0)
		*out = info;
	return rc;
}

/* The bytes are verified at the other end, where the engine is. */
static int
op_send(struct node *n, struct span item, struct receipt *out,
    struct error *err)
{
	struct receipt r = { .slot = 0 };
	struct call c;
	uint8_t again = 0;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_SEND, err) < 0)
		return -1;
	buf_add_span(&c.frame, item);
	rc = call_run(&c, &in_order, err);
	if (rc == 0 &&
	    (!take_id(&c.reply, &r.process) || !take_id(&c.reply, &r.message) ||
		!take_id(&c.reply, &r.assignment) ||
		!take_u64(&c.reply, &r.slot) ||
		!take_u64(&c.reply, &r.timestamp_ms) ||
		!take_u8(&c.reply, &again)))
		rc = too_short(err);
	r.again = again != 0;
	call_end(&c, in_order);
	if (rc == 0)
		*out = r;
	return rc;
}

/* Servers ask for these, and a server owns its store. */
static int
op_assign(struct node *n, const struct id *process, const struct id *message,
    struct receipt *out, struct error *err)
{
	(void)n;
	(void)process;
	(void)message;
	(void)out;
	return FAIL(err, ERR_UNSUPPORTED, "not through another program");
}

static int
op_place(struct node *n, const struct id *process, const struct id *item,
    uint64_t *slot, /* NOLINT(readability-non-const-parameter): node_ops */
    struct error *err)
{
	(void)n;
	(void)process;
	(void)item;
	(void)slot;
	return FAIL(err, ERR_UNSUPPORTED, "not through another program");
}

/* Runs as long as it runs; hanging up ends it there. */
static int
op_dry_run(struct node *n, const struct message_draft *draft,
    const struct address *owner, int cancel_fd, struct result *out,
    struct error *err)
{
	struct call c;
	bool in_order;
	uint8_t verdict;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_DRY_RUN, err) < 0)
		return -1;
	put_address(&c.frame, owner);
	put_draft(&c.frame, draft);
	rc = call_run_cancel(&c, cancel_fd, &in_order, err);
	if (rc == 0 &&
	    (!take_u8(&c.reply, &verdict) || verdict > VERDICT_COMPUTE))
		rc = too_short(err);
	if (rc == 0) {
		*out = (struct result)RESULT_INIT;
		out->verdict = (enum verdict)verdict;
		buf_add_span(&out->json, c.reply);
	}
	call_end(&c, in_order);
	return rc;
}

/* An empty address stands for anybody. */
static int
op_find(struct node *n, struct span name, const struct address *owner,
    struct id *out, struct error *err)
{
	static const struct address anybody;
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_FIND, err) < 0)
		return -1;
	put_address(&c.frame, owner ? owner : &anybody);
	buf_add_span(&c.frame, name);
	rc = call_run(&c, &in_order, err);
	if (rc == 0 && !take_id(&c.reply, out))
		rc = too_short(err);
	call_end(&c, in_order);
	return rc;
}

static int
op_process(struct node *n, const struct id *id, struct process_info *out,
    struct error *err)
{
	struct process_info info;
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_PROCESS, err) < 0)
		return -1;
	put_id(&c.frame, id);
	rc = call_run(&c, &in_order, err);
	if (rc == 0 && !take_process_info(&c.reply, &info))
		rc = too_short(err);
	call_end(&c, in_order);
	if (rc == 0)
		*out = info;
	return rc;
}

/* A callback that has enough leaves frames unread: the connection is closed. */
static int
op_list(struct node *n, node_list_fn fn, void *arg, struct error *err)
{
	struct process_info info;
	bool go_on = true;
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_LIST, err) < 0)
		return -1;
	rc = call_run(&c, &in_order, err);
	while (rc == 1 && go_on) {
		if (!take_process_info(&c.reply, &info)) {
			rc = too_short(err);
			break;
		}
		go_on = fn(arg, &info);
		if (go_on)
			rc = call_next(&c, &in_order, err);
	}
	call_end(&c, in_order);
	return rc < 0 ? -1 : 0;
}

/* One entry of a log for the callback. */
static int
log_one(struct span reply, node_log_fn fn, void *arg, bool *go_on,
    struct error *err)
{
	struct log_entry entry;
	struct message *m;
	struct span item;

	if (!take_log_entry(&reply, &entry, &item))
		return too_short(err);
	if (entry.tick) {
		m = take_tick(&item);
		if (!m)
			return too_short(err);
	} else if (message_decode(item, &m, err) < 0) {
		return -1;
	}
	entry.message = m;
	*go_on = fn(arg, &entry);
	message_unref(m);
	return 0;
}

static int
op_log(struct node *n, const struct id *id, struct position from,
    node_log_fn fn, void *arg, struct error *err)
{
	bool go_on = true;
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_LOG, err) < 0)
		return -1;
	put_id(&c.frame, id);
	put_position(&c.frame, from);
	rc = call_run(&c, &in_order, err);
	while (rc == 1 && go_on) {
		if (log_one(c.reply, fn, arg, &go_on, err) < 0) {
			rc = -1;
			break;
		}
		if (go_on)
			rc = call_next(&c, &in_order, err);
	}
	call_end(&c, in_order);
	return rc < 0 ? -1 : 0;
}

/* Something of a process that is on or off. */
static int
throw_switch(struct node *n, enum attach_op op, const struct id *id, bool on,
    struct error *err)
{
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, op, err) < 0)
		return -1;
	put_id(&c.frame, id);
	buf_add_byte(&c.frame, on);
	rc = call_run(&c, &in_order, err);
	call_end(&c, in_order);
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
	struct cron_info info;
	bool go_on = true;
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_CRON, err) < 0)
		return -1;
	put_id(&c.frame, id);
	rc = call_run(&c, &in_order, err);
	while (rc == 1 && go_on) {
		if (!take_cron_info(&c.reply, &info)) {
			rc = too_short(err);
			break;
		}
		go_on = fn(arg, &info);
		if (go_on)
			rc = call_next(&c, &in_order, err);
	}
	call_end(&c, in_order);
	return rc < 0 ? -1 : 0;
}

/* A call of an id and perhaps more, whose answer is bytes alone. */
static int
ask_bytes(struct node *n, enum attach_op op, const struct id *id,
    struct span more, struct buf *out, struct error *err)
{
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, op, err) < 0)
		return -1;
	put_id(&c.frame, id);
	buf_add_span(&c.frame, more);
	rc = call_run(&c, &in_order, err);
	if (rc == 0)
		buf_add_span(out, c.reply);
	call_end(&c, in_order);
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
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_IMPORT, err) < 0)
		return -1;
	put_id(&c.frame, id);
	buf_add_u32(&c.frame, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		put_import_entry(&c.frame, &entries[i]);
	rc = call_run(&c, &in_order, err);
	call_end(&c, in_order);
	return rc;
}

/* As a list: who has enough closes the connection. */
static int
op_trace(struct node *n, const struct trace_query *q, node_trace_fn fn,
    void *arg, struct error *err)
{
	struct trace_entry entry;
	bool go_on = true;
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_TRACE, err) < 0)
		return -1;
	put_trace_query(&c.frame, q);
	rc = call_run(&c, &in_order, err);
	while (rc == 1 && go_on) {
		if (!take_trace_entry(&c.reply, &entry)) {
			rc = too_short(err);
			break;
		}
		go_on = fn(arg, &entry);
		if (go_on)
			rc = call_next(&c, &in_order, err);
	}
	call_end(&c, in_order);
	return rc < 0 ? -1 : 0;
}

static int
op_status(struct node *n, struct node_status *out, struct error *err)
{
	struct node_status status;
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_STATUS, err) < 0)
		return -1;
	rc = call_run(&c, &in_order, err);
	if (rc == 0 && !take_status(&c.reply, &status))
		rc = too_short(err);
	call_end(&c, in_order);
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
	bool in_order;
	int rc;

	frame_begin(&c.frame, (uint8_t)op);
	put_id(&c.frame, id);
	buf_add_u32(&c.frame, (uint32_t)fd);
	lock(&at->watch_lock);
	rc = frame_send(c.fd, &c.frame, op == ATTACH_WATCH ? fd : -1, err);
	if (rc == 0)
		rc = call_next(&c, &in_order, err);
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
	bool in_order;
	int rc;

	if (call_begin(attach_of(n), &c, ATTACH_SETTLE, err) < 0)
		return -1;
	buf_add_u32(&c.frame, timeout_ms);
	rc = call_run_cancel(&c, cancel_fd, &in_order, err);
	call_end(&c, in_order);
	return rc;
}

/* Nobody can be told of a failure: then nothing was interrupted. */
static void
op_interrupt(struct node *n, const struct id *id)
{
	struct error err;
	struct call c;
	bool in_order;

	if (call_begin(attach_of(n), &c, ATTACH_INTERRUPT, &err) < 0)
		return;
	put_id(&c.frame, id);
	(void)call_run(&c, &in_order, &err);
	call_end(&c, in_order);
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
	.cache = op_cache,
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

/* Both ends must be the same program. */
static int
hello(struct attach *at, struct error *err)
{
	struct call c;
	bool in_order;
	int rc;

	if (call_begin(at, &c, ATTACH_HELLO, err) < 0)
		return -1;
	buf_add_text(&c.frame, attach_version());
	rc = call_run(&c, &in_order, err);
	call_end(&c, in_order);
	return rc;
}

int
attach_connect(const char *dir, struct node **out, struct error *err)
{
	struct attach *at = xcalloc(1, sizeof(*at));

	at->node.ops = &attach_ops;
	at->dir = xstrdup(dir);
	at->watch_fd = -1;
	pthread_mutex_init(&at->lock, NULL);
	pthread_mutex_init(&at->watch_lock, NULL);
	at->lifeline = dial(dir, err);
	if (at->lifeline >= 0)
		at->watch_fd = dial(dir, err);
	if (at->watch_fd < 0 || hello(at, err) < 0) {
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
