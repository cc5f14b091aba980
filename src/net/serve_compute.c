/*
 * Results are read from the log; who asks for one that is not there yet waits
 * for it. Lists leave out errors before a page is cut, so that pages are full
 * and the next one is where the cursor says (spec 6.8).
 *
 * Backwards a log is read in pieces of so many slots, each forwards, of which
 * the last so many edges are kept.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/alloc.h"
#include "ao/cron.h"
#include "net/serve_inner.h"
#include "net/serve_past.h"

enum {
	RESULTS_LIMIT = 25,
	CRON_LIMIT = 500,
	LIMIT_MAX = 1000,
	PIECE_SLOTS = 256,
	/* of http_server_wake(): a dry run has ended. No process's: those are
	 * the first bytes of hashes */
	DRY_KEY = 2,
};

/* --- one result --- */

struct looking {
	struct buf *out;
	bool evaluated;
	bool stopped; /* else: there will be none, for now */
	int status;
	struct error *err;
};

static bool
write_result(void *arg, const struct log_entry *e)
{
	struct looking *l = arg;

	l->evaluated = e->evaluated;
	l->stopped = e->stopped;
	if (e->evaluated)
		l->status = json_result(l->out, e->result_json, true, l->err);
	return false;
}

/* 1: it is not evaluated yet. */
static int
look(struct serve *s, const struct id *process, uint64_t slot, struct buf *out,
    struct error *err)
{
	struct looking l = { .out = out, .err = err };
	int rc = serve_entry(s, process, slot, write_result, &l, err);

	/* its assignment may still be on the way to the disk */
	if (rc < 0 && err->code == ERR_NOT_FOUND)
		return 1;
	if (rc < 0 || l.status < 0)
		return -1;
	if (l.stopped)
		return FAIL(err, ERR_BUSY,
		    "process %s is stopped; slot %" PRIu64
		    " waits in its log until it is started",
		    id_encode(process).text, slot);
	return l.evaluated ? 0 : 1;
}

/* Twice, for it may have come while it was asked for. */
static enum http_next
reply_result(struct serve *s, struct http_request *r, const struct id *process,
    uint64_t slot, struct http_reply *out)
{
	struct buf *body = serve_json(out);
	struct error err;
	int rc = look(s, process, slot, body, &err);

	if (rc > 0) {
		rc = waits_for(&s->waits, r, process, &err);
		if (rc == 0)
			rc = look(s, process, slot, body, &err);
	}
	if (rc > 0 && r->late) {
		http_reply_error(out, 503,
		    "the evaluation takes longer than %u s: ask again",
		    s->config.http.wait_ms / 1000);
		return HTTP_REPLY;
	}
	if (rc > 0)
		return HTTP_WAIT;
	return rc < 0 ? serve_fail(out, &err) : HTTP_REPLY;
}

/* The process that a request names in its query. */
static int
process_of(struct serve *s, const struct http_request *r,
    struct process_info *info, struct error *err)
{
	struct span text;
	struct id id;

	if (!http_arg(r, "process-id", &text) || text.len == 0)
		return FAIL(err, ERR_USAGE, "'processId': Required.");
	if (serve_id(text, "processId", &id, err) < 0)
		return -1;
	if (s->node->ops->process(s->node, &id, info, err) == 0)
		return 0;
	if (err->code == ERR_NOT_FOUND)
		error_set(err, ERR_NOT_FOUND,
		    "TransactionNotFound: Process %s was not found on gateway",
		    id_encode(&id).text);
	return -1;
}

enum http_next
serve_result(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct process_info info;
	struct error err;
	struct id id;
	uint64_t slot;

	if (process_of(s, r, &info, &err) < 0 ||
	    serve_id(span_from(r->path, strlen("/result/")), "messageTxId", &id,
		&err) < 0)
		return serve_fail(out, &err);
	if (s->node->ops->place(s->node, &info.id, &id, &slot, &err) < 0) {
		if (err.code != ERR_NOT_FOUND)
			return serve_fail(out, &err);
		http_reply_error(out, 404, "Message or Process not found");
		return HTTP_REPLY;
	}
	return reply_result(s, r, &info.id, slot, out);
}

/* --- lists --- */

