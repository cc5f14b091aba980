/*
 * A connection has a thread and one request at a time. That is enough for a few
 * shells of one user, and an operation that blocks (dry run, settle) blocks
 * nobody else. While it does, anything that comes on the connection, its end
 * above all, is taken for the wish to stop: clients send nothing before they
 * have their answer.
 *
 * A client that was killed leaves nothing behind: its thread sees the end,
 * drops its watches and waits to be joined. Threads are joined by the listener
 * when the next client comes, or at the stop.
 *
 * Fields are checked although both ends are the same program: the other end may
 * be broken, and the store is ours to keep.
 */
#include "net/attach_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "net/attach_wire.h"

enum {
	/* that wait to be accepted */
	BACKLOG = 64,
	/* more are closed at once: a client leaks */
	CONNECTIONS_MAX = 1024,
	ACCEPT_AGAIN_MS = 100, /* after one that could not be had */
	KEEP_BYTES = 1 << 20,  /* of buffers, from one request to the next */
};

/* An eventfd that a client handed over, for one process. */
struct watched {
	struct watched *next;
	struct id id;
	int remote; /* its number at the client, to find it again */
	int fd;
};

struct connection {
	struct connection *next;
	struct attach_server *server;
	int fd; /* closed by the thread when it ends */
	pthread_t thread;
	bool ended; /* under the server's lock */
	struct watched *watched;
};

struct attach_server {
	struct node *node;
	int listener;
	int stop[2]; /* a pipe: closing the writing end ends the listener */
	char *path;
	pthread_t thread;
	pthread_mutex_t lock;
	struct connection *connections;
	unsigned count;
};

/* --- operations: each reads its fields from `in`, answers into `out` --- */

typedef int (*serve_fn)(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err);

/* The connection stays: frames have lengths of their own. */
static int
malformed(struct error *err)
{
	return FAIL(err, ERR_FORMAT, "a frame that is too short");
}

static int
serve_hello(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	(void)c;
	(void)fd_beside;
	if (!span_is(in, attach_version()))
		return FAIL(err, ERR_UNSUPPORTED,
		    "the store is in use by '%s', this is '%.*s'",
		    attach_version(), SPAN_ARG(in));
	buf_add_text(out, attach_version());
	return 0;
}

static int
serve_info(struct connection *c, struct span in, struct buf *out, int fd_beside,
    struct error *err)
{
	struct node *n = c->server->node;
	struct node_info info;

	(void)in;
	(void)fd_beside;
	if (n->ops->info(n, &info, err) < 0)
		return -1;
	put_address(out, &info.address);
	put_id(out, &info.module);
	return 0;
}

static int
serve_send(struct connection *c, struct span in, struct buf *out, int fd_beside,
    struct error *err)
{
	struct node *n = c->server->node;
	struct receipt r;

	(void)fd_beside;
	if (n->ops->send(n, in, &r, err) < 0)
		return -1;
	put_id(out, &r.process);
	put_id(out, &r.message);
	put_id(out, &r.assignment);
	buf_add_u64(out, r.slot);
	buf_add_u64(out, r.timestamp_ms);
	buf_add_byte(out, r.again);
	return 0;
}

static int
serve_dry_run(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct result result = RESULT_INIT;
	struct message_draft draft;
	struct tag tags[TAGS_MAX];
	struct address owner;
	struct id target;

	(void)fd_beside;
	if (!take_address(&in, &owner) ||
	    !take_draft(&in, &draft, &target, tags))
		return malformed(err);
	/* anything on the connection now is its end: the client gave up */
	if (n->ops->dry_run(n, &draft, &owner, c->fd, &result, err) < 0)
		return -1;
	buf_add_byte(out, (uint8_t)result.verdict);
	buf_add_span(out, buf_span(&result.json));
	result_release(&result);
	return 0;
}

static int
serve_find(struct connection *c, struct span in, struct buf *out, int fd_beside,
    struct error *err)
{
	struct node *n = c->server->node;
	struct address owner;
	struct id id;

