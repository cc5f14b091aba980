/*
 * A request goes by here before any handler: its head is judged, and of its
 * body is kept what somebody wants and there is room for.
 *
 * One that is refused by its head alone still has its body read, and thrown
 * away, while that is not huge: who is in the middle of sending would find the
 * connection reset, and no reply. Who waits to be told is told at once, and so
 * is a head that does not say where its body ends.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/http_exchange.h"
#include "net/http_head.h"

enum {
	/* times the most that a body may have */
	THROWN_AWAY = 4,
	/* seconds until others may have had their replies */
	ROOM_S = 5,
};

static void
retry_after(struct http_reply *out, unsigned seconds)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", seconds);
	(void)http_reply_field(out, span_text("Retry-After"), span_text(text));
}

/* What browsers ask before they let a page of elsewhere do something. */
static void
reply_preflight(struct http_reply *out)
{
	out->status = 204;
	out->route = "preflight";
	http_reply_field(out, span_text("Access-Control-Allow-Methods"),
	    span_text("GET, HEAD, POST, DELETE, OPTIONS"));
	http_reply_field(out, span_text("Access-Control-Allow-Headers"),
	    span_text("Content-Type, Accept, X-Max-Age"));
	http_reply_field(out, span_text("Access-Control-Max-Age"),
	    span_text("86400"));
}

/* --- heads --- */

static enum MHD_Result
add_field(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	(void)kind;
	http_head_add(arg, span_of(name, name_len), span_of(value, value_len));
	return MHD_YES;
}

/* Parts of a field that was looked at, which are kept once more. */
static enum MHD_Result
add_cookie(void *arg, enum MHD_ValueKind kind, const char *name,
    size_t name_len, const char *value, size_t value_len)
{
	(void)kind;
	http_head_weigh(arg, span_of(name, name_len),
	    span_of(value, value_len));
	return MHD_YES;
}

static bool
refuse_head(struct http_exchange *x, const char *version)
{
	struct http_head head = { 0 };
	const char *why;
	unsigned status;

	mhd.get_connection_values_n(x->connection, MHD_HEADER_KIND, add_field,
	    &head);
	mhd.get_connection_values_n(x->connection, MHD_COOKIE_KIND, add_cookie,
	    &head);
	status =
	    http_head_status(&head, strcmp(version, "HTTP/1.0") == 0, &why);
	if (status)
		http_reply_error(&x->reply, status, "%s", why);
	return status;
}

static bool
refuse_rate(struct http_exchange *x)
{
	struct http_server *s = x->server;

	if (guard_allows(&s->guard, x->connection))
		return false;
	http_reply_error(&x->reply, 429, "more than %u requests a second",
	    s->config.rate);
	retry_after(&x->reply, 1);
	return true;
}

/* What is known when the handler has it. */
static void
make_plan(struct http_exchange *x)
{
	struct http_server *s = x->server;

	if (strcmp(x->request.method, "OPTIONS") == 0)
		reply_preflight(&x->reply);
	else if (s->config.plan)
		s->config.plan(s->arg, &x->request, &x->plan, &x->reply);
	if (x->plan.body_max > s->config.body_max)
		x->plan.body_max = s->config.body_max;
}

static void
refuse_body(struct http_exchange *x)
{
	size_t most =
	    x->plan.body_max ? x->plan.body_max : x->server->config.body_max;

	http_reply_error(&x->reply, 413, "the body is over %zu bytes", most);
}

/* Look at the length that a body is said to have: more than that does not come.
 * True: there is a reply, for which nobody is to send the body first. */
static bool
refuse_length(struct http_exchange *x)
{
	uint64_t huge = (uint64_t)x->server->config.body_max * THROWN_AWAY;
	size_t most = x->plan.body_max ? x->plan.body_max : huge;
	struct span text;
	uint64_t len = 0;

	if (http_request_field(&x->request, "Content-Length", &text))
		len = strtoull((const char *)text.p, NULL, 10);
	if (!x->reply.status && len > most)
		refuse_body(x);
	return x->reply.status &&
	    (len > huge || http_request_field(&x->request, "Expect", &text));
}

bool
exchange_admit(struct http_exchange *x, const char *version, bool too_long)
{
	if (refuse_head(x, version)) {
		x->last = true;
		return false;
	}
	if (refuse_rate(x))
		return false;
	if (too_long)
		http_reply_error(&x->reply, 414,
		    "an address has at most %d bytes and %d parameters",
		    HTTP_URI_MAX, HTTP_ARGS_MAX);
	else
		make_plan(x);
	return !refuse_length(x);
}

/* --- bodies --- */

void
exchange_drop_body(struct http_exchange *x)
{
	x->server->kept -= x->body.len;
	buf_release(&x->body);
}

void
exchange_take(struct http_exchange *x, const void *data, size_t len)
{
	struct http_server *s = x->server;

	x->received += len;
	if (x->reply.status || x->plan.body_max == 0)
		return;
	if (x->body.len + len > x->plan.body_max) {
		refuse_body(x);
	} else if (s->kept + len > s->config.bodies_max) {
		http_reply_error(&x->reply, 503,
		    "too many requests are being read: there is no room for "
		    "this one's body now");
		retry_after(&x->reply, ROOM_S);
	} else {
		buf_add(&x->body, data, len);
		s->kept += len;
		return;
	}
	exchange_drop_body(x);
}
