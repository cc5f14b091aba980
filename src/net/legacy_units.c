/*
 * Scheduler and compute unit answer a bad question with 400 or 500 and a text,
 * so "not found" is told by the text. The reference units answer 500 to what is
 * wrong with an item: a POST of one is not made again for that.
 */
#include "net/legacy_units.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "ao/assignment.h"
#include "net/http_error.h"

enum {
	TIMEOUT_MS = 60 * 1000,
	/* a dry run may evaluate all that came before it first */
	DRY_RUN_MS = 10 * 60 * 1000
};

static const char *const hops[] = {
	[LEGACY_MESSENGER] = "messenger unit",
	[LEGACY_SCHEDULER] = "scheduler unit",
	[LEGACY_COMPUTE] = "compute unit",
	[LEGACY_GATEWAY] = "gateway",
};

static const char *const options[] = {
	[LEGACY_MESSENGER] = "--mu-url",
	[LEGACY_SCHEDULER] = "--su-url",
	[LEGACY_COMPUTE] = "--cu-url",
	[LEGACY_GATEWAY] = "--gateway-url",
};

static const char octets[] = "application/octet-stream";
static const char json[] = "application/json";

/* --- requests --- */

/* As it may stand in a query. */
static void
url_escape(struct span text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.p[i];

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z') || (c && strchr("-_.~", c)))
			buf_add_byte(out, c);
		else
			buf_printf(out, "%%%02X", c);
	}
}

int
legacy_ask(const struct legacy_call *c, const struct legacy_request *r,
    struct legacy_answer *out, struct error *err)
{
	struct legacy_answer a = { .url = xasprintf("%s%s", r->base, r->path) };

	a.http = (struct http_call){
		.hop = hops[r->unit],
		.option = options[r->unit],
		.method = r->method,
		.url = a.url,
		.type = r->type,
		.body = r->body,
		.repeat = r->repeat,
		.tries = r->tries,
		.limit = r->limit ? r->limit : LEGACY_SINGLE_MAX,
		.timeout_ms = r->timeout_ms ? r->timeout_ms : TIMEOUT_MS,
		.deadline_ns = c->deadline_ns,
		.cancel_fd = c->cancel_fd,
	};
	if (http_fetch(c->l->http, &a.http, &a.reply, err) < 0) {
		legacy_answer_release(&a);
		/* what nobody can ask for in pieces is the unit's fault */
		if (err->code == ERR_LIMIT && a.http.limit != LEGACY_LIST_MAX)
			err->code = ERR_GONE;
		return -1;
	}
	*out = a;
	return 0;
}

static bool
is_well(const struct legacy_answer *a)
{
	return a->reply.status >= 200 && a->reply.status < 300;
}

int
legacy_ask_well(const struct legacy_call *c, const struct legacy_request *r,
    struct legacy_answer *out, struct error *err)
{
	if (legacy_ask(c, r, out, err) < 0)
		return -1;
	if (is_well(out))
		return 0;
	(void)legacy_fail_status(out, err);
	legacy_answer_release(out);
	return -1;
}

void
legacy_answer_release(struct legacy_answer *a)
{
	free(a->url);
	a->url = NULL;
	buf_release(&a->reply.body);
}

static bool
says(const struct legacy_answer *a, const char *text)
{
	const struct buf *body = &a->reply.body;

	return body->len > 0 &&
	    memmem(body->p, body->len, text, strlen(text)) != NULL;
}

int
legacy_fail_status(const struct legacy_answer *a, struct error *err)
{
	struct buf why = BUF_INIT;

	legacy_error_text(buf_span(&a->reply.body), &why);
	(void)http_fail_status(&a->http, &a->reply, buf_span(&why), err);
	buf_release(&why);
	if (a->reply.status < 500 && says(a, "not found"))
		err->code = ERR_NOT_FOUND;
	if (a->reply.status == 413)
		err->code = ERR_LIMIT;
	return -1;
}

int
legacy_fail_answer(const struct legacy_answer *a, struct error *err)
{
	struct error why = *err;

	return http_fail_answer(&a->http, why.text, err);
}

/* A path of an id, and what is behind it. Owned, free(). */
static char *
id_path(const char *before, const struct id *id, const char *behind)
{
	return xasprintf("%s%s%s", before, id_encode(id).text, behind);
}

/* --- the messenger --- */

/*
 * A spawn may be answered with another id than the item's, which is then the
 * process's.
 */