struct edges {
	struct buf *list; /* a ring of `room`: the newest of them */
	size_t room;
	size_t count;   /* of all that were added */
	bool keep_last; /* else the first `room`, then it is enough */
	bool cron_only;
	/* of a process that has ticks: its spawn, one reference, and the
	 * schedules in its tags */
	struct message *spawn;
	struct crons crons;
	struct cursor from; /* what is behind it */
	bool has_from;
	struct cursor to;
	bool has_to;
	bool descending;
	uint64_t end_slot; /* of this piece */
	size_t limit;
	size_t told;
	bool more;      /* than are told */
	struct buf out; /* those that are, with commas */
	int status;
	struct error *err;
};

/* The name of a schedule as cursors have it, owned by the caller. */
static void
add_cron_name(const struct edges *w, uint32_t schedule, struct buf *out)
{
	if (schedule < w->crons.count)
		cron_name(&w->crons, schedule, out);
}

/* Which schedule a cursor names; behind all of them: none. */
static uint32_t
schedule_of(const struct edges *w, const char *name)
{
	struct buf text = BUF_INIT;
	uint32_t i;

	for (i = 0; i < w->crons.count; i++) {
		buf_clear(&text);
		add_cron_name(w, i, &text);
		if (span_is(buf_span(&text), name))
			break;
	}
	buf_release(&text);
	return i;
}

/* Compared with a cursor: below 0 before it or at it, else behind. */
static bool
is_behind(const struct edges *w, const struct log_entry *e,
    const struct cursor *c)
{
	if (!c->exact)
		return e->timestamp_ms > c->timestamp_ms;
	if (e->slot != c->slot)
		return e->slot > c->slot;
	if (!e->tick)
		return false;
	if (!c->cron[0])
		return true;
	if (e->timestamp_ms != c->timestamp_ms)
		return e->timestamp_ms > c->timestamp_ms;
	/* ticks of one moment are in the order of their schedules */
	return e->schedule > schedule_of(w, c->cron);
}

/* A time that is no cursor counts itself, too. */
static bool
is_wanted(const struct edges *w, const struct log_entry *e)
{
	if (!e->evaluated || e->verdict != VERDICT_OK)
		return false;
	if (w->cron_only && !e->tick)
		return false;
	if (!w->has_from)
		return true;
	if (!w->from.exact && !w->from.sorted)
		return e->timestamp_ms >= w->from.timestamp_ms;
	return is_behind(w, e, &w->from);
}

static void
write_node(struct edges *w, const struct log_entry *e, struct buf *out)
{
	struct cursor c = { .timestamp_ms = e->timestamp_ms,
		.slot = e->slot,
		.descending = w->descending };

	if (e->tick) {
		buf_clear(out);
		add_cron_name(w, e->schedule, out);
		snprintf(c.cron, sizeof(c.cron), "%s", buf_text(out));
	}
	buf_clear(out);
	buf_add_text(out, "{\"node\":");
	w->status = json_result(out, e->result_json, false, w->err);
	buf_add_text(out, ",\"cursor\":");
	json_cursor(out, &c);
	buf_add_byte(out, '}');
}

static bool
add_edge(void *arg, const struct log_entry *e)
{
	struct edges *w = arg;

	if (e->slot >= w->end_slot || (w->has_to && is_behind(w, e, &w->to)))
		return false;
	if (!is_wanted(w, e))
		return true;
	if (!w->keep_last && w->count == w->room)
		return false;
	write_node(w, e, &w->list[w->count % w->room]);
	w->count++;
	return w->status == 0 && (w->keep_last || w->count < w->room);
}

static bool
take_spawn(void *arg, const struct log_entry *e)
{
	struct edges *w = arg;

	w->spawn = message_ref(e->message);
	w->status =
	    crons_parse(w->spawn->tags, w->spawn->tag_count, &w->crons, w->err);
	return false;
}

/* The schedules have their names from the process's own tags. */
static int
read_crons(struct serve *s, const struct process_info *info, struct edges *w,
    struct error *err)
{
	if (info->ticks == 0)
		return 0;
	if (serve_entry(s, &info->id, 0, take_spawn, w, err) < 0)
		return -1;
	return w->status;
}

/* The first slot that may be behind the cursor `from`. */
static int
first_slot(struct serve *s, const struct process_info *info,
    const struct edges *w, uint64_t *slot, struct error *err)
{
	*slot = 0;
	if (!w->has_from)
		return 0;
	if (w->from.exact) {
		*slot = w->from.slot;
		return 0;
	}
	/* ticks may hang at the slot before, and that very millisecond counts */
	if (serve_behind(s, info,
		w->from.timestamp_ms ? w->from.timestamp_ms - 1 : 0, slot,
		err) < 0)
		return -1;
	*slot -= *slot > 0;
	return 0;
}