	(void)fd_beside;
	if (!take_address(&in, &owner))
		return malformed(err);
	if (n->ops->find(n, in, owner.text[0] ? &owner : NULL, &id, err) < 0)
		return -1;
	put_id(out, &id);
	return 0;
}

static int
serve_process(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct process_info info;
	struct id id;

	(void)fd_beside;
	if (!take_id(&in, &id))
		return malformed(err);
	if (n->ops->process(n, &id, &info, err) < 0)
		return -1;
	put_process_info(out, &info);
	return 0;
}

/* Entries go out one frame each, behind each other. */
struct stream {
	struct connection *connection;
	struct buf frame;
	int status;
	struct error *err;
};

/* False ends the walk: the client has enough, or is gone. */
static bool
stream_send(struct stream *s)
{
	s->status = frame_send(s->connection->fd, &s->frame, -1, s->err);
	return s->status == 0;
}

static bool
stream_process(void *arg, const struct process_info *info)
{
	struct stream *s = arg;

	frame_begin(&s->frame, REPLY_MORE);
	put_process_info(&s->frame, info);
	return stream_send(s);
}

static bool
stream_log(void *arg, const struct log_entry *entry)
{
	struct stream *s = arg;

	frame_begin(&s->frame, REPLY_MORE);
	put_log_entry(&s->frame, entry);
	return stream_send(s);
}

/* REPLY_DONE comes behind the last entry, from serve_one(). */
static int
serve_list(struct connection *c, struct span in, struct buf *out, int fd_beside,
    struct error *err)
{
	struct node *n = c->server->node;
	struct stream s = { c, BUF_INIT, 0, err };
	int rc;

	(void)in;
	(void)out;
	(void)fd_beside;
	rc = n->ops->list(n, stream_process, &s, err);
	buf_release(&s.frame);
	return rc < 0 ? rc : s.status;
}

/* From a place on; ends early when the client hangs up. */
static int
serve_log(struct connection *c, struct span in, struct buf *out, int fd_beside,
    struct error *err)
{
	struct node *n = c->server->node;
	struct stream s = { c, BUF_INIT, 0, err };
	struct position from;
	struct id id;
	int rc;

	(void)out;
	(void)fd_beside;
	if (!take_id(&in, &id) || !take_position(&in, &from))
		return malformed(err);
	rc = n->ops->log(n, &id, from, stream_log, &s, err);
	buf_release(&s.frame);
	return rc < 0 ? rc : s.status;
}

static bool
stream_cron(void *arg, const struct cron_info *info)
{
	struct stream *s = arg;

	frame_begin(&s->frame, REPLY_MORE);
	put_cron_info(&s->frame, info);
	return stream_send(s);
}

static int
serve_cron(struct connection *c, struct span in, struct buf *out, int fd_beside,
    struct error *err)
{
	struct node *n = c->server->node;
	struct stream s = { c, BUF_INIT, 0, err };
	struct id id;
	int rc;

	(void)out;
	(void)fd_beside;
	if (!take_id(&in, &id))
		return malformed(err);
	rc = n->ops->cron(n, &id, stream_cron, &s, err);
	buf_release(&s.frame);
	return rc < 0 ? rc : s.status;
}

/* Something of a process that is on or off: `op` of the node. */
static int
throw_switch(struct connection *c, struct span in,
    int (*op)(struct node *, const struct id *, bool, struct error *),
    struct error *err)
{
	struct id id;
	uint8_t on;

	if (!take_id(&in, &id) || !take_u8(&in, &on))
		return malformed(err);
	return op(c->server->node, &id, on != 0, err);
}

static int
serve_monitor(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	(void)out;
	(void)fd_beside;
	return throw_switch(c, in, c->server->node->ops->monitor, err);
}

static int
serve_stop(struct connection *c, struct span in, struct buf *out, int fd_beside,
    struct error *err)
{
	(void)out;
	(void)fd_beside;
	return throw_switch(c, in, c->server->node->ops->stop, err);
}

