/*
 * aosh watch NAME..., .watch - processes on the whole screen, live.
 */
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/pane_memo.h"
#include "shell/shell.h"
#include "shell/signals.h"
#include "shell/split.h"

enum {
	WATCHED_MAX = 100
};

/* The same process under two names is one. */
static int
find_processes(struct shell *sh, const struct options *o, struct id *ids,
    size_t *count, struct error *err)
{
	for (size_t i = 0; i < o->arg_count; i++) {
		bool known = false;

		if (client_find(&sh->client, span_text(o->args[i]), true,
			&ids[*count], err) < 0)
			return -1;
		for (size_t k = 0; k < *count; k++)
			known |= id_equal(&ids[k], &ids[*count]);
		*count += !known;
	}
	return 0;
}

/* Gives the signal that ended it, or 0. */
static int
run(struct shell *sh, const struct id *ids, size_t count, struct error *err)
{
	struct pane_config config;

	pane_config_of(sh, ids, count, &config);
	return pane_run(&config, err);
}

static int
exec_watch(struct shell *sh, const struct options *o, struct error *err)
{
	struct id *ids = xcalloc(o->arg_count, sizeof(*ids));
	size_t count = 0;
	int rc = find_processes(sh, o, ids, &count, err);

	signals_interactive();
	if (rc == 0)
		rc = run(sh, ids, count, err);
	free(ids);
	/* as a shell would report a signal */
	return rc > 0 ? 128 + rc : rc;
}

const struct command command_watch = {
	.name = "watch",
	.usage = "NAME|ID...",
	.summary = "show processes on the whole screen, live",
	.min = 1,
	.max = WATCHED_MAX,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE | COMMAND_PANE,
	.exec = exec_watch,
};

/*
 * Without a word the connected process. Ctrl-C comes back to the prompt, other
 * signals are for the shell.
 */
static int
exec_dot_watch(struct shell *sh, const struct options *o, struct error *err)
{
	struct id ids[WATCHED_MAX] = { sh->process };
	size_t count = 0;
	int rc = find_processes(sh, o, ids, &count, err);

	if (!sh->interactive)
		return FAIL(err, ERR_USAGE, ".watch is for the prompt");
	if (split_is_open())
		return FAIL(err, ERR_USAGE,
		    ".pane has the screen; close it with .pane first");
	if (rc == 0)
		rc = shell_flush(sh);
	if (rc == 0)
		rc = run(sh, ids, count ? count : 1, err);
	if (rc > 0 && rc != SIGINT) {
		sh->leaving = true;
		sh->signal = rc;
	}
	return rc < 0 ? -1 : 0;
}

const struct command dot_watch = {
	.name = "watch",
	.usage = "[NAME|ID...]",
	.summary = "show processes on the whole screen; q comes back",
	.min = 0,
	.max = WATCHED_MAX,
	.complete = COMPLETE_PROCESSES,
	.exec = exec_dot_watch,
};

static int
exec_pane(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	if (!sh->interactive)
		return FAIL(err, ERR_USAGE, ".pane is for the prompt");
	sh->split_turns = true;
	return 0;
}

const struct command dot_pane = {
	.name = "pane",
	.usage = "",
	.summary = "open or close the pane above the prompt (F2)",
	.min = 0,
	.max = 0,
	.exec = exec_pane,
};
