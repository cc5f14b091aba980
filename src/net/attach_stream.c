#include "net/attach_stream.h"

#include "net/attach_fields.h"
#include "net/attach_wire.h"

enum {
	LOG_BYTES = 32 << 10, /* of a log, from which on a frame is sent */
};

/* Entries go out one frame each, behind each other. */
struct stream {
	int fd;
	struct buf frame;
	int status;
	struct error *err;
};

/* False ends the walk: the client has enough, or is gone. */
static bool
stream_send(struct stream *s)
{
	s->status = frame_send(s->fd, &s->frame, -1, s->err);
	return s->status == 0;
}

/* REPLY_DONE comes behind the last entry, from the session. */
static int
stream_end(struct stream *s, int rc)
{
	buf_release(&s->frame);
	return rc < 0 ? rc : s->status;
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
stream_log_part(struct stream *s)
{
	bool go_on = stream_send(s);

	frame_begin(&s->frame, REPLY_MORE);
	return go_on;
}

/* Small entries share a frame: a feed may be thousands of them a second. */
static bool
stream_log(void *arg, const struct log_entry *entry)
{
	struct stream *s = arg;

	put_log_entry(&s->frame, entry);
	return s->frame.len < LOG_BYTES || stream_log_part(s);
}

int
attach_stream_list(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct stream s = { req->fd, BUF_INIT, 0, err };

	return stream_end(&s, n->ops->list(n, stream_process, &s, err));
}

/* From a place on; ends early when the client hangs up. */
int
attach_stream_log(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct stream s = { req->fd, BUF_INIT, 0, err };
	struct position from;
	struct id id;
	size_t empty;
	int rc;

	if (!take_id(&req->in, &id) || !take_position(&req->in, &from))
		return attach_malformed(err);
	frame_begin(&s.frame, REPLY_MORE);
	empty = s.frame.len;
	rc = n->ops->log(n, &id, from, stream_log, &s, err);
	if (rc == 0 && s.status == 0 && s.frame.len > empty)
		(void)stream_log_part(&s);
	return stream_end(&s, rc);
}

static bool
stream_cron(void *arg, const struct cron_info *info)
{
	struct stream *s = arg;

	frame_begin(&s->frame, REPLY_MORE);
	put_cron_info(&s->frame, info);
	return stream_send(s);
}

int
attach_stream_cron(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct stream s = { req->fd, BUF_INIT, 0, err };
	struct id id;

	if (!take_id(&req->in, &id))
		return attach_malformed(err);
	return stream_end(&s, n->ops->cron(n, &id, stream_cron, &s, err));
}

static bool
stream_module(void *arg, const struct module_info *info)
{
	struct stream *s = arg;

	frame_begin(&s->frame, REPLY_MORE);
	put_module_info(&s->frame, info);
	return stream_send(s);
}

/* Without an id: all of them. */
int
attach_stream_modules(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct stream s = { req->fd, BUF_INIT, 0, err };
	bool all = req->in.len == 0;
	struct id id;

	if (!all && !take_id(&req->in, &id))
		return attach_malformed(err);
	return stream_end(&s,
	    n->ops->modules(n, all ? NULL : &id, stream_module, &s, err));
}

static bool
stream_trace(void *arg, const struct trace_entry *entry)
{
	struct stream *s = arg;

	frame_begin(&s->frame, REPLY_MORE);
	put_trace_entry(&s->frame, entry);
	return stream_send(s);
}

int
attach_stream_trace(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct stream s = { req->fd, BUF_INIT, 0, err };
	struct trace_query q;

	if (!take_trace_query(&req->in, &q))
		return attach_malformed(err);
	return stream_end(&s, n->ops->trace(n, &q, stream_trace, &s, err));
}

static bool
stream_item(void *arg, const struct item_entry *entry)
{
	struct stream *s = arg;

	frame_begin(&s->frame, REPLY_MORE);
	put_item_entry(&s->frame, entry);
	return stream_send(s);
}

/* Ends early when the client hangs up. */
int
attach_stream_items(struct request *req, struct error *err)
{
	struct node *n = req->node;
	struct stream s = { req->fd, BUF_INIT, 0, err };
	struct item_query q;

	if (!take_item_query(&req->in, &q))
		return attach_malformed(err);
	return stream_end(&s, n->ops->items(n, &q, stream_item, &s, err));
}
