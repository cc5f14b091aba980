/*
 * aosh dryrun NAME CODE, .dryrun EXPR - ask a process, and leave no trace.
 *
 * The owner is the user, so handlers answer as they would to a real message.
 *
 * The two commands differ in what they take for code: the subcommand one
 * argument, which the system's shell has unquoted, the dot command the rest of
 * the line as it is.
 */
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/session.h"
#include "shell/show.h"
#include "shell/tags.h"

static const struct option_spec dryrun_options[] = {
	{ "action", NULL, 'a', OPTION_TEXT, false, "ACTION",
	    "the tag Action of the message; without: Eval of CODE" },
	{ "tag", NULL, 't', OPTION_TAG, true, "NAME=VALUE",
	    "a tag of the message; may be repeated" },
	{ "data", NULL, 'd', OPTION_TEXT, false, "TEXT|@FILE|@-",
	    "the data of the message" },
	{ .name = NULL },
};

/* A receipt without a slot: there was none. */
static int
run_dry(struct shell *sh, const struct id *to, const struct request *r,
    const struct source *source, struct error *err)
{
	struct outcome o = { .receipt.process = *to };
	int rc;

	if (client_dry_run(&sh->client, to, r, &o.result, err) < 0)
		return -1;
	rc = show_outcome(sh, &o, source, true);
	result_release(&o.result);
	return rc;
}

/* CODE makes it an Eval; without, the options say what the message is. */
static int
exec_dryrun(struct shell *sh, const struct options *o, struct error *err)
{
	const char *code = options_arg(o, 1);
	struct request r = { .action = options_text(o, "action",
				 code ? "Eval" : NULL) };
	struct source source = { "dryrun", 1, span_text(code) };
	struct buf data = BUF_INIT;
	struct tag *tags;
	struct id to;
	int rc;

	if (code && options_has(o, "data"))
		return FAIL(err, ERR_USAGE,
		    "CODE and --data exclude each other");
	if (client_find(&sh->client, span_text(o->args[0]), true, &to, err) < 0)
		return -1;
	if (code && session_may_eval(sh, &to, err) < 0)
		return -1;
	tags = tags_from_options(o, &r.tag_count);
	r.tags = tags;
	rc = data_from_options(o, &data, err);
	r.data = code ? source.text : buf_span(&data);
	if (rc == 0)
		rc = run_dry(sh, &to, &r, &source, err);
	free(tags);
	buf_release(&data);
	return rc;
}

const struct command command_dryrun = {
	.name = "dryrun",
	.usage = "NAME|ID [CODE]",
	.summary = "evaluate a message and keep nothing of it",
	.options = dryrun_options,
	.min = 1,
	.max = 2,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_dryrun,
};

/* As in aos: the prompt has a star in front as long as it is on. */
static int
turn_dry(struct shell *sh, struct error *err)
{
	if (sh->draft)
		return FAIL(err, ERR_USAGE,
		    "nothing of a draft is kept in the process anyway");
	sh->dry = !sh->dry;
	session_ask_prompt(sh);
	output_printf(shell_notes(sh), "%s\n",
	    sh->dry ? "dry run: nothing is kept of what is evaluated; "
		      ".dryrun ends it"
		    : "no dry run any more: what is evaluated is kept");
	return 0;
}

/* The rest of the line is the code, quotes and all. */
static int
exec_dot_dryrun(struct shell *sh, const struct options *o, struct error *err)
{
	struct source source = { NULL, 1, span_text(options_arg(o, 0)) };

	return o->arg_count ? session_dry_run(sh, &source, err)
			    : turn_dry(sh, err);
}

const struct command dot_dryrun = {
	.name = "dryrun",
	.alias = "dry",
	.usage = "[EXPR]",
	.summary =
	    "evaluate Lua and keep nothing of it, or nothing from now on",
	.min = 0,
	.max = 1,
	.complete = COMPLETE_LUA,
	.flags = COMMAND_RAW,
	.exec = exec_dot_dryrun,
};
