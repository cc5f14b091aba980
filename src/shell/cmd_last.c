/*
 * .last - the result of the last evaluation, once more or as JSON.
 */
#include "shell/commands.h"
#include "shell/show.h"

static const struct option_spec last_options[] = {
	{ "json", NULL, 0, OPTION_SWITCH, false, NULL,
	    "the whole result as JSON" },
	{ .name = NULL },
};

/* The messages of the last result were announced before: not again. */
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
