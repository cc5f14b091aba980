/*
 * While an operation blocks, anything that comes on the connection, its end
 * above all, is taken for the wish to stop: clients send nothing before they
 * have their answer.
 *
 * Fields are checked although both ends are the same program: the other end may
 * be broken, and the store is ours to keep.
 */
#include "net/attach_session.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "net/attach_fields.h"
#include "net/attach_stream.h"
#include "net/attach_wire.h"

enum {
	KEEP_BYTES = 1 << 20, /* of buffers, from one request to the next */
};

/* An eventfd that a client handed over, for one process. */
struct watched {
	struct watched *next;
	struct id id;
	int remote; /* its number at the client, to find it again */
	int fd;
};

struct session {
	int fd;
	struct watched *watched;
};

typedef int (*serve_fn)(struct request *req, struct error *err);

/* --- operations --- */

static int
serve_info(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct node_info info;

	if (n->ops->info(n, &info, err) < 0)
		return -1;
	put_address(req->out, &info.address);
	put_id(req->out, &info.module);
	return 0;
}

static int
serve_send(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct receipt r;

	if (n->ops->send(n, req->in, &r, err) < 0)
		return -1;
	put_receipt(req->out, &r);
	return 0;
}

static int
serve_assign(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct id process;
	struct id message;
	struct receipt r;
	uint8_t exclude;

	if (!take_id(&req->in, &process) || !take_id(&req->in, &message) ||
	    !take_u8(&req->in, &exclude))
		return attach_malformed(err);
	if (n->ops->assign(n, &process, &message, exclude, &r, err) < 0)
		return -1;
	put_receipt(req->out, &r);
	return 0;
}

static int
serve_place(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct id process;
	struct id item;
	uint64_t slot;

	if (!take_id(&req->in, &process) || !take_id(&req->in, &item))
		return attach_malformed(err);
	if (n->ops->place(n, &process, &item, &slot, err) < 0)
		return -1;
	buf_add_u64(req->out, slot);
	return 0;
}

static int
serve_dry_run(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct result result = RESULT_INIT;
	struct message_draft draft;
	struct tag tags[TAGS_MAX];
	struct address owner;
	struct id target;

	if (!take_address(&req->in, &owner) ||
	    !take_draft(&req->in, &draft, &target, tags))
		return attach_malformed(err);
	/* anything on the connection now is its end: the client gave up */
	if (n->ops->dry_run(n, &draft, &owner, req->fd, &result, err) < 0)
		return -1;
	buf_add_byte(req->out, (uint8_t)result.verdict);
	buf_add_span(req->out, buf_span(&result.json));
	result_release(&result);
	return 0;
}

static int
serve_find(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct address owner;
	struct id id;

	if (!take_address(&req->in, &owner))
		return attach_malformed(err);
	if (n->ops->find(n, req->in, owner.text[0] ? &owner : NULL, &id, err) <
	    0)
		return -1;
	put_id(req->out, &id);
	return 0;
}

static int
serve_process(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct process_info info;
	struct id id;

	if (!take_id(&req->in, &id))
		return attach_malformed(err);
	if (n->ops->process(n, &id, &info, err) < 0)
		return -1;
	put_process_info(req->out, &info);
	return 0;
}

/* Something of a process that is on or off: `op` of the node. */
static int
throw_switch(struct request *req,
    int (*op)(struct node *, const struct id *, bool, struct error *),
    struct error *err)
{
	struct id id;
	uint8_t on;

	if (!take_id(&req->in, &id) || !take_u8(&req->in, &on))
		return attach_malformed(err);
	return op(req->node, &id, on != 0, err);
}

static int
serve_monitor(struct request *req, struct error *err)
{
	return throw_switch(req, req->node->ops->monitor, err);
}

static int
serve_stop(struct request *req, struct error *err)
{
	return throw_switch(req, req->node->ops->stop, err);
}

static int
serve_item(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct id id;

	if (!take_id(&req->in, &id))
		return attach_malformed(err);
	return n->ops->item(n, &id, req->out, err);
}

/* The key is what is left of the frame. */
static int
serve_cache(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct id id;

	if (!take_id(&req->in, &id))
		return attach_malformed(err);
	return n->ops->cache(n, &id, req->in, req->out, err);
}

static int
serve_module(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct id id;

	if (!take_id(&req->in, &id))
		return attach_malformed(err);
	return n->ops->module(n, &id, req->out, err);
}

static int
serve_attest(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct position at;
	uint8_t whole;
	struct id id;

	if (!take_id(&req->in, &id) || !take_position(&req->in, &at) ||
	    !take_u8(&req->in, &whole))
		return attach_malformed(err);
	return n->ops->attest(n, &id, at, whole != 0, req->out, err);
}

/* The count is believed as far as there are bytes for so many. */
static int
serve_import(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct import_entry *entries;
	uint32_t count;
	struct id id;
	int rc = 0;

	if (!take_id(&req->in, &id) || !take_u32(&req->in, &count) ||
	    count > req->in.len / SHA256_BYTES)
		return attach_malformed(err);
	entries = xcalloc(count + 1, sizeof(*entries));
	for (uint32_t i = 0; i < count && rc == 0; i++)
		if (!take_import_entry(&req->in, &entries[i]))
			rc = attach_malformed(err);
	if (rc == 0)
		rc = n->ops->import(n, &id, entries, count, err);
	free(entries);
	return rc;
}