int
mu_send(const struct legacy_call *c, struct span item, struct id *out,
    bool *again, struct error *err)
{
	const struct legacy_request r = { .unit = LEGACY_MESSENGER,
		.method = "POST",
		.base = c->l->mu_url,
		.path = "",
		.type = octets,
		.body = item,
		.repeat = HTTP_SAME };
	struct legacy_answer a;
	int rc = 0;

	if (legacy_ask(c, &r, &a, err) < 0)
		return -1;
	/* an answer was lost, or somebody sent it before */
	*again = !is_well(&a) &&
	    (says(&a, "already exists") || says(&a, "MessageExists"));
	if (is_well(&a)) {
		rc = legacy_read_receipt(buf_span(&a.reply.body), out, err);
		if (rc < 0)
			rc = legacy_fail_answer(&a, err);
	} else if (!*again) {
		rc = legacy_fail_status(&a, err);
	}
	legacy_answer_release(&a);
	return rc;
}

/* Each time it is a new assignment. */
int
mu_assign(const struct legacy_call *c, const struct id *process,
    const struct id *message, uint8_t exclude, struct id *out,
    struct error *err)
{
	struct fields_text fields = assignment_fields_text(exclude);
	char *path = xasprintf("/?process-id=%s&assign=%s%s%s",
	    id_encode(process).text, id_encode(message).text,
	    exclude ? "&exclude=" : "", fields.text);
	const struct legacy_request r = { .unit = LEGACY_MESSENGER,
		.method = "POST",
		.base = c->l->mu_url,
		.path = path,
		.type = octets,
		.repeat = HTTP_ONCE };
	struct legacy_answer a;
	int rc = legacy_ask_well(c, &r, &a, err);

	free(path);
	if (rc < 0)
		return -1;
	rc = legacy_read_receipt(buf_span(&a.reply.body), out, err);
	if (rc < 0)
		rc = legacy_fail_answer(&a, err);
	legacy_answer_release(&a);
	return rc;
}

int
mu_monitor(const struct legacy_call *c, const struct id *process,
    struct span item, bool on, struct error *err)
{
	char *path = id_path("/monitor/", process, "");
	const struct legacy_request r = { .unit = LEGACY_MESSENGER,
		.method = on ? "POST" : "DELETE",
		.base = c->l->mu_url,
		.path = path,
		.type = octets,
		.body = item,
		.repeat = HTTP_SAME };
	struct legacy_answer a;
	int rc = legacy_ask(c, &r, &a, err);

	free(path);
	if (rc < 0)
		return -1;
	if (!is_well(&a) &&
	    !says(&a, on ? "already being monitored" : "monitor not found"))
		rc = legacy_fail_status(&a, err);
	legacy_answer_release(&a);
	return rc;
}

/* --- the scheduler --- */

/* GET; the URL is taken. */
static int
get(const struct legacy_call *c, enum legacy_unit unit, char *url, size_t limit,
    struct legacy_answer *out, struct error *err)
{
	const struct legacy_request r = { .unit = unit,
		.method = "GET",
		.base = url,
		.path = "",
		.repeat = HTTP_SAFE,
		.limit = limit };
	int rc = legacy_ask_well(c, &r, out, err);

	free(url);
	return rc;
}

/* What became of reading an answer, which is released. */
static int
read_answer(struct legacy_answer *a, int rc, struct error *err)
{
	if (rc < 0)
		rc = legacy_fail_answer(a, err);
	legacy_answer_release(a);
	return rc;
}

static int
read_address(struct span body, struct address *out, struct error *err)
{
	struct span text;
	json_t *root;

	if (legacy_parse(body, &root, err) < 0)
		return -1;
	text = legacy_text(root, "address");
	if (text.len > 0 && text.len <= ADDRESS_CHARS) {
		*out = (struct address){ "" };
		memcpy(out->text, text.p, text.len);
	}
	json_decref(root);
	return text.len > 0 && text.len <= ADDRESS_CHARS
	    ? 0
	    : FAIL(err, ERR_FORMAT, "no address in the answer");
}

int
su_address(const struct legacy_call *c, const char *url, struct address *out,
    struct error *err)
{
	struct legacy_answer a;

	if (get(c, LEGACY_SCHEDULER, xasprintf("%s/", url), LEGACY_LIST_MAX, &a,
		err) < 0)
		return -1;
	return read_answer(&a, read_address(buf_span(&a.reply.body), out, err),
	    err);
}

int
su_process(const struct legacy_call *c, const char *url,
    const struct id *process, struct message **out, struct error *err)
{
	struct legacy_answer a;

	if (get(c, LEGACY_SCHEDULER,
		xasprintf("%s/processes/%s", url, id_encode(process).text), 0,
		&a, err) < 0)
		return -1;
	return read_answer(&a,
	    legacy_read_process(buf_span(&a.reply.body), out, err), err);
}

/* The URL is taken. */
static int
get_slot(const struct legacy_call *c, char *url, struct legacy_slot *out,
    struct error *err)
{
	struct legacy_answer a;

