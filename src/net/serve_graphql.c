/*
 * POST /graphql: what clients, the aos shell and the networks' units ask a
 * gateway. A query that is bad, or that is none of ours, gets a text that says
 * which and where, with status 200 as the networks' gateways have it; a body
 * that is no JSON gets 400.
 */
#include "net/serve_graphql.h"

enum {
	HOST_MAX = 255,
};

static enum http_next
reply_error(struct http_reply *out, unsigned status, const char *text)
{
	struct buf *body = serve_json(out);

	out->status = status;
	buf_clear(body);
	buf_add_text(body, "{\"errors\":[{\"message\":");
	json_add_string(body, span_text(text));
	buf_add_text(body, "}],\"data\":null}");
	return HTTP_REPLY;
}

static int
answer(struct gql *g, struct error *err)
{
	struct gql_shape shape = { 0 };
	int rc = gql_shape(g, &shape, err);

	if (rc == 0) {
		buf_add_text(g->out, "{\"data\":");
		rc = gql_write(g, &shape, err);
		buf_add_byte(g->out, '}');
	}
	gql_shape_release(&shape);
	return rc;
}

/* The members of the request's body. */
static int
answer_request(struct gql *g, const json_t *body, struct error *err)
{
	const json_t *query = json_object_get(body, "query");
	const json_t *variables = json_object_get(body, "variables");
	int rc;

	if (!json_is_object(body))
		return FAIL(err, ERR_USAGE, "the body is no JSON object");
	if (!json_is_string(query))
		return FAIL(err, ERR_FORMAT, "'query' is missing");
	if (variables && !json_is_null(variables) && !json_is_object(variables))
		return FAIL(err, ERR_FORMAT, "'variables' is no object");
	if (graphql_parse(
		span_of(json_string_value(query), json_string_length(query)),
		&g->document, err) < 0)
		return -1;
	g->variables = variables;
	rc = answer(g, err);
	graphql_release(&g->document);
	return rc;
}

int
gql_answer(struct gql *g, struct span body, struct error *err)
{
	json_t *root;
	int rc;

	if (body.len > GRAPHQL_BODY_MAX)
		return FAIL(err, ERR_USAGE,
		    "the query has %zu bytes: the limit is %d", body.len,
		    GRAPHQL_BODY_MAX);
	root = json_loadb(body.len ? (const char *)body.p : "", body.len,
	    JSON_ALLOW_NUL, NULL);
	rc = answer_request(g, root, err);
	json_decref(root);
	return rc;
}

/* --- who asks --- */

/* A host as clients name it: a name or an address, perhaps with a port. */
static bool
is_host(struct span host)
{
	for (size_t i = 0; i < host.len; i++) {
		uint8_t c = host.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
			(c >= 'A' && c <= 'Z') || (c && strchr(".-:[]_", c))))
			return false;
	}
	return host.len > 0 && host.len <= HOST_MAX;
}

static void
put_origin(struct serve *s, const struct http_request *r, struct buf *out)
{
	struct span host;

	if (http_request_field(r, "Host", &host) && is_host(host))
		buf_printf(out, "http://%.*s", SPAN_ARG(host));
	else
		buf_printf(out, "http://127.0.0.1:%u", serve_port(s));
}

/* What is wrong with a query is told as an answer. */
static unsigned
status_of(const struct error *err)
{
	switch (err->code) {
	case ERR_USAGE:
		return 400;
	case ERR_FORMAT:
	case ERR_LIMIT:
	case ERR_UNSUPPORTED:
		return 200;
	default:
		return serve_status(err);
	}
}

enum http_next
serve_graphql(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct buf origin = BUF_INIT;
	struct gql g = { .node = s->node,
		.info = &s->info,
		.out = serve_json(out) };
	struct error err;
	int rc;

	put_origin(s, r, &origin);
	g.origin = buf_span(&origin);
	rc = gql_answer(&g, r->body, &err);
	buf_release(&origin);
	if (rc == 0)
		return HTTP_REPLY;
	return reply_error(out, status_of(&err), err.text);
}
