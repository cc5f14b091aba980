/*
 * What a client hands over is looked at in the order in which the networks'
 * messenger does it, so that its texts stay; the statuses are ours (spec 9).
 * A reply comes when the slot is durable.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"
#include "ao/assignment.h"
#include "ao/protocol.h"
#include "net/serve_inner.h"

enum {
	SETTLEMENT_DEPTH = 20, /* confirmations, where the process says none */
};

/* Bodies of another type count as empty, as in the networks' unit. */
static struct span
item_of(const struct http_request *r)
{
	if (span_is(r->content_type, "application/octet-stream"))
		return r->body;
	return span_of(NULL, 0);
}

/* Why an item is not taken, beside what the scheduler itself says. */
static void
refuse_item(struct http_reply *out, const struct message *m,
    const struct error *err)
{
	enum item_type type;
	struct error protocol;

	if (protocol_type(m, &type, &protocol) < 0)
		http_reply_error(out, 400,
		    "Tag 'Data-Protocol': must contain 'ao'");
	else if (type == ITEM_OTHER)
		http_reply_error(out, 400,
		    "Tag 'Type': must be either 'Process' or 'Message'");
	else if (err->code == ERR_UNSUPPORTED)
		http_reply_error(out, 422, "%s", err->text);
	else if (err->code == ERR_NOT_FOUND && type == ITEM_MESSAGE &&
	    m->has_target)
		http_reply_error(out, 404, "Process %s was not found",
		    id_encode(&m->target).text);
	else if (err->code == ERR_NOT_FOUND || !m->has_target)
		http_reply_error(out, type == ITEM_MESSAGE ? 404 : 400, "%s",
		    err->text);
	else
		(void)serve_fail(out, err);
}

static enum http_next
no_item(struct http_reply *out, const struct error *why)
{
	http_reply_error(out, 400,
	    "'body': A valid and signed data item must be provided as the "
	    "body. (%s)",
	    why->text);
	return HTTP_REPLY;
}

/* Decoded once more, since it was refused; its signature was looked at. */
static enum http_next
fail_item(struct http_reply *out, struct span item, const struct error *err)
{
	struct message *m;
	struct error why;

	if (err->code == ERR_SIGNATURE)
		return no_item(out, err);
	if (message_decode(item, &m, &why) < 0)
		return no_item(out, &why);
	refuse_item(out, m, err);
	message_unref(m);
	return HTTP_REPLY;
}

/* Schedule the body; false: the reply is an error. */
static bool
schedule_item(struct serve *s, const struct http_request *r,
    struct http_reply *out, struct receipt *receipt)
{
	struct span item = item_of(r);
	struct error err;

	if (s->node->ops->send(s->node, item, receipt, &err) < 0) {
		(void)fail_item(out, item, &err);
		return false;
	}
	if (!receipt->again)
		return true;
	http_reply_error(out, 400, "MessageExists(\"Message already exists\")");
	return false;
}

/* What a query asks to be assigned. */
struct wish {
	struct id process;
	struct id message;
	uint8_t exclude;
	bool base_layer; /* it must be settled */
};

/* ?process-id=P&assign=M[&base-layer][&exclude=F,F]. 1: there is no such thing
 * in it. */
static int
read_wish(const struct http_request *r, struct wish *w, struct error *err)
{
	struct span fields;
	struct span p;
	struct span m;
	struct span flag;
	bool has_process = http_arg(r, "process-id", &p) && p.len;
	bool has_message = http_arg(r, "assign", &m) && m.len;

	if (!has_process && !has_message)
		return 1;
	if (!has_process || !has_message)
		return FAIL(err, ERR_USAGE,
		    "You must set both process-id and assign to send an "
		    "assignment, not just one");
	if (m.len != ID_CHARS)
		return FAIL(err, ERR_FORMAT,
		    "assign param must be 43 characters");
	w->exclude = 0;
	w->base_layer =
	    http_arg(r, "base-layer", &flag) && !span_is(flag, "false");
	if (serve_id(p, "process-id", &w->process, err) < 0 ||
	    serve_id(m, "assign", &w->message, err) < 0)
		return -1;
	if (http_arg(r, "exclude", &fields) &&
	    assignment_fields(fields, &w->exclude, err) < 0)
		return FAIL_IN(err, "'exclude'");
	return 0;
}

/* What the process's own message says of it; what is no number says nothing. */
static uint64_t
settlement_depth(struct span item)
{
	uint64_t depth = SETTLEMENT_DEPTH;
	struct message *m;
	struct error ignored;
	struct span text;

	if (message_decode(item, &m, &ignored) < 0)
		return depth;
	if (message_tag(m, "Settlement-Depth", &text))
		(void)parse_decimal(text, UINT64_MAX, &depth);
	message_unref(m);
	return depth;
}