	if (get(c, LEGACY_SCHEDULER, url, 0, &a, err) < 0)
		return -1;
	return read_answer(&a,
	    legacy_read_slot(buf_span(&a.reply.body), out, err), err);
}

int
su_latest(const struct legacy_call *c, const char *url,
    const struct id *process, struct legacy_slot *out, struct error *err)
{
	struct id_text id = id_encode(process);

	return get_slot(c,
	    xasprintf("%s/%s/latest?process-id=%s", url, id.text, id.text), out,
	    err);
}

int
su_message(const struct legacy_call *c, const char *url,
    const struct id *process, const struct id *message, struct legacy_slot *out,
    struct error *err)
{
	return get_slot(c,
	    xasprintf("%s/%s?process-id=%s", url, id_encode(message).text,
		id_encode(process).text),
	    out, err);
}

/* The nonce in a query is the one before the first that is wanted. */
int
su_page(const struct legacy_call *c, const char *url, const struct id *process,
    struct legacy_range range, struct legacy_page *out, struct error *err)
{
	struct id_text id = id_encode(process);
	struct legacy_answer a;
	char *whole;

	whole = xasprintf("%s/%s?process-id=%s&from-nonce=%" PRId64
			  "&limit=%u&show-anchor=1",
	    url, id.text, id.text, (int64_t)range.from - 1, range.limit);
	if (get(c, LEGACY_SCHEDULER, whole,
		range.limit > 1 ? LEGACY_LIST_MAX : LEGACY_SINGLE_MAX, &a,
		err) < 0)
		return -1;
	return read_answer(&a,
	    legacy_read_page(buf_span(&a.reply.body), out, err), err);
}

/* --- the compute unit --- */

/*
 * It answers when it has evaluated that far, or that it is still at it. What it
 * says with a status of 500 it has tried for a while itself.
 */
int
cu_result(const struct legacy_call *c, const struct id *process,
    const struct id *message, uint64_t wait_ms, struct result *out,
    struct error *err)
{
	char *path = xasprintf("/result/%s?process-id=%s",
	    id_encode(message).text, id_encode(process).text);
	const struct legacy_request r = { .unit = LEGACY_COMPUTE,
		.method = "GET",
		.base = c->l->cu_url,
		.path = path,
		.repeat = HTTP_SAME,
		.timeout_ms = wait_ms };
	struct legacy_answer a;
	int rc = legacy_ask_well(c, &r, &a, err);

	free(path);
	if (rc < 0) {
		bool late = err->code == ERR_TIMEOUT &&
		    (!c->deadline_ns || clock_now_ns() < c->deadline_ns);

		return late ? 0 : -1;
	}
	if (a.reply.status == 202) {
		legacy_answer_release(&a);
		return 0;
	}
	rc = legacy_read_result(buf_span(&a.reply.body), out, err);
	return read_answer(&a, rc, err) < 0 ? -1 : 1;
}

int
cu_results(const struct legacy_call *c, const struct id *process,
    const char *from, unsigned limit, struct legacy_results *out,
    struct error *err)
{
	struct buf url = BUF_INIT;
	struct legacy_answer a;
	int rc;

	buf_printf(&url, "%s/results/%s?", c->l->cu_url,
	    id_encode(process).text);
	if (*from) {
		buf_add_text(&url, "from=");
		url_escape(span_text(from), &url);
		buf_add_byte(&url, '&');
	}
	buf_printf(&url, "sort=ASC&limit=%u", limit);
	rc = get(c, LEGACY_COMPUTE, xstrdup(buf_text(&url)),
	    limit > 1 ? LEGACY_LIST_MAX : LEGACY_SINGLE_MAX, &a, err);
	buf_release(&url);
	if (rc < 0)
		return -1;
	return read_answer(&a,
	    legacy_read_results(buf_span(&a.reply.body), out, err), err);
}

/*
 * What it answers with a status of 500 may be the program's own failure, which
 * a result tells otherwise: not made again.
 */
int
cu_dry_run(const struct legacy_call *c, const struct id *process,
    struct span body, struct result *out, struct error *err)
{
	char *path = id_path("/dry-run?process-id=", process, "");
	const struct legacy_request r = { .unit = LEGACY_COMPUTE,
		.method = "POST",
		.base = c->l->cu_url,
		.path = path,
		.type = json,
		.body = body,
		.repeat = HTTP_SAME,
		.timeout_ms = DRY_RUN_MS };
	struct legacy_answer a;
	int rc = legacy_ask_well(c, &r, &a, err);

	free(path);
	if (rc < 0)
		return -1;
	return read_answer(&a,
	    legacy_read_result(buf_span(&a.reply.body), out, err), err);
}