static int
serve_item(struct connection *c, struct span in, struct buf *out, int fd_beside,
    struct error *err)
{
	struct node *n = c->server->node;
	struct id id;

	(void)fd_beside;
	if (!take_id(&in, &id))
		return malformed(err);
	return n->ops->item(n, &id, out, err);
}

/* The key is what is left of the frame. */
static int
serve_cache(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct id id;

	(void)fd_beside;
	if (!take_id(&in, &id))
		return malformed(err);
	return n->ops->cache(n, &id, in, out, err);
}

static int
serve_module(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct id id;

	(void)fd_beside;
	if (!take_id(&in, &id))
		return malformed(err);
	return n->ops->module(n, &id, out, err);
}

static int
serve_attest(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct position at;
	uint8_t whole;
	struct id id;

	(void)fd_beside;
	if (!take_id(&in, &id) || !take_position(&in, &at) ||
	    !take_u8(&in, &whole))
		return malformed(err);
	return n->ops->attest(n, &id, at, whole != 0, out, err);
}

/* The count is believed as far as there are bytes for so many. */
static int
serve_import(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct import_entry *entries;
	uint32_t count;
	struct id id;
	int rc = 0;

	(void)out;
	(void)fd_beside;
	if (!take_id(&in, &id) || !take_u32(&in, &count) ||
	    count > in.len / SHA256_BYTES)
		return malformed(err);
	entries = xcalloc(count + 1, sizeof(*entries));
	for (uint32_t i = 0; i < count && rc == 0; i++)
		if (!take_import_entry(&in, &entries[i]))
			rc = malformed(err);
	if (rc == 0)
		rc = n->ops->import(n, &id, entries, count, err);
	free(entries);
	return rc;
}

static bool
stream_trace(void *arg, const struct trace_entry *entry)
{
	struct stream *s = arg;

	frame_begin(&s->frame, REPLY_MORE);
	put_trace_entry(&s->frame, entry);
	return stream_send(s);
}

static int
serve_trace(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct stream s = { c, BUF_INIT, 0, err };
	struct trace_query q;
	int rc;

	(void)out;
	(void)fd_beside;
	if (!take_trace_query(&in, &q))
		return malformed(err);
	rc = n->ops->trace(n, &q, stream_trace, &s, err);
	buf_release(&s.frame);
	return rc < 0 ? rc : s.status;
}

static int
serve_status(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct node_status status;

	(void)in;
	(void)fd_beside;
	if (n->ops->status(n, &status, err) < 0)
		return -1;
	put_status(out, &status);
	return 0;
}