static int
check_settled(struct serve *s, const struct wish *w, struct error *err)
{
	struct buf spawn = BUF_INIT;
	struct depth d;
	uint64_t wanted;

	if (serve_depth(s, &w->message, &d, err) < 0 ||
	    s->node->ops->item(s->node, &w->process, &spawn, err) < 0)
		return -1;
	wanted = settlement_depth(buf_span(&spawn));
	buf_release(&spawn);
	if (d.confirmations < wanted)
		return FAIL(err, ERR_LIMIT,
		    "'%s' has %" PRIu64 " confirmations, the process wants "
		    "%" PRIu64,
		    id_encode(&w->message).text, d.confirmations, wanted);
	return 0;
}

/* Schedule an assignment; 1: none is asked for. */
static int
schedule_assign(struct serve *s, const struct http_request *r,
    struct receipt *receipt, struct error *err)
{
	struct wish w;
	int rc = read_wish(r, &w, err);

	if (rc == 0 && w.base_layer)
		rc = check_settled(s, &w, err);
	if (rc != 0)
		return rc;
	return s->node->ops->assign(s->node, &w.process, &w.message, w.exclude,
	    receipt, err);
}

enum http_next
serve_message(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct receipt receipt;
	struct error err;
	int rc = schedule_assign(s, r, &receipt, &err);

	if (rc < 0)
		return serve_fail(out, &err);
	if (rc == 0) {
		out->status = 202;
		buf_printf(serve_json(out),
		    "{\"message\":\"Processing Assignment\",\"id\":\"%s\"}",
		    id_encode(&receipt.assignment).text);
		return HTTP_REPLY;
	}
	if (!schedule_item(s, r, out, &receipt))
		return HTTP_REPLY;
	out->status = 202;
	buf_printf(serve_json(out),
	    "{\"message\":\"Processing DataItem\",\"id\":\"%s\"}",
	    id_encode(&receipt.message).text);
	return HTTP_REPLY;
}

enum http_next
serve_schedule(struct serve *s, struct http_request *r, struct http_reply *out)
{
	struct receipt receipt;
	struct error err;
	int rc = schedule_assign(s, r, &receipt, &err);
	const struct id *id = &receipt.assignment;

	if (rc < 0)
		return serve_fail(out, &err);
	if (rc > 0) {
		if (!schedule_item(s, r, out, &receipt))
			return HTTP_REPLY;
		id = &receipt.message;
	}
	buf_printf(serve_json(out), "{\"id\":\"%s\",\"timestamp\":%" PRIu64 "}",
	    id_encode(id).text, receipt.timestamp_ms);
	return HTTP_REPLY;
}

/* --- monitors --- */

/* Who asks is whoever signed: the process's owner alone may. */
static int
check_monitor(struct serve *s, const struct id *process,
    const struct message *m, struct process_info *info, struct error *err)
{
	struct span type;

	if (!m->has_target || !id_equal(&m->target, process))
		return FAIL(err, ERR_FORMAT,
		    "the item's target is not the process of the path");
	/* messages stand in a public log: none of them is a wish of today */
	if (message_tag(m, "Type", &type))
		return FAIL(err, ERR_DENIED, "the item is a %.*s",
		    SPAN_ARG(span_first(type, 60)));
	if (s->node->ops->process(s->node, process, info, err) < 0)
		return -1;
	if (!span_is(span_text(info->owner.text), m->owner.text))
		return FAIL(err, ERR_DENIED,
		    "the item is signed by %s, the process is owned by %s",
		    m->owner.text, info->owner.text);
	return 0;
}

static enum http_next
set_monitor(struct serve *s, const struct id *process, bool on,
    const struct process_info *info, struct http_reply *out)
{
	struct error err;

	if (info->monitored == on) {
		http_reply_error(out, on ? 409 : 404,
		    on ? "Process already being monitored"
		       : "Process monitor not found");
		return HTTP_REPLY;
	}
	if (s->node->ops->monitor(s->node, process, on, &err) < 0)
		return serve_fail(out, &err);
	out->content_type = "text/plain";
	buf_add_text(&out->body, on ? "Monitoring process" : "Process deleted");
	return HTTP_REPLY;
}

enum http_next
serve_monitor(struct serve *s, struct http_request *r, struct http_reply *out)
{
	bool on = strcmp(r->method, "POST") == 0;
	struct process_info info;
	struct message *m;
	struct error err;
	struct id process;
	int rc;

	if (serve_id(span_from(r->path, strlen("/monitor/")), "process",
		&process, &err) < 0)
		return serve_fail(out, &err);
	if (message_verify(item_of(r), &m, &err) < 0) {
		http_reply_error(out, 400, "%s", err.text);
		return HTTP_REPLY;
	}
	rc = check_monitor(s, &process, m, &info, &err);
	message_unref(m);
	return rc < 0 ? serve_fail(out, &err)
		      : set_monitor(s, &process, on, &info, out);
}
