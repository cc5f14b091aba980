/*
 * aosh result NAME SLOT - what came of a message that nobody waited for.
 *
 * A slot, or a tick behind one (7+1), is found at once, a message by a walk from slot 0: the node has no
 * index from message to slot that a client may ask. Results are durable, so it
 * may be asked for at any later time.
 */
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"

/* By id or by place; the receipt is filled in when it is found. */
struct wanted {
	bool by_id;
	struct id id;
	struct position at;
	bool found;
	struct receipt receipt;
};

/* A place is the first entry that is given; a message is searched for. */
static bool
look_for(void *arg, const struct log_entry *entry)
{
	struct wanted *w = arg;

	if (w->by_id ? !id_equal(&entry->message->id, &w->id)
		     : position_compare(log_entry_at(entry), w->at) != 0)
		return w->by_id;
	w->found = true;
	w->receipt.message = entry->message->id;
	w->receipt.slot = entry->slot;
	return false;
}

/* "7", "7+1" or a message's id. */
static int
parse_wanted(const char *text, struct wanted *w, struct error *err)
{
	w->by_id = id_decode(span_text(text), &w->id, err) == 0;
	if (w->by_id)
		return 0;
	if (!position_parse(span_text(text), &w->at))
		return FAIL(err, ERR_USAGE,
		    "'%s' is neither a slot nor a message id", text);
	return 0;
}

/* Find the slot, then wait for it as whoever sent it would have. */
static int
exec_result(struct shell *sh, const struct options *o, struct error *err)
{
	const struct source source = { "result", 1, { NULL, 0 } };
	struct node *n = sh->client.node;
	struct wanted w = { 0 };
	struct outcome out;
	int rc;

	if (parse_wanted(o->args[1], &w, err) < 0 ||
	    client_find(&sh->client, span_text(o->args[0]), true,
		&w.receipt.process, err) < 0 ||
	    client_watch(&sh->client, &w.receipt.process, err) < 0 ||
	    n->ops->log(n, &w.receipt.process, w.at, look_for, &w, err) < 0)
		return -1;
	if (!w.found)
		return FAIL(err, ERR_NOT_FOUND, "no message '%s' in the log",
		    o->args[1]);
	if (w.at.tick)
		rc = client_await_entry(&sh->client, &w.receipt.process, w.at,
		    &out, err);
	else
		rc = client_await(&sh->client, &w.receipt, &out, err);
	if (rc < 0)
		return -1;
	rc = show_outcome(sh, &out, &source, false);
	result_release(&out.result);
	return rc;
}

const struct command command_result = {
	.name = "result",
	.usage = "NAME|ID SLOT|MESSAGE",
	.summary = "show the result of a message, once more",
	.min = 2,
	.max = 2,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_result,
};
