/*
 * The router: which part of which unit a request goes to (spec 13), what is
 * shared by all of them, and the node's own pages.
 */
#include "net/serve.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/serve_inner.h"
#include "net/serve_metrics.h"

/* --- what the units share --- */

unsigned
serve_status(const struct error *err)
{
	switch (err->code) {
	case ERR_NOT_FOUND:
		return 404;
	case ERR_USAGE:
	case ERR_FORMAT:
	case ERR_SHORT:
	case ERR_LIMIT:
	case ERR_SIGNATURE:
		return 400;
	case ERR_DENIED:
		return 403;
	case ERR_EXISTS:
		return 409;
	case ERR_UNSUPPORTED:
		return 501;
	case ERR_FULL:
		return 507;
	case ERR_BUSY:
	case ERR_TIMEOUT:
	case ERR_INTERRUPTED:
		return 503;
	default:
		return 500;
	}
}

enum http_next
serve_fail(struct http_reply *out, const struct error *err)
{
	http_reply_error(out, serve_status(err), "%s", err->text);
	return HTTP_REPLY;
}

int
serve_number(const struct http_request *r, const char *name, bool *found,
    uint64_t *value, struct error *err)
{
	struct span text;
	uint64_t n = 0;

	*found = http_arg(r, name, &text) && text.len > 0 &&
	    !span_is(text, "undefined") && !span_is(text, "null");
	if (!*found)
		return 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || i >= 18)
			return FAIL(err, ERR_FORMAT,
			    "'%s': Expected number, received '%.*s'.", name,
			    SPAN_ARG(span_first(text, 60)));
		n = n * 10 + (uint64_t)(text.p[i] - '0');
	}
	*value = n;
	return 0;
}

int
serve_id(struct span text, const char *name, struct id *id, struct error *err)
{
	if (id_decode(text, id, err) < 0)
		return FAIL_IN(err, "'%s'", name);
	return 0;
}

struct buf *
serve_json(struct http_reply *out)
{
	out->content_type = "application/json";
	return &out->body;
}

/* The first entry of a walk, if it is the one that is wanted. */
struct one_entry {
	uint64_t slot;
	node_log_fn fn;
	void *arg;
	bool found;
};

static bool
take_entry(void *arg, const struct log_entry *e)
{
	struct one_entry *o = arg;

	o->found = e->slot == o->slot && !e->tick;
	if (o->found)
		(void)o->fn(o->arg, e);
	return false;
}

int
serve_entry(struct serve *s, const struct id *process, uint64_t slot,
    node_log_fn fn, void *arg, struct error *err)
{
	struct one_entry o = { slot, fn, arg, false };

	if (s->node->ops->log(s->node, process, position_of_slot(slot),
		take_entry, &o, err) < 0)
		return -1;
	if (!o.found)
		return FAIL(err, ERR_NOT_FOUND, "there is no slot %" PRIu64,
		    slot);
	return 0;
}

/* --- the node itself --- */

/* Fits the scheduler's form and the compute unit's. */
static enum http_next
serve_root(struct serve *s, struct http_request *r, struct http_reply *out)
{
	(void)r;
	buf_printf(serve_json(out),
	    "{\"timestamp\":\"%" PRIu64 "\",\"address\":\"%s\"}",
	    clock_wall_ms(), s->info.address.text);
	return HTTP_REPLY;
}

static enum http_next
serve_messenger_root(struct serve *s, struct http_request *r,
    struct http_reply *out)
{
	(void)s;
	(void)r;
	out->content_type = "text/plain";
	buf_add_text(&out->body, "ao messenger unit");
	return HTTP_REPLY;
}

static enum http_next
serve_health(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct node_status status;
	struct error err;

	(void)r;
	out->content_type = "text/plain";
	if (s->node->ops->status(s->node, &status, &err) < 0)
		return serve_fail(out, &err);
	buf_add_text(&out->body, "OK");
	return HTTP_REPLY;
}

/* The scheduler's own: empty. */
static enum http_next
serve_alive(struct serve *s, struct http_request *r, struct http_reply *out)
{
	(void)s;
	(void)r;
	(void)out;
	return HTTP_REPLY;
}

static enum http_next
serve_metrics(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct http_stats http;
	struct node_status status;
	struct error err;

	(void)r;
	if (s->node->ops->status(s->node, &status, &err) < 0)
		return serve_fail(out, &err);
	http_server_stats(s->http, &http);
	out->content_type = "text/plain; version=0.0.4";
	metrics_write(&out->body, &status, &http);
	return HTTP_REPLY;
}

/* --- routes --- */

enum unit {
	UNIT_MESSENGER = 1,
	UNIT_SCHEDULER = 2,
	UNIT_COMPUTE = 4,
	UNIT_ALL = 7, /* at the one origin */
};

static const struct {
	const char *prefix;
	unsigned units;
} units[] = {
	{ "/mu", UNIT_MESSENGER },
	{ "/su", UNIT_SCHEDULER },
	{ "/cu", UNIT_COMPUTE },
};

/*
 * A pattern's "*" stands for one part of a path. The first that fits counts. Of
 * `quick` ones none waits for a disk or a machine longer than reading a page
 * takes.
 */
