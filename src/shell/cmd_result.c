/*
 * aosh result NAME SLOT - what came of a message that nobody waited for.
 *
 * A slot, or a tick behind one (7+1), or a message. Results are durable, so it
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

/* A place is the first entry that is given. */
static bool
look_for(void *arg, const struct log_entry *entry)
{
	struct wanted *w = arg;

	if (position_compare(log_entry_at(entry), w->at) == 0) {
		w->found = true;
		w->receipt.message = entry->message->id;
		w->receipt.slot = entry->slot;
	}
	return false;
}

/* Where a message stands; one that is not there is found nowhere. */
static int
find_place(struct node *n, struct wanted *w, struct error *err)
{
	uint64_t slot = UINT64_MAX;

	if (w->by_id &&
	    n->ops->place(n, &w->receipt.process, &w->id, &slot, err) < 0 &&
	    err->code != ERR_NOT_FOUND)
		return -1;
	if (w->by_id)
		w->at = position_of_slot(slot);
	if (w->by_id && slot == UINT64_MAX)
		return 0;
	return n->ops->log(n, &w->receipt.process, w->at, look_for, w, err);
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
show_result(struct shell *sh, const struct id *process, const char *text,
    struct error *err)
{
	const struct source source = { "result", 1, { NULL, 0 } };
	struct node *n = sh->client.node;
	struct wanted w = { .receipt.process = *process };
	struct outcome out;
	int rc;

	if (parse_wanted(text, &w, err) < 0 ||
	    client_watch(&sh->client, process, err) < 0 ||
	    find_place(n, &w, err) < 0)
		return -1;
	if (!w.found)
		return FAIL(err, ERR_NOT_FOUND, "no message '%s' in the log",
		    text);
	if (w.at.tick)
		rc = client_await_entry(&sh->client, process, w.at, &out, err);
	else
		rc = client_await(&sh->client, &w.receipt, &out, err);
	if (rc < 0)
		return -1;
	rc = show_outcome(sh, &out, &source, false);
	result_release(&out.result);
	return rc;
}

static int
exec_result(struct shell *sh, const struct options *o, struct error *err)
{
	struct wanted checked;
	struct id id;

	/* what is no such word is told before the process is looked for */
	if (parse_wanted(o->args[1], &checked, err) < 0 ||
	    client_find(&sh->client, span_text(o->args[0]), true, &id, err) < 0)
		return -1;
	return show_result(sh, &id, o->args[1], err);
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

static int
exec_dot_result(struct shell *sh, const struct options *o, struct error *err)
{
	return show_result(sh, &sh->process, o->args[0], err);
}

const struct command dot_result = {
	.name = "result",
	.usage = "SLOT|MESSAGE",
	.summary = "show the result of a message, once more",
	.min = 1,
	.max = 1,
	.exec = exec_dot_result,
};