static int
serve_keep(struct request *req, struct error *err)
{
	struct node *n = req->node;
	uint64_t timestamp_ms;
	struct id id;

	if (n->ops->keep(n, req->in, &id, &timestamp_ms, err) < 0)
		return -1;
	put_id(req->out, &id);
	buf_add_u64(req->out, timestamp_ms);
	return 0;
}

static int
serve_status(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct node_status status;

	if (n->ops->status(n, &status, err) < 0)
		return -1;
	put_status(req->out, &status);
	return 0;
}

/* Our own copy of the eventfd, since the frame's is closed behind it. */
static int
serve_watch(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct watched *w;
	uint32_t remote;
	struct id id;
	int fd;

	if (!take_id(&req->in, &id) || !take_u32(&req->in, &remote))
		return attach_malformed(err);
	if (req->fd_beside < 0)
		return FAIL(err, ERR_SYSTEM,
		    "cannot watch: no descriptor came along, or too many files "
		    "are open");
	fd = dup(req->fd_beside);
	if (fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot watch");
	/* whatever it is: writing to it must never hold up the engine */
	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	if (n->ops->watch(n, &id, fd, err) < 0) {
		(void)close(fd);
		return -1;
	}
	w = xmalloc(sizeof(*w));
	*w = (struct watched){ req->session->watched, id, (int)remote, fd };
	req->session->watched = w;
	return 0;
}

/* End a watch that `*at` holds. */
static void
unwatch(struct node *n, struct watched **at)
{
	struct watched *w = *at;

	n->ops->unwatch(n, &w->id, w->fd);
	(void)close(w->fd);
	*at = w->next;
	free(w);
}

/* By process and the client's number; none is no failure. */
static int
serve_unwatch(struct request *req, struct error *err)
{
	struct watched **at;
	uint32_t remote;
	struct id id;

	if (!take_id(&req->in, &id) || !take_u32(&req->in, &remote))
		return attach_malformed(err);
	for (at = &req->session->watched; *at; at = &(*at)->next)
		if (id_equal(&(*at)->id, &id) && (*at)->remote == (int)remote) {
			unwatch(req->node, at);
			break;
		}
	return 0;
}

static int
serve_settle(struct request *req, struct error *err)
{
	struct node *n = req->node;
	uint32_t ms;

	if (!take_u32(&req->in, &ms))
		return attach_malformed(err);
	return n->ops->settle(n, ms, req->fd, err);
}

static int
serve_interrupt(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct id id;

	if (!take_id(&req->in, &id))
		return attach_malformed(err);
	n->ops->interrupt(n, &id);
	return 0;
}

static const serve_fn serve[] = {
	[ATTACH_INFO] = serve_info,
	[ATTACH_SEND] = serve_send,
	[ATTACH_DRY_RUN] = serve_dry_run,
	[ATTACH_FIND] = serve_find,
	[ATTACH_PROCESS] = serve_process,
	[ATTACH_LIST] = attach_stream_list,
	[ATTACH_LOG] = attach_stream_log,
	[ATTACH_MONITOR] = serve_monitor,
	[ATTACH_STOP] = serve_stop,
	[ATTACH_CRON] = attach_stream_cron,
	[ATTACH_ITEM] = serve_item,
	[ATTACH_CACHE] = serve_cache,
	[ATTACH_WATCH] = serve_watch,
	[ATTACH_UNWATCH] = serve_unwatch,
	[ATTACH_SETTLE] = serve_settle,
	[ATTACH_INTERRUPT] = serve_interrupt,
	[ATTACH_MODULE] = serve_module,
	[ATTACH_ATTEST] = serve_attest,
	[ATTACH_IMPORT] = serve_import,
	[ATTACH_TRACE] = attach_stream_trace,
	[ATTACH_STATUS] = serve_status,
	[ATTACH_ITEMS] = attach_stream_items,
	[ATTACH_KEEP] = serve_keep,
	[ATTACH_MODULES] = attach_stream_modules,
	[ATTACH_ASSIGN] = serve_assign,
	[ATTACH_PLACE] = serve_place,
};

/* --- the session --- */

/* One request and its answer. */
static int
serve_one(struct node *n, struct session *s, struct buf *in, struct buf *out)
{
	struct request req = { .node = n,
		.fd = s->fd,
		.session = s,
		.out = out };
	struct error err;
	uint8_t op;
	int rc;

	if (frame_receive(s->fd, in, &req.fd_beside, &err) < 0)
		return -1;
	req.in = buf_span(in);
	frame_begin(out, REPLY_DONE);
	if (!take_u8(&req.in, &op) || op >= sizeof(serve) / sizeof(*serve))
		rc = FAIL(&err, ERR_UNSUPPORTED, "no operation %u", op);
	else
		rc = serve[op](&req, &err);
	if (req.fd_beside >= 0)
		(void)close(req.fd_beside);
	if (rc < 0) {
		frame_begin(out, REPLY_ERROR);
		put_error(out, &err);
	}
	return frame_send(s->fd, out, -1, &err);
}

/* A connection is kept for long, its largest request should not be. */
static void
forget_large(struct buf *b)
{
	if (b->room > KEEP_BYTES)
		buf_release(b);
}

void
attach_session(struct node *node, int fd)
{
	struct session s = { .fd = fd };
	struct buf in = BUF_INIT;
	struct buf out = BUF_INIT;

	while (serve_one(node, &s, &in, &out) == 0) {
		forget_large(&in);
		forget_large(&out);
	}
	buf_release(&in);
	buf_release(&out);
	while (s.watched)
		unwatch(node, &s.watched);
}