static const struct route {
	const char *method;
	const char *pattern;
	unsigned units;
	bool quick;
	const char *name; /* for log and counters */
	serve_fn fn;
} routes[] = {
	{ "GET", "/", UNIT_MESSENGER, true, "root", serve_messenger_root },
	{ "GET", "/", UNIT_ALL, true, "root", serve_root },
	{ "POST", "/", UNIT_MESSENGER, false, "message", serve_message },
	{ "POST", "/", UNIT_SCHEDULER, false, "schedule", serve_schedule },
	{ "POST", "/monitor/*", UNIT_MESSENGER, false, "monitor",
	    serve_monitor },
	{ "DELETE", "/monitor/*", UNIT_MESSENGER, false, "monitor",
	    serve_monitor },
	{ "GET", "/result/*", UNIT_COMPUTE, true, "result", serve_result },
	{ "GET", "/results/*", UNIT_COMPUTE, false, "results", serve_results },
	{ "GET", "/cron/*", UNIT_COMPUTE, false, "cron", serve_cron },
	{ "POST", "/dry-run", UNIT_COMPUTE, false, "dry-run", serve_dry_run },
	{ "GET", "/processes/*", UNIT_SCHEDULER, true, "process",
	    serve_process },
	{ "GET", "/timestamp", UNIT_SCHEDULER, true, "timestamp",
	    serve_timestamp },
	{ "GET", "/health", UNIT_ALL, true, "health", serve_alive },
	{ "GET", "/healthcheck", UNIT_ALL, true, "health", serve_health },
	{ "GET", "/healthz", UNIT_ALL, true, "health", serve_health },
	{ "GET", "/metrics", UNIT_ALL, true, "metrics", serve_metrics },
	{ "GET", "/*/latest", UNIT_SCHEDULER, false, "latest", serve_latest },
	{ "GET", "/*", UNIT_SCHEDULER, false, "messages", serve_messages },
};

/* POST / is the messenger's at the one origin, GET / nobody's alone. */
static bool
is_of(const struct route *r, unsigned wanted)
{
	if (wanted == UNIT_ALL && r->fn == serve_messenger_root)
		return false;
	return (r->units & wanted) != 0;
}

/* The part of a path behind its first slash, up to the next. */
static struct span
part(struct span *path)
{
	struct span rest = path->len ? span_from(*path, 1) : *path;
	size_t len = 0;

	while (len < rest.len && rest.p[len] != '/')
		len++;
	*path = span_from(rest, len);
	return span_first(rest, len);
}

static bool
matches(const char *pattern, struct span path)
{
	struct span p = span_text(pattern);

	while (p.len && path.len) {
		struct span want = part(&p);
		struct span have = part(&path);

		if (span_is(want, "*") ? have.len == 0
				       : !span_equal(want, have))
			return false;
	}
	return p.len == path.len;
}

static bool
is_method(const char *wanted, const char *method)
{
	return strcmp(wanted, method) == 0 ||
	    (strcmp(wanted, "GET") == 0 && strcmp(method, "HEAD") == 0);
}

/* "/cu/result/…" is "/result/…" of the compute unit alone. */
static struct span
without_unit(struct span path, unsigned *wanted)
{
	*wanted = UNIT_ALL;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		size_t len = strlen(units[i].prefix);

		if (path.len < len ||
		    !span_is(span_first(path, len), units[i].prefix) ||
		    (path.len > len && path.p[len] != '/'))
			continue;
		*wanted = units[i].units;
		return path.len == len ? span_text("/") : span_from(path, len);
	}
	return path;
}

static const struct route *
find_route(const struct http_request *r, struct span *path, bool *known)
{
	unsigned wanted;

	*path = without_unit(r->path, &wanted);
	*known = false;
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
		const struct route *route = &routes[i];

		if (!is_of(route, wanted) || !matches(route->pattern, *path))
			continue;
		*known = true;
		if (is_method(route->method, r->method))
			return route;
	}
	return NULL;
}

static bool
is_quick(void *arg, const struct http_request *r)
{
	const struct route *route;
	struct span path;
	bool known;

	(void)arg;
	route = find_route(r, &path, &known);
	return !route || route->quick;
}

static enum http_next
no_route(const struct http_request *r, bool known, struct http_reply *out)
{
	struct buf text = BUF_INIT;
	struct buf *body = serve_json(out);

	out->status = known ? 405 : 404;
	out->route = "none";
	buf_printf(&text, "Route %s:%.*s not found", r->method,
	    SPAN_ARG(r->path));
	buf_add_text(body, "{\"message\":");
	json_add_string(body, buf_span(&text));
	buf_printf(body, ",\"error\":\"%s\",\"statusCode\":%u}",
	    known ? "Method Not Allowed" : "Not Found", out->status);
	buf_release(&text);
	return HTTP_REPLY;
}

static enum http_next
handle(void *arg, struct http_request *r, struct http_reply *out)
{
	const struct route *route;
	struct span whole = r->path;
	enum http_next next;
	bool known;

	route = find_route(r, &r->path, &known);
	if (!route) {
		r->path = whole;
		return no_route(r, known, out);
	}
	next = route->fn(arg, r, out);
	out->route = route->name;
	/* the log shows what was asked for; a wait begins at the start */
	r->path = whole;
	return next;
}

/* --- opening and closing --- */

static void
serve_free(struct serve *s)
{
	http_server_close(s->http, 0);
	waits_close(&s->waits);
	free(s);
}

int
serve_open(const struct serve_config *config, struct serve **out,
    struct error *err)
{
	struct serve *s = xcalloc(1, sizeof(*s));

	s->config = *config;
	s->node = config->node;
	s->config.http.is_quick = is_quick;
	waits_init(&s->waits);
	if (s->node->ops->info(s->node, &s->info, err) < 0 ||
	    waits_open(&s->waits, s, err) < 0 ||
	    http_server_open(&s->config.http, handle, s, &s->http, err) < 0) {
		serve_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

void
serve_close(struct serve *s, unsigned grace_ms)
{
	http_server_close(s->http, grace_ms);
	s->http = NULL;
	serve_free(s);
}

uint16_t
serve_port(const struct serve *s)
{
	return http_server_port(s->http);
}
