/*
 * aosh trace MESSAGE, .trace MESSAGE - everything that a message or a cron tick
 * caused.
 *
 * Entries are shown as the node finds them, parents first. A conversation may
 * go on without end, so depth and number are bounded, and Ctrl-C ends it.
 */
#include <inttypes.h>

#include "term/escape.h"
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/signals.h"

enum {
	TRACE_DEPTH = 100,
	TRACE_DEPTH_MAX = 100000,
	TRACE_COUNT = 1000,
	INDENT_MAX = 40, /* levels that are shown by indenting */
};

static const struct option_spec trace_options[] = {
	{ "depth", NULL, 0, OPTION_NUMBER, false, "N",
	    "follow so many levels; without: 100" },
	{ "count", NULL, 'n', OPTION_NUMBER, false, "N",
	    "show so many entries; without: 1000" },
	{ .name = NULL },
};

struct tracing {
	struct shell *sh;
	uint64_t count; /* that may still be shown */
	bool cut;       /* there were more */
	bool stopped;   /* by Ctrl-C */
	bool begun;
	uint64_t root_ms;
	bool json;
};

static const char *const kind_names[] = {
	[TRACE_MESSAGE] = "message",
	[TRACE_SPAWN] = "spawn",
	[TRACE_ASSIGN] = "assign",
	[TRACE_TICK] = "tick",
	[TRACE_WALLET] = "wallet",
	[TRACE_MISSING] = "missing",
};

static bool
has_slot(const struct trace_entry *e)
{
	return e->kind <= TRACE_TICK;
}

/* Since the root; logs are of one clock, but it may be set back. */
static int64_t
since_root(const struct tracing *t, const struct trace_entry *e)
{
	return (int64_t)e->timestamp_ms - (int64_t)t->root_ms;
}

static json_t *
text_or_null(struct span text)
{
	return text.len ? json_stringn((const char *)text.p, text.len)
			: json_null();
}

static void
entry_json(struct tracing *t, const struct trace_entry *e)
{
	bool slot = has_slot(e);
	json_t *to = json_object();

	json_object_set_new(to, "depth", json_integer(e->depth));
	json_object_set_new(to, "kind", json_string(kind_names[e->kind]));
	json_object_set_new(to, "id",
	    e->kind == TRACE_TICK ? json_null()
				  : json_string(id_encode(&e->id).text));
	json_object_set_new(to, "process",
	    json_string(id_encode(&e->process).text));
	json_object_set_new(to, "name", text_or_null(e->name));
	json_object_set_new(to, "slot",
	    slot ? json_integer((json_int_t)e->at.slot) : json_null());
	if (e->kind == TRACE_TICK)
		json_object_set_new(to, "tick", json_integer(e->at.tick));
	json_object_set_new(to, "ms",
	    slot ? json_integer((json_int_t)since_root(t, e)) : json_null());
	json_object_set_new(to, "action", text_or_null(e->action));
	json_object_set_new(to, "verdict",
	    slot && e->evaluated ? json_string(verdict_name(e->verdict))
				 : json_null());
	json_object_set_new(to, "more", json_boolean(e->more));
	show_json(t->sh, to);
}

/* What is not a plain message says so. */
static void
add_what(const struct trace_entry *e, struct buf *line)
{
	if (e->kind == TRACE_SPAWN)
		buf_add_text(line, "spawn ");
	else if (e->kind == TRACE_ASSIGN)
		buf_add_text(line, "assigned ");
	else if (e->kind == TRACE_WALLET)
		buf_add_text(line, "to wallet ");
	else if (e->kind == TRACE_MISSING)
		buf_add_text(line, "not delivered to ");
}