/* Our own copy of the eventfd, since the frame's is closed behind it. */
static int
serve_watch(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct watched *w;
	uint32_t remote;
	struct id id;
	int fd;

	(void)out;
	if (!take_id(&in, &id) || !take_u32(&in, &remote))
		return malformed(err);
	if (fd_beside < 0)
		return FAIL(err, ERR_SYSTEM,
		    "cannot watch: no descriptor came along, or too many files "
		    "are open");
	fd = dup(fd_beside);
	if (fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot watch");
	/* whatever it is: writing to it must never hold up the engine */
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	if (n->ops->watch(n, &id, fd, err) < 0) {
		(void)close(fd);
		return -1;
	}
	w = xmalloc(sizeof(*w));
	*w = (struct watched){ c->watched, id, (int)remote, fd };
	c->watched = w;
	return 0;
}

/* End a watch that `*at` holds. */
static void
unwatch(struct connection *c, struct watched **at)
{
	struct node *n = c->server->node;
	struct watched *w = *at;

	n->ops->unwatch(n, &w->id, w->fd);
	(void)close(w->fd);
	*at = w->next;
	free(w);
}

/* By process and the client's number; none is no failure. */
static int
serve_unwatch(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct watched **at;
	uint32_t remote;
	struct id id;

	(void)out;
	(void)fd_beside;
	if (!take_id(&in, &id) || !take_u32(&in, &remote))
		return malformed(err);
	for (at = &c->watched; *at; at = &(*at)->next)
		if (id_equal(&(*at)->id, &id) && (*at)->remote == (int)remote) {
			unwatch(c, at);
			break;
		}
	return 0;
}

static int
serve_settle(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	uint32_t ms;

	(void)out;
	(void)fd_beside;
	if (!take_u32(&in, &ms))
		return malformed(err);
	return n->ops->settle(n, ms, c->fd, err);
}

static int
serve_interrupt(struct connection *c, struct span in, struct buf *out,
    int fd_beside, struct error *err)
{
	struct node *n = c->server->node;
	struct id id;

	(void)out;
	(void)fd_beside;
	if (!take_id(&in, &id))
		return malformed(err);
	n->ops->interrupt(n, &id);
	return 0;
}

static const serve_fn serve[] = {
	[ATTACH_HELLO] = serve_hello,
	[ATTACH_INFO] = serve_info,
	[ATTACH_SEND] = serve_send,
	[ATTACH_DRY_RUN] = serve_dry_run,
	[ATTACH_FIND] = serve_find,
	[ATTACH_PROCESS] = serve_process,
	[ATTACH_LIST] = serve_list,
	[ATTACH_LOG] = serve_log,
	[ATTACH_MONITOR] = serve_monitor,
	[ATTACH_STOP] = serve_stop,
	[ATTACH_CRON] = serve_cron,
	[ATTACH_ITEM] = serve_item,
	[ATTACH_CACHE] = serve_cache,
	[ATTACH_WATCH] = serve_watch,
	[ATTACH_UNWATCH] = serve_unwatch,
	[ATTACH_SETTLE] = serve_settle,
	[ATTACH_INTERRUPT] = serve_interrupt,
	[ATTACH_MODULE] = serve_module,
	[ATTACH_ATTEST] = serve_attest,
	[ATTACH_IMPORT] = serve_import,
	[ATTACH_TRACE] = serve_trace,
	[ATTACH_STATUS] = serve_status,
};

/* --- connections --- */

/* One request and its answer. */
static int
serve_one(struct connection *c, struct buf *in, struct buf *out)
{
	struct span rest;
	struct error err;
	int beside;
	uint8_t op;
	int rc;

	if (frame_receive(c->fd, in, &beside, &err) < 0)
		return -1;
	rest = buf_span(in);
	frame_begin(out, REPLY_DONE);
	if (!take_u8(&rest, &op) || op >= sizeof(serve) / sizeof(*serve))
		rc = FAIL(&err, ERR_UNSUPPORTED, "no operation %u", op);
	else
		rc = serve[op](c, rest, out, beside, &err);
	if (beside >= 0)
		(void)close(beside);
	if (rc < 0) {
		frame_begin(out, REPLY_ERROR);
		put_error(out, &err);
	}
	return frame_send(c->fd, out, -1, &err);
}

/* A connection is kept for long, its largest request should not be. */
static void
forget_large(struct buf *b)
{
	if (b->room > KEEP_BYTES)
		buf_release(b);
}

/* Marks itself as ended; whoever joins it frees the rest. */
static void *
connection_main(void *arg)
{
	struct connection *c = arg;
	struct buf in = BUF_INIT;
	struct buf out = BUF_INIT;

	while (serve_one(c, &in, &out) == 0) {
		forget_large(&in);
		forget_large(&out);
	}
	buf_release(&in);
	buf_release(&out);
	while (c->watched)
		unwatch(c, &c->watched);
	lock(&c->server->lock);
	(void)close(c->fd);
	c->ended = true;
	unlock(&c->server->lock);
	return NULL;
}

/* Join and free connections that have ended, or all of them. */
static void
reap(struct attach_server *s, bool all)
{
	struct connection **at = &s->connections;

	lock(&s->lock);
	while (*at) {
		struct connection *c = *at;

		if (!all && !c->ended) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		s->count--;
		if (!c->ended)
			(void)shutdown(c->fd, SHUT_RDWR);
		unlock(&s->lock);
		thread_join(c->thread);
		free(c);
		lock(&s->lock);
	}
	unlock(&s->lock);
}

/* Only programs of the same user: the socket's mode says so too. */
static bool
is_ours(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	    (peer.uid == geteuid() || peer.uid == 0);
}

/*
 * False: none could be had, as when this program has too many files open. The
 * lock is held over the start, so that the thread is in the list before it may
 * end.
 */
static bool
accept_one(struct attach_server *s)
{
	struct connection *c;
	struct error err;
	int fd;

	reap(s, false);
	fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return false;
	if (!is_ours(fd) || s->count >= CONNECTIONS_MAX) {
		(void)close(fd);
		return true;
	}
	c = xcalloc(1, sizeof(*c));
	c->server = s;
	c->fd = fd;
	lock(&s->lock);
	if (thread_start(&c->thread, "attached", connection_main, c, &err) <
	    0) {
		unlock(&s->lock);
		(void)close(fd);
		free(c);
		return true;
	}
	c->next = s->connections;
	s->connections = c;
	s->count++;
	unlock(&s->lock);
	return true;
}

/* The pipe is closed by attach_server_stop(). */
static void *
listen_main(void *arg)
{
	struct attach_server *s = arg;

	for (;;) {
		struct pollfd fds[2] = { { s->listener, POLLIN, 0 },
			{ s->stop[0], POLLIN, 0 } };

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (fds[1].revents)
			return NULL;
		/* the one that waits keeps the listener readable */
		if (fds[0].revents && !accept_one(s))
			(void)poll(&fds[1], 1, ACCEPT_AGAIN_MS);
	}
}

/*
 * A socket that is there is stale, for we own the store. The mask makes the new
 * one ours alone from its first moment.
 */
static int
open_listener(struct attach_server *s, const char *dir, struct error *err)
{
	struct sockaddr_un address;
	mode_t mask;
	int dir_fd;
	int rc;

	if (socket_address(dir, &address, &dir_fd, err) < 0)
		return -1;
	(void)unlink(s->path);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mask = umask(0177);
	rc = s->listener < 0
	    ? -1
	    : bind(s->listener, (struct sockaddr *)&address, sizeof(address));
	(void)umask(mask);
	if (rc == 0)
		rc = listen(s->listener, BACKLOG);
	if (rc < 0)
		rc = FAIL_ERRNO(err, ERR_STORE, "cannot listen on '%s'",
		    s->path);
	(void)close(dir_fd);
	return rc;
}

static void
server_free(struct attach_server *s)
{
	if (s->listener >= 0)
		(void)close(s->listener);
	if (s->stop[0] >= 0)
		(void)close(s->stop[0]);
	if (s->stop[1] >= 0)
		(void)close(s->stop[1]);
	pthread_mutex_destroy(&s->lock);
	free(s->path);
	free(s);
}

int
attach_server_start(struct node *node, const char *dir,
    struct attach_server **out, struct error *err)
{
	struct attach_server *s = xcalloc(1, sizeof(*s));

	s->node = node;
	s->listener = s->stop[0] = s->stop[1] = -1;
	s->path = xasprintf("%s/socket", dir);
	pthread_mutex_init(&s->lock, NULL);
	if (pipe2(s->stop, O_CLOEXEC) < 0)
		(void)FAIL_ERRNO(err, ERR_SYSTEM, "cannot make a pipe");
	else if (open_listener(s, dir, err) == 0 &&
	    thread_start(&s->thread, "attach", listen_main, s, err) == 0) {
		*out = s;
		return 0;
	}
	server_free(s);
	return -1;
}

void
attach_server_stop(struct attach_server *s)
{
	(void)unlink(s->path);
	(void)close(s->stop[1]);
	s->stop[1] = -1;
	thread_join(s->thread);
	reap(s, true);
	server_free(s);
}
