/*
 * .errors - the last errors once more, as the process gave them.
 */
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"

static void
show_one(struct shell *sh, const struct past_error *e)
{
	json_t *to;

	if (!sh->json) {
		output_attr(&sh->out, ATTR_TITLE, e->where);
		output_printf(&sh->out, "\n");
		output_foreign(&sh->out, buf_span(&e->text));
		output_printf(&sh->out, "\n");
		return;
	}
	to = json_object();
	json_object_set_new(to, "where", json_string(e->where));
	json_object_set_new(to, "error", json_plain(buf_span(&e->text)));
	show_json(sh, to);
}

/* Oldest first: the newest stands where one looks. */
static int
exec_errors(struct shell *sh, const struct options *o, struct error *err)
{
	const char *text = options_arg(o, 0);
	size_t count = sh->errors.count;
	char *end;

	if (text) {
		count = strtoul(text, &end, 10);
		if (end == text || *end || text[0] == '-')
			return FAIL(err, ERR_USAGE,
			    ".errors takes a number, not '%s'", text);
	}
	if (count > sh->errors.count)
		count = sh->errors.count;
	if (sh->errors.count == 0 && sh->interactive)
		output_printf(shell_notes(sh), "there was no error\n");
	for (size_t i = sh->errors.count - count; i < sh->errors.count; i++)
		show_one(sh, &sh->errors.list[i]);
	return 0;
}

const struct command dot_errors = {
	.name = "errors",
	.usage = "[N]",
	.summary = "show the last N errors again, whole",
	.min = 0,
	.max = 1,
	.exec = exec_errors,
};