/* "  counter 7  +12 ms  Action  ok" */
static void
entry_text(struct tracing *t, const struct trace_entry *e)
{
	unsigned indent = e->depth < INDENT_MAX ? e->depth : INDENT_MAX;
	struct buf line = BUF_INIT;

	add_what(e, &line);
	if (e->name.len)
		escape_text(e->name, ESCAPE_ONE_LINE, &line);
	else
		short_id(id_encode(&e->process).text, &line);
	if (has_slot(e))
		buf_printf(&line, " %s  +%" PRId64 " ms",
		    position_text(e->at).text, since_root(t, e));
	if (e->action.len) {
		buf_add_text(&line, "  ");
		escape_text(e->action, ESCAPE_ONE_LINE, &line);
	}
	if (has_slot(e))
		buf_printf(&line, "  %s",
		    e->evaluated ? verdict_name(e->verdict) : "waiting");
	if (e->more)
		buf_add_text(&line, "  ...");
	output_printf(&t->sh->out, "%*s%s\n", (int)(2 * indent), "",
	    buf_text(&line));
	buf_release(&line);
}

static bool
trace_one(void *arg, const struct trace_entry *e)
{
	struct tracing *t = arg;

	t->stopped = signals_take_cancel() != 0;
	t->cut = t->count == 0;
	if (t->stopped || t->cut)
		return false;
	t->count--;
	if (!t->begun || e->depth == 0)
		t->root_ms = e->timestamp_ms;
	t->begun = true;
	if (t->json)
		entry_json(t, e);
	else
		entry_text(t, e);
	return shell_flush(t->sh) == 0;
}

/* "PROCESS:SLOT" */
static int
parse_place(struct shell *sh, const char *text, const char *colon,
    struct trace_query *q, struct error *err)
{
	q->by_place = true;
	if (!position_parse(span_text(colon + 1), &q->at))
		return FAIL(err, ERR_USAGE, "'%s' is no slot", colon + 1);
	return client_find(&sh->client, span_of(text, (size_t)(colon - text)),
	    true, &q->message, err);
}

/* A message's id, PROCESS:SLOT, or in a session a slot; "7+1" is a tick. */
static int
parse_root(struct shell *sh, const char *text, struct trace_query *q,
    struct error *err)
{
	const char *colon = strrchr(text, ':');

	if (id_decode(span_text(text), &q->message, err) == 0)
		return 0;
	if (colon)
		return parse_place(sh, text, colon, q, err);
	q->by_place = true;
	if (!sh->connected || !position_parse(span_text(text), &q->at))
		return FAIL(err, ERR_USAGE,
		    "'%s' is neither a message id nor PROCESS:SLOT", text);
	q->message = sh->process;
	return 0;
}

static int
exec_trace(struct shell *sh, const struct options *o, struct error *err)
{
	struct node *n = sh->client.node;
	struct tracing t = { .sh = sh,
		.count = options_number(o, "count", TRACE_COUNT),
		.json = sh->json };
	uint64_t depth = options_number(o, "depth", TRACE_DEPTH);
	struct trace_query q = { .by_place = false };

	if (depth > TRACE_DEPTH_MAX)
		return FAIL(err, ERR_USAGE, "'--depth' is at most %d",
		    TRACE_DEPTH_MAX);
	q.depth = (unsigned)depth;
	if (parse_root(sh, o->args[0], &q, err) < 0 ||
	    n->ops->trace(n, &q, trace_one, &t, err) < 0)
		return -1;
	if (t.stopped)
		return FAIL(err, ERR_INTERRUPTED, "interrupted");
	if (t.cut && !t.json)
		output_printf(&t.sh->out, "... more\n");
	return 0;
}

const struct command command_trace = {
	.name = "trace",
	.usage = "MESSAGE|PROCESS:SLOT",
	.summary = "show everything that a message caused",
	.options = trace_options,
	.min = 1,
	.max = 1,
	.flags = COMMAND_NODE,
	.exec = exec_trace,
};

static const struct option_spec dot_trace_options[] = {
	{ "depth", NULL, 0, OPTION_NUMBER, false, "N",
	    "follow so many levels; without: 100" },
	{ "count", NULL, 'n', OPTION_NUMBER, false, "N",
	    "show so many entries; without: 1000" },
	{ .name = NULL },
};

const struct command dot_trace = {
	.name = "trace",
	.usage = "MESSAGE|SLOT",
	.summary = "show everything that a message caused",
	.options = dot_trace_options,
	.min = 1,
	.max = 1,
	.exec = exec_trace,
};
