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
#include "base/number.h"
#include "net/serve_dry.h"
#include "net/serve_inner.h"
#include "net/serve_metrics.h"
#include "net/serve_past.h"

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

	*found = http_arg(r, name, &text) && text.len > 0 &&
	    !span_is(text, "undefined") && !span_is(text, "null");
	if (!*found)
		return 0;
	if (!parse_decimal(text, INT64_MAX, value))
		return FAIL(err, ERR_FORMAT,
		    "'%s': Expected number, received '%.*s'.", name,
		    SPAN_ARG(span_first(text, 60)));
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

extern const uint8_t page[] __asm__("_binary_page_start");
extern const uint8_t page_end[] __asm__("_binary_page_end");

/* Clients take JSON or anything; browsers ask for a page first. */
static bool
is_browser(const struct http_request *r)
{
	struct span accept;

	return http_request_field(r, "Accept", &accept) &&
	    span_starts_with(accept, "text/html");
}

static enum http_next
serve_page(struct http_reply *out)
{
	out->content_type = "text/html; charset=utf-8";
	buf_add_span(&out->body, span_of(page, (size_t)(page_end - page)));
	(void)http_reply_field(out, span_text("Content-Security-Policy"),
	    span_text("default-src 'none'; connect-src 'self'; "
		      "script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
		      "base-uri 'none'; form-action 'none'; "
		      "frame-ancestors 'none'"));
	(void)http_reply_field(out, span_text("X-Content-Type-Options"),
	    span_text("nosniff"));
	return HTTP_REPLY;
}

