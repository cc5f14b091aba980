/*
 * The dot commands that change the session itself and are too small for files
 * of their own: .exit .editor .load .use .wait .last
 */
#include <stdlib.h>
#include <unistd.h>

#include "shell/commands.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/signals.h"

enum {
	WAIT_S = 60, /* unless .wait says how long */
	MS_PER_S = 1000,
	WAIT_MAX_S = 1000000
};

static int
exec_exit(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	(void)err;
	sh->leaving = true;
	return 0;
}

const struct command dot_exit = {
	.name = "exit",
	.alias = "quit",
	.usage = "",
	.summary = "leave the shell",
	.exec = exec_exit,
};

static int
exec_editor(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	(void)err;
	reader_drop(&sh->reader);
	sh->reader.editor = true;
	if (sh->interactive)
		output_printf(shell_notes(sh),
		    "several lines, sent together: .done sends them, .cancel "
		    "drops them, .print shows them, .delete takes the last\n");
	return 0;
}

const struct command dot_editor = {
	.name = "editor",
	.usage = "",
	.summary = "write several lines and send them together",
	.exec = exec_editor,
};

static int
exec_load(struct shell *sh, const struct options *o, struct error *err)
{
	for (size_t i = 0; i < o->arg_count; i++) {
		int rc = session_load(sh, o->args[i], err);

		if (rc != 0)
			return rc;
	}
	return 0;
}

const struct command dot_load = {
	.name = "load",
	.alias = "l",
	.usage = "FILE...",
	.summary = "evaluate Lua files",
	.min = 1,
	.max = 64,
	.complete = COMPLETE_FILES,
	.exec = exec_load,
};

static int
exec_use(struct shell *sh, const struct options *o, struct error *err)
{
	return session_open(sh, o->args[0], true, err);
}

const struct command dot_use = {
	.name = "use",
	.alias = "u",
	.usage = "NAME|ID",
	.summary = "go to another process; a new name is spawned",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.exec = exec_use,
};

static int
exec_wait(struct shell *sh, const struct options *o, struct error *err)
{
	const char *text = options_arg(o, 0);
	struct node *n = sh->client.node;
	double seconds = WAIT_S;
	char *end;

	if (text) {
		seconds = strtod(text, &end);
		if (end == text || *end ||
		    !(seconds >= 0 && seconds <= WAIT_MAX_S))
			return FAIL(err, ERR_USAGE,
			    ".wait takes seconds, not '%s'", text);
	}
	return n->ops->settle(n, (unsigned)(seconds * MS_PER_S),
	    signals_cancel_fd(), err);
}

const struct command dot_wait = {
	.name = "wait",
	.usage = "[SECONDS]",
	.summary = "wait until no message is under way",
	.min = 0,
	.max = 1,
	.exec = exec_wait,
};

static const struct option_spec last_options[] = {
	{ "json", NULL, 0, OPTION_SWITCH, false, NULL,
	    "the whole result as JSON" },
	{ .name = NULL },
};

static int
exec_last(struct shell *sh, const struct options *o, struct error *err)
{
	const struct source source = { NULL, 1, { NULL, 0 } };
	struct outcome last = { .receipt.process = sh->process };

	if (sh->last.len == 0)
		return FAIL(err, ERR_USAGE, "there is no result yet");
	if (options_has(o, "json")) {
		output_foreign(&sh->out, buf_span(&sh->last));
		output_printf(&sh->out, "\n");
		return 0;
	}
	last.result.json = sh->last;
	show_outcome(sh, &last, &source, true);
	return 0;
}

const struct command dot_last = {
	.name = "last",
	.usage = "",
	.summary = "show the last result again",
	.options = last_options,
	.exec = exec_last,
};
