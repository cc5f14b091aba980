/*
 * Lists are read from the node's log as they are written into the reply. Where
 * a page begins by time is searched for by halves: times never go back.
 *
 * A page by time is extended to the end of its last millisecond, or whoever
 * asks for what comes behind it would lose the rest (spec 5).
 */
#include <inttypes.h>

#include "base/clock.h"
#include "ao/cron.h"
#include "net/serve_inner.h"

enum {
	LIMIT = 100, /* of a page, unless it says another */
	LIMIT_MAX = 5000,
	/* a reply that is larger ends its page early, unless within one
	 * millisecond */
	PAGE_BYTES = 64 << 20,
};

/* --- one entry --- */

/* Into the reply; err is the first that went wrong. */
struct writing {
	struct buf *out;
	const struct id *process;
	bool anchors; /* of assignments */
	int status;
	struct error *err;
};

static bool
write_process(void *arg, const struct log_entry *e)
{
	struct writing *w = arg;

	w->status = json_process(w->out, e, w->err);
	return false;
}

static bool
write_message(void *arg, const struct log_entry *e)
{
	struct writing *w = arg;

	w->status = json_message(w->out, w->process, e, w->anchors, w->err);
	return false;
}

static bool
wants_anchors(const struct http_request *r)
{
	struct span value;

	return http_arg(r, "show-anchor", &value) && span_is(value, "1");
}

/* Of slots: of a process that is known. */
struct place {
	const struct id *process;
	uint64_t slot;
};

static enum http_next
reply_entry(struct serve *s, const struct http_request *r, struct place at,
    node_log_fn fn, struct http_reply *out)
{
	struct error err;
	struct writing w = { .out = serve_json(out),
		.process = at.process,
		.anchors = wants_anchors(r),
		.err = &err };

	if (serve_entry(s, at.process, at.slot, fn, &w, &err) < 0 ||
	    w.status < 0) {
		buf_clear(&out->body);
		return serve_fail(out, &err);
	}
	return HTTP_REPLY;
}

enum http_next
serve_process(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct process_info info;
	struct error err;
	struct id id;

	if (serve_id(span_from(r->path, strlen("/processes/")), "process", &id,
		&err) < 0)
		return serve_fail(out, &err);
	if (s->node->ops->process(s->node, &id, &info, &err) < 0) {
		http_reply_error(out, 404, "NotFound(\"Process not found\")");
		return HTTP_REPLY;
	}
	return reply_entry(s, r, (struct place){ &id, 0 }, write_process, out);
}

enum http_next
serve_latest(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct process_info info;
	struct error err;
	struct id id;

	if (serve_id(span_first(span_from(r->path, 1), ID_CHARS), "process",
		&id, &err) < 0 ||
	    s->node->ops->process(s->node, &id, &info, &err) < 0)
		return serve_fail(out, &err);
	if (info.slots == 0) {
		http_reply_error(out, 404, "Message or Process not found");
		return HTTP_REPLY;
	}
	return reply_entry(s, r, (struct place){ &id, info.slots - 1 },
	    write_message, out);
}

enum http_next
serve_timestamp(struct serve *s, struct http_request *r, struct http_reply *out)
{
	uint64_t now = clock_wall_ms();

	(void)s;
	(void)r;
	buf_printf(serve_json(out),
	    "{\"timestamp\":\"%" PRIu64 "\",\"block_height\":\"%012" PRIu64
	    "\"}",
	    now, cron_height(now));
	return HTTP_REPLY;
}

/* --- where a page begins --- */

static bool
take_time(void *arg, const struct log_entry *e)
{
	*(uint64_t *)arg = e->timestamp_ms;
	return false;
}

int
serve_behind(struct serve *s, const struct process_info *p, uint64_t ms,
    uint64_t *slot, struct error *err)
{
	uint64_t low = 0;
	uint64_t high = p->slots;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		uint64_t at;

		if (serve_entry(s, &p->id, middle, take_time, &at, err) < 0)
			return -1;
		if (at > ms)
			high = middle;
		else
			low = middle + 1;
	}
	*slot = low;
	return 0;
}

/* --- lists --- */

struct page {
	struct writing w;
	uint64_t limit;
	uint64_t count;
	uint64_t last_ms; /* of the last edge */
	bool by_nonce;
	uint64_t to; /* the last that is wanted: a time, or a nonce */
	bool more;   /* there are others behind the page */
};

/* Whether the page is full before this entry. */
static bool
is_full(const struct page *p, const struct log_entry *e)
{
	if (p->count < p->limit && p->w.out->len < PAGE_BYTES)
		return false;
	return p->by_nonce || e->timestamp_ms != p->last_ms;
}