/* Fits the scheduler's form and the compute unit's. */
static enum http_next
serve_root(struct serve *s, struct http_request *r, struct http_reply *out)
{
	(void)http_reply_field(out, span_text("Vary"), span_text("Accept"));
	if (is_browser(r))
		return serve_page(out);
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

/* A list of messages is asked for with its bounds, data by their id alone. */
static enum http_next
serve_by_id(struct serve *s, struct http_request *r, struct http_reply *out)
{
	static const char *const bounds[] = { "process-id", "from", "to",
		"limit", "from-nonce", "to-nonce" };
	struct span ignored;

	for (size_t i = 0; i < sizeof(bounds) / sizeof(*bounds); i++)
		if (http_arg(r, bounds[i], &ignored))
			return serve_messages(s, r, out);
	return serve_data(s, r, out);
}

/* --- routes --- */

enum unit {
	UNIT_MESSENGER = 1,
	UNIT_SCHEDULER = 2,
	UNIT_COMPUTE = 4,
	UNIT_GATEWAY = 8,
	UNIT_ORIGIN = 16, /* all of them at one */
	UNIT_ALL = 31,
};

static const struct {
	const char *prefix;
	unsigned units;
} units[] = {
	{ "/mu", UNIT_MESSENGER },
	{ "/su", UNIT_SCHEDULER },
	{ "/cu", UNIT_COMPUTE },
	{ "/gw", UNIT_GATEWAY },
};

enum {
	WISH_MAX = 64 << 10, /* bytes: a signed item without data */
};

/* Of any size that the server takes. */
#define ITEM SIZE_MAX

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
	size_t body;      /* the most that it takes; 0: it has none */
	const char *name; /* for log and counters */
	serve_fn fn;
} routes[] = {
	{ "GET", "/", UNIT_MESSENGER, true, 0, "root", serve_messenger_root },
	{ "GET", "/", UNIT_ALL, true, 0, "root", serve_root },
	{ "POST", "/", UNIT_MESSENGER, false, ITEM, "message", serve_message },
	{ "POST", "/", UNIT_SCHEDULER, false, ITEM, "schedule",
	    serve_schedule },
	{ "POST", "/monitor/*", UNIT_MESSENGER, false, WISH_MAX, "monitor",
	    serve_monitor },
	{ "DELETE", "/monitor/*", UNIT_MESSENGER, false, WISH_MAX, "monitor",
	    serve_monitor },
	{ "GET", "/result/*", UNIT_COMPUTE, true, 0, "result", serve_result },
	{ "GET", "/results/*", UNIT_COMPUTE, false, 0, "results",
	    serve_results },
	{ "GET", "/cron/*", UNIT_COMPUTE, false, 0, "cron", serve_cron },
	{ "GET", "/state/*", UNIT_COMPUTE, false, 0, "state", serve_state },
	{ "POST", "/dry-run", UNIT_COMPUTE, false, DRY_BODY_MAX, "dry-run",
	    serve_dry_run },
	{ "GET", "/processes/*", UNIT_SCHEDULER, true, 0, "process",
	    serve_process },
	{ "GET", "/timestamp", UNIT_SCHEDULER, true, 0, "timestamp",
	    serve_timestamp },
	{ "GET", "/health", UNIT_ALL, true, 0, "health", serve_alive },
	{ "GET", "/healthcheck", UNIT_ALL, true, 0, "health", serve_health },
	{ "GET", "/healthz", UNIT_ALL, true, 0, "health", serve_health },
	{ "GET", "/metrics", UNIT_ALL, true, 0, "metrics", serve_metrics },
	{ "GET", "/*/latest", UNIT_SCHEDULER, false, 0, "latest",
	    serve_latest },
	{ "POST", "/graphql", UNIT_GATEWAY, false, GRAPHQL_BODY_MAX, "graphql",
	    serve_graphql },
	{ "GET", "/info", UNIT_GATEWAY, true, 0, "info", serve_info },
	{ "GET", "/raw/*", UNIT_GATEWAY, false, 0, "raw", serve_raw },
	{ "GET", "/tx/*", UNIT_GATEWAY, false, 0, "tx", serve_transaction },
	{ "GET", "/tx/*/status", UNIT_GATEWAY, true, 0, "tx-status",
	    serve_confirmations },
	{ "POST", "/tx", UNIT_GATEWAY, false, ITEM, "upload", serve_upload },
	{ "POST", "/tx/*", UNIT_GATEWAY, false, ITEM, "upload", serve_upload },
	{ "POST", "/v1/tx", UNIT_GATEWAY, false, ITEM, "upload", serve_upload },
	{ "POST", "/v1/tx/*", UNIT_GATEWAY, false, ITEM, "upload",
	    serve_upload },
	{ "GET", "/*", UNIT_ORIGIN, false, 0, "id", serve_by_id },
	{ "GET", "/*", UNIT_SCHEDULER, false, 0, "messages", serve_messages },
	{ "GET", "/*", UNIT_GATEWAY, false, 0, "data", serve_data },
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

	while (rest.p && len < rest.len && rest.p[len] != '/')
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
find_route(const struct http_request *r, bool *known)
{
	unsigned wanted;
	struct span path = without_unit(r->path, &wanted);

	*known = false;
	for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
		const struct route *route = &routes[i];

		if (!is_of(route, wanted) || !matches(route->pattern, path))
			continue;
		*known = true;
		if (is_method(route->method, r->method))
			return route;
	}
	return NULL;
}

static void
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
}

static void
make_plan(void *arg, struct http_request *r, struct http_plan *plan,
    struct http_reply *out)
{
	const struct route *route;
	bool known;

	(void)arg;
	route = find_route(r, &known);
	if (!route) {
		no_route(r, known, out);
		return;
	}
	r->route = route;
	plan->quick = route->quick;
	plan->body_max = route->body;
}

static enum http_next
handle(void *arg, struct http_request *r, struct http_reply *out)
{
	const struct route *route = r->route;
	struct span whole = r->path;
	enum http_next next;
	unsigned ignored;

	r->path = without_unit(whole, &ignored);
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
	past_forget(s);
	free(s);
}

int
serve_open(const struct serve_config *config, struct serve **out,
    struct error *err)
{
	struct serve *s = xcalloc(1, sizeof(*s));

	s->config = *config;
	s->node = config->node;
	s->config.http.plan = make_plan;
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
	atomic_store(&s->closing, true);
	http_server_close(s->http, grace_ms);
	s->http = NULL;
	serve_free(s);
}

void
serve_adopt(struct serve *s, int fd)
{
	http_server_adopt(s->http, fd);
}

uint16_t
serve_port(const struct serve *s)
{
	return http_server_port(s->http);
}
