/*
 * .draft, .diff, .publish, .discard - try it in a copy, then do it.
 */
#include <inttypes.h>

#include "shell/commands.h"
#include "shell/draft.h"
#include "shell/past.h"
#include "shell/session.h"
#include "shell/show.h"

static int
check_draft(const struct shell *sh, struct error *err)
{
	return sh->draft
	    ? 0
	    : FAIL(err, ERR_USAGE, "there is no draft; .draft begins one");
}

static const struct option_spec draft_options[] = {
	{ "source", NULL, 0, OPTION_SWITCH, false, NULL,
	    "show what .publish would send" },
	{ .name = NULL },
};

static int
exec_draft(struct shell *sh, const struct options *o, struct error *err)
{
	if (options_has(o, "source")) {
		if (check_draft(sh, err) < 0)
			return -1;
		output_foreign(&sh->out, draft_source(sh));
		return 0;
	}
	if (draft_open(sh, err) < 0)
		return -1;
	session_ask_prompt(sh);
	if (sh->interactive)
		output_printf(shell_notes(sh),
		    "a draft of '%s': .diff shows what changed, .publish does "
		    "it in the process, .discard drops it\n",
		    sh->name);
	return 0;
}

const struct command dot_draft = {
	.name = "draft",
	.usage = "",
	.summary = "try what follows in a copy of the process",
	.options = draft_options,
	.exec = exec_draft,
};

/* Somebody else's messages may be what a draft did not see. */
static int
note_age(struct shell *sh, struct error *err)
{
	uint64_t count;

	if (draft_age(sh, &count, err) < 0)
		return -1;
	if (count)
		output_printf(shell_notes(sh),
		    "aosh: the process got %" PRIu64
		    " message%s since the draft began\n",
		    count, count == 1 ? "" : "s");
	return 0;
}

static int
exec_diff(struct shell *sh, const struct options *o, struct error *err)
{
	struct position a;
	struct position b;

	if (o->arg_count == 1)
		return FAIL(err, ERR_USAGE,
		    ".diff takes two slots, or none with a draft");
	if (o->arg_count == 2)
		return past_place(o->args[0], &a, err) < 0 ||
			past_place(o->args[1], &b, err) < 0
		    ? -1
		    : past_diff(sh, &sh->process, a, b, err);
	if (check_draft(sh, err) < 0 || note_age(sh, err) < 0)
		return -1;
	return draft_diff(sh, err);
}

const struct command dot_diff = {
	.name = "diff",
	.usage = "[SLOT SLOT]",
	.summary = "show what a draft, or the log between slots, has changed",
	.min = 0,
	.max = 2,
	.exec = exec_diff,
};

/* The draft stays when the process refuses it. */
static int
exec_publish(struct shell *sh, const struct options *o, struct error *err)
{
	struct source source = { "draft", 1, { NULL, 0 } };
	struct draft *draft = sh->draft;
	int rc;

	(void)o;
	if (check_draft(sh, err) < 0)
		return -1;
	source.text = draft_source(sh);
	if (source.text.len == 0)
		return FAIL(err, ERR_USAGE, "nothing was drafted");
	if (note_age(sh, err) < 0)
		return -1;
	sh->draft = NULL;
	rc = session_eval(sh, &source, err);
	sh->draft = draft;
	if (rc == 0) {
		draft_close(sh);
		session_ask_prompt(sh);
	}
	return rc;
}

const struct command dot_publish = {
	.name = "publish",
	.usage = "",
	.summary = "do what was drafted in the process, as one evaluation",
	.exec = exec_publish,
};

static int
exec_discard(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	if (check_draft(sh, err) < 0)
		return -1;
	draft_close(sh);
	session_ask_prompt(sh);
	return 0;
}

const struct command dot_discard = {
	.name = "discard",
	.usage = "",
	.summary = "drop the draft",
	.exec = exec_discard,
};