static bool
write_edge(void *arg, const struct log_entry *e)
{
	struct page *p = arg;

	if (e->tick)
		return true;
	if ((p->by_nonce ? e->slot : e->timestamp_ms) > p->to)
		return false;
	if (is_full(p, e)) {
		p->more = true;
		return false;
	}
	buf_add_text(p->w.out, p->count ? ",{\"node\":" : "{\"node\":");
	p->w.status =
	    json_message(p->w.out, p->w.process, e, p->w.anchors, p->w.err);
	buf_printf(p->w.out, ",\"cursor\":\"%" PRIu64 "\"}",
	    p->by_nonce ? e->slot : e->timestamp_ms);
	p->count++;
	p->last_ms = e->timestamp_ms;
	return p->w.status == 0;
}

/* -1 is how a client says: from before the first. */
static int
read_first_nonce(const struct http_request *r, uint64_t *first,
    struct error *err)
{
	struct span text;
	bool found;

	*first = 0;
	if (http_arg(r, "from-nonce", &text) && span_is(text, "-1"))
		return 0;
	if (serve_number(r, "from-nonce", &found, first, err) < 0)
		return -1;
	*first += found;
	return 0;
}

static int
read_first_time(struct serve *s, const struct http_request *r,
    const struct process_info *info, uint64_t *first, struct error *err)
{
	uint64_t ms = 0;
	bool found;

	*first = 0;
	if (serve_number(r, "from", &found, &ms, err) < 0)
		return -1;
	return found ? serve_behind(s, info, ms, first, err) : 0;
}

/* from, to, limit; from-nonce and to-nonce. *first is the slot it begins at. */
static int
read_range(struct serve *s, const struct http_request *r,
    const struct process_info *info, struct page *p, uint64_t *first,
    struct error *err)
{
	struct span ignored;
	bool found;

	p->by_nonce = http_arg(r, "from-nonce", &ignored) ||
	    http_arg(r, "to-nonce", &ignored);
	p->to = UINT64_MAX;
	p->limit = LIMIT;
	if ((p->by_nonce ? read_first_nonce(r, first, err)
			 : read_first_time(s, r, info, first, err)) < 0 ||
	    serve_number(r, p->by_nonce ? "to-nonce" : "to", &found, &p->to,
		err) < 0 ||
	    serve_number(r, "limit", &found, &p->limit, err) < 0)
		return -1;
	if (p->limit > LIMIT_MAX)
		p->limit = LIMIT_MAX;
	return 0;
}

static enum http_next
reply_list(struct serve *s, struct http_request *r,
    const struct process_info *info, struct http_reply *out)
{
	struct buf edges = BUF_INIT;
	struct error err;
	struct page p = { .w = { &edges, &info->id, wants_anchors(r), 0,
			      &err } };
	uint64_t first;
	int rc = read_range(s, r, info, &p, &first, &err);

	if (rc == 0 && first < info->slots)
		rc = s->node->ops->log(s->node, &info->id,
		    position_of_slot(first), write_edge, &p, &err);
	if (rc < 0 || p.w.status < 0) {
		buf_release(&edges);
		return serve_fail(out, &err);
	}
	buf_printf(serve_json(out),
	    "{\"page_info\":{\"has_next_page\":%s},\"edges\":[",
	    p.more ? "true" : "false");
	buf_add_span(&out->body, buf_span(&edges));
	buf_add_text(&out->body, "]}");
	buf_release(&edges);
	return HTTP_REPLY;
}

static enum http_next
not_found(struct http_reply *out)
{
	http_reply_error(out, 404, "Message or Process not found");
	return HTTP_REPLY;
}

/*
 * A message or an assignment of a process, or the list of one. Whoever lists
 * need not say process-id.
 */
enum http_next
serve_messages(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct process_info info;
	struct span named;
	struct error err;
	struct id process;
	struct id id;
	uint64_t slot;

	if (serve_id(span_from(r->path, 1), "id", &id, &err) < 0)
		return serve_fail(out, &err);
	process = id;
	if (http_arg(r, "process-id", &named) && named.len &&
	    serve_id(named, "process-id", &process, &err) < 0)
		return serve_fail(out, &err);
	if (s->node->ops->process(s->node, &process, &info, &err) < 0)
		return not_found(out);
	if (id_equal(&process, &id))
		return reply_list(s, r, &info, out);
	if (s->node->ops->place(s->node, &process, &id, &slot, &err) < 0)
		return err.code == ERR_NOT_FOUND ? not_found(out)
						 : serve_fail(out, &err);
	return reply_entry(s, r, (struct place){ &process, slot },
	    write_message, out);
}