/* The slot behind the last that may be up to the cursor `to`. */
static int
end_slot(struct serve *s, const struct process_info *info,
    const struct edges *w, uint64_t *slot, struct error *err)
{
	*slot = info->slots;
	if (!w->has_to)
		return 0;
	if (w->to.exact) {
		if (w->to.slot < info->slots)
			*slot = w->to.slot + 1;
		return 0;
	}
	return serve_behind(s, info, w->to.timestamp_ms, slot, err);
}

static int
walk(struct serve *s, const struct id *process, uint64_t from, uint64_t end,
    struct edges *w, struct error *err)
{
	w->end_slot = end;
	if (s->node->ops->log(s->node, process, position_of_slot(from),
		add_edge, w, err) < 0)
		return -1;
	return w->status;
}

/* Edge i of those that were kept, in the order in which they are told. */
static const struct buf *
kept(const struct edges *w, size_t i)
{
	return &w->list[i % w->room];
}

/* The edges of a piece, the last first, while there is room for them. */
static void
tell_backwards(struct edges *w)
{
	size_t have = w->count < w->room ? w->count : w->room;

	for (size_t i = 1; i <= have; i++) {
		w->more = w->told == w->limit;
		if (w->more)
			return;
		if (w->told++)
			buf_add_byte(&w->out, ',');
		buf_add_span(&w->out, buf_span(kept(w, w->count - i)));
	}
}

/* The newest so many, the newest first: pieces from the end on. */
static int
walk_back(struct serve *s, const struct process_info *info, struct edges *w,
    struct error *err)
{
	uint64_t first;
	uint64_t end;

	if (first_slot(s, info, w, &first, err) < 0 ||
	    end_slot(s, info, w, &end, err) < 0)
		return -1;
	while (end > first && !w->more) {
		uint64_t from =
		    end - first > PIECE_SLOTS ? end - PIECE_SLOTS : first;

		w->count = 0;
		if (walk(s, &info->id, from, end, w, err) < 0)
			return -1;
		tell_backwards(w);
		end = from;
	}
	return 0;
}

static int
walk_on(struct serve *s, const struct process_info *info, struct edges *w,
    struct error *err)
{
	uint64_t first;

	if (first_slot(s, info, w, &first, err) < 0 ||
	    walk(s, &info->id, first, UINT64_MAX, w, err) < 0)
		return -1;
	w->more = w->count > w->limit;
	for (size_t i = 0; i < w->count && i < w->limit; i++) {
		if (i)
			buf_add_byte(&w->out, ',');
		buf_add_span(&w->out, buf_span(kept(w, i)));
	}
	return 0;
}

static int
read_cursor(const struct http_request *r, const char *name, struct cursor *c,
    bool *found, struct error *err)
{
	struct span text;

	*found = http_arg(r, name, &text) && text.len > 0 &&
	    !span_is(text, "undefined");
	if (!*found)
		return 0;
	if (cursor_parse(text, c, err) < 0)
		return FAIL_IN(err, "'%s'", name);
	return 0;
}

static int
read_sort(const struct http_request *r, struct edges *w, struct error *err)
{
	struct span sort = span_text("ASC");

	(void)http_arg(r, "sort", &sort);
	if (sort.len == 0)
		sort = span_text("ASC");
	if (!span_is(sort, "ASC") && !span_is(sort, "DESC"))
		return FAIL(err, ERR_FORMAT,
		    "'sort': Invalid enum value. Expected 'ASC' | 'DESC', "
		    "received '%.*s'.",
		    SPAN_ARG(span_first(sort, 60)));
	w->descending = span_is(sort, "DESC");
	/* a cursor's own order goes over the query's */
	if (w->has_from && w->from.sorted)
		w->descending = w->from.descending;
	else if (w->has_to && w->to.sorted)
		w->descending = w->to.descending;
	return 0;
}

static int
read_limit(const struct http_request *r, struct edges *w, struct error *err)
{
	uint64_t value = w->limit;
	struct span text;
	bool found;

	if (serve_number(r, "limit", &found, &value, err) < 0) {
		(void)http_arg(r, "limit", &text);
		return FAIL(err, ERR_FORMAT,
		    "'limit': Expected number, received %s.",
		    text.p[0] == '-' ? "less than 0" : "nan");
	}
	w->limit = value < LIMIT_MAX ? value : LIMIT_MAX;
	return 0;
}

