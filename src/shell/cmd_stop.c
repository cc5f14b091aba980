/*
 * aosh stop NAME, .stop, and their opposites - a process that goes on taking
 * messages and evaluates none.
 *
 * Against a flood: the log keeps what comes, and the switch stays over restarts.
 */
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"

/* The keys are listed in the manual. */
static void
stop_json(struct shell *sh, const struct process_info *info)
{
	json_t *to = json_object();

	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "process",
	    json_string(id_encode(&info->id).text));
	json_object_set_new(to, "stopped", json_boolean(info->stopped));
	show_json(sh, to);
}

/* Without a word it is the connected one. */
static int
throw_switch(struct shell *sh, const struct options *o, bool on,
    struct error *err)
{
	const char *process = options_arg(o, 0);
	struct node *n = sh->client.node;
	struct process_info info;
	struct id id = sh->process;

	if (process &&
	    client_find(&sh->client, span_text(process), true, &id, err) < 0)
		return -1;
	if (n->ops->stop(n, &id, on, err) < 0 ||
	    n->ops->process(n, &id, &info, err) < 0)
		return -1;
	if (sh->json)
		stop_json(sh, &info);
	else
		output_printf(shell_notes(sh), "%s\n",
		    on ? "stopped: messages wait in its log until it is started"
		       : "started");
	return 0;
}

static int
exec_stop(struct shell *sh, const struct options *o, struct error *err)
{
	return throw_switch(sh, o, true, err);
}

static int
exec_start(struct shell *sh, const struct options *o, struct error *err)
{
	return throw_switch(sh, o, false, err);
}

const struct command command_stop = {
	.name = "stop",
	.usage = "NAME|ID",
	.summary = "evaluate no more messages of a process, and deliver none",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_stop,
};

const struct command command_start = {
	.name = "start",
	.usage = "NAME|ID",
	.summary = "go on with a process that was stopped",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_start,
};

const struct command dot_stop = {
	.name = "stop",
	.usage = "[NAME|ID]",
	.summary = "evaluate no more messages of a process, and deliver none",
	.min = 0,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.exec = exec_stop,
};

const struct command dot_start = {
	.name = "start",
	.usage = "[NAME|ID]",
	.summary = "go on with a process that was stopped",
	.min = 0,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.exec = exec_start,
};
