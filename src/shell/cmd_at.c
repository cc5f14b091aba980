/*
 * aosh at NAME SLOT CODE, aosh diff NAME SLOT SLOT - a process as it was.
 *
 * The log is evaluated again up to there, so it works for every slot, costs as
 * much time as that took, and leaves the process alone.
 */
#include "shell/commands.h"
#include "shell/past.h"
#include "shell/show.h"

static int
exec_at(struct shell *sh, const struct options *o, struct error *err)
{
	struct source source = { "at", 1, span_text(o->args[2]) };
	struct outcome out = { 0 };
	struct position at;
	struct past past;
	int rc;

	if (past_place(o->args[1], &at, err) < 0 ||
	    client_find(&sh->client, span_text(o->args[0]), true,
		&out.receipt.process, err) < 0 ||
	    past_init(&past, sh, &out.receipt.process, err) < 0)
		return -1;
	rc = past_go(&past, at, err);
	if (rc == 0)
		rc = past_eval(&past, source.text, &out.result, err);
	if (rc == 0)
		rc = show_outcome(sh, &out, &source, true);
	result_release(&out.result);
	past_release(&past);
	return rc;
}

const struct command command_at = {
	.name = "at",
	.usage = "NAME|ID SLOT CODE",
	.summary = "evaluate Lua in the state as of a slot, keeping nothing",
	.min = 3,
	.max = 3,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_at,
};

static int
exec_diff(struct shell *sh, const struct options *o, struct error *err)
{
	struct position a;
	struct position b;
	struct id id;

	if (past_place(o->args[1], &a, err) < 0 ||
	    past_place(o->args[2], &b, err) < 0 ||
	    client_find(&sh->client, span_text(o->args[0]), true, &id, err) < 0)
		return -1;
	return past_diff(sh, &id, a, b, err);
}

const struct command command_diff = {
	.name = "diff",
	.usage = "NAME|ID SLOT SLOT",
	.summary = "show what changed in the state between two slots",
	.min = 3,
	.max = 3,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_diff,
};