static void
edges_release(struct edges *w)
{
	for (size_t i = 0; w->list && i < w->room; i++)
		buf_release(&w->list[i]);
	free(w->list);
	crons_release(&w->crons);
	message_unref(w->spawn);
	buf_release(&w->out);
}

/* Of an unknown process there are no edges: the networks' clients rely on it. */
static int
gather(struct serve *s, const struct http_request *r, const char *prefix,
    struct edges *w, struct error *err)
{
	struct process_info info;
	struct id id;

	if (serve_id(span_from(r->path, strlen(prefix)), "processId", &id,
		err) < 0 ||
	    read_cursor(r, "from", &w->from, &w->has_from, err) < 0 ||
	    read_cursor(r, "to", &w->to, &w->has_to, err) < 0 ||
	    read_limit(r, w, err) < 0 ||
	    (!w->cron_only && read_sort(r, w, err) < 0))
		return -1;
	if (s->node->ops->process(s->node, &id, &info, err) < 0)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	w->err = err;
	if (read_crons(s, &info, w, err) < 0)
		return -1;
	w->room = w->limit + 1;
	w->list = xcalloc(w->room, sizeof(*w->list));
	w->keep_last = w->descending;
	return w->descending ? walk_back(s, &info, w, err)
			     : walk_on(s, &info, w, err);
}

static enum http_next
reply_edges(struct serve *s, const struct http_request *r, const char *prefix,
    struct edges *w, struct http_reply *out)
{
	struct error err;

	if (gather(s, r, prefix, w, &err) < 0) {
		(void)serve_fail(out, &err);
	} else {
		buf_printf(serve_json(out),
		    "{\"pageInfo\":{\"hasNextPage\":%s},\"edges\":[",
		    w->more ? "true" : "false");
		buf_add_span(&out->body, buf_span(&w->out));
		buf_add_text(&out->body, "]}");
	}
	w->err = NULL;
	edges_release(w);
	return HTTP_REPLY;
}

enum http_next
serve_results(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct edges w = { .cron_only = false, .limit = RESULTS_LIMIT };

	return reply_edges(s, r, "/results/", &w, out);
}

enum http_next
serve_cron(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct edges w = { .cron_only = true, .limit = CRON_LIMIT };

	return reply_edges(s, r, "/cron/", &w, out);
}

/* --- dry runs --- */

static int
run_dry(struct serve *s, const struct http_request *r, struct dry *d,
    struct buf *out, struct error *err)
{
	struct result result = RESULT_INIT;
	struct process_info info;
	struct span to;
	int rc;

	if (process_of(s, r, &info, err) < 0)
		return -1;
	if (dry_read(r->body, d, err) < 0)
		return -1;
	d->target = info.id;
	d->draft.target = &d->target;
	if (http_arg(r, "to", &to) && to.len)
		rc = past_dry_run(s, &info, to, d, &result, err);
	else
		rc = s->node->ops->dry_run(s->node, &d->draft, &d->owner, -1,
		    &result, err);
	if (rc < 0)
		return -1;
	rc = json_result(out, buf_span(&result.json), true, err);
	result_release(&result);
	return rc;
}

/* One more of those that run at once; false: it is to wait for another's end. */
static bool
begin_dry(struct serve *s, struct http_request *r)
{
	unsigned most = s->config.http.threads / 2;

	/* before the look */
	http_wait_for(r, DRY_KEY);
	if (atomic_fetch_add(&s->dry_runs, 1) < (most ? most : 1))
		return true;
	atomic_fetch_sub(&s->dry_runs, 1);
	return false;
}

static void
end_dry(struct serve *s)
{
	atomic_fetch_sub(&s->dry_runs, 1);
	http_server_wake(s->http, DRY_KEY);
}

/* Nothing limits how many strangers ask for; messages must have threads left. */
enum http_next
serve_dry_run(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct dry d = { .root = NULL };
	struct error err;

	if (r->content_type.len &&
	    !span_is(r->content_type, "application/json")) {
		http_reply_error(out, 415, "Unsupported Media Type: %.*s",
		    SPAN_ARG(span_first(r->content_type, 100)));
		return HTTP_REPLY;
	}
	if (!begin_dry(s, r))
		return HTTP_WAIT;
	if (run_dry(s, r, &d, serve_json(out), &err) < 0) {
		buf_clear(&out->body);
		(void)serve_fail(out, &err);
	}
	end_dry(s);
	dry_release(&d);
	return HTTP_REPLY;
}
