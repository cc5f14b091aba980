/*
 * aosh monitor NAME, .monitor, and their opposites - whether what the cron ticks
 * of a process send is delivered.
 *
 * Ticks are evaluated in either case; the switch stays over restarts.
 */
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"

/* The keys are listed in the manual. */
static void
monitor_json(struct shell *sh, const struct id *id, bool on)
{
	json_t *to = json_object();

	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "process", json_string(id_encode(id).text));
	json_object_set_new(to, "monitored", json_boolean(on));
	show_json(sh, to);
}

/* Of a process without schedules it says so: it may have been a mistake. */
static int
set_monitor(struct shell *sh, const struct id *id, bool on, struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;

	if (n->ops->monitor(n, id, on, err) < 0 ||
	    n->ops->process(n, id, &info, err) < 0)
		return -1;
	if (sh->json)
		monitor_json(sh, id, info.monitored);
	else if (info.crons == 0)
		output_printf(shell_notes(sh),
		    "the process has no cron here\n");
	else
		output_printf(shell_notes(sh), "%s\n",
		    on ? "monitored: what its cron ticks send is delivered"
		       : "not monitored: its cron ticks are evaluated, what "
			 "they send is not delivered");
	return 0;
}

/* `process` is NULL for the connected one. */
static int
exec(struct shell *sh, const char *process, bool on, struct error *err)
{
	struct id id = sh->process;

	if (process &&
	    client_find(&sh->client, span_text(process), true, &id, err) < 0)
		return -1;
	return set_monitor(sh, &id, on, err);
}

static int
exec_monitor(struct shell *sh, const struct options *o, struct error *err)
{
	return exec(sh, options_arg(o, 0), true, err);
}

static int
exec_unmonitor(struct shell *sh, const struct options *o, struct error *err)
{
	return exec(sh, options_arg(o, 0), false, err);
}

const struct command command_monitor = {
	.name = "monitor",
	.usage = "NAME|ID",
	.summary = "deliver what the cron ticks of a process send",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_monitor,
};

const struct command command_unmonitor = {
	.name = "unmonitor",
	.usage = "NAME|ID",
	.summary = "deliver it no more",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_unmonitor,
};

const struct command dot_monitor = {
	.name = "monitor",
	.usage = "",
	.summary = "deliver what the cron ticks send",
	.min = 0,
	.max = 0,
	.exec = exec_monitor,
};

const struct command dot_unmonitor = {
	.name = "unmonitor",
	.usage = "",
	.summary = "deliver it no more",
	.min = 0,
	.max = 0,
	.exec = exec_unmonitor,
};
