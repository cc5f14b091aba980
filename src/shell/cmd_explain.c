/*
 * .explain EXPR - what it would send, without sending it.
 *
 * A dry run of it: the process makes the messages, and nobody takes them.
 */
#include "ao/result_text.h"
#include "shell/commands.h"
#include "shell/draft.h"
#include "shell/session.h"
#include "shell/show.h"

enum {
	DATA_SHOWN = 200 /* bytes */
};

/* The lists of a result, and what one entry is called. */
static const struct kind {
	const char *list;
	const char *name;
} kinds[] = {
	{ "Messages", "message" },
	{ "Spawns", "spawn" },
	{ "Assignments", "assignment" },
};

static struct span
text_of(const json_t *value)
{
	return span_of(json_string_value(value), json_string_length(value));
}

/* "  NAME: VALUE" */
static void
show_field(struct shell *sh, struct span name, struct span value)
{
	output_printf(&sh->out, "  ");
	output_foreign(&sh->out, name);
	output_printf(&sh->out, ": ");
	output_foreign(&sh->out, value);
	output_printf(&sh->out, "\n");
}

static void
show_entry(struct shell *sh, const char *kind, const json_t *entry)
{
	struct span target = text_of(json_object_get(entry, "Target"));
	const json_t *tags = json_object_get(entry, "Tags");
	const json_t *data = json_object_get(entry, "Data");
	const json_t *tag;
	size_t i;

	output_printf(&sh->out, "%s", kind);
	if (target.len) {
		output_printf(&sh->out, " to ");
		output_foreign(&sh->out, target);
	}
	output_printf(&sh->out, "\n");
	json_array_foreach(tags, i, tag)
	    show_field(sh, text_of(json_object_get(tag, "name")),
		text_of(json_object_get(tag, "value")));
	if (json_string_length(data) > DATA_SHOWN)
		output_printf(&sh->out, "  Data: %zu bytes\n",
		    json_string_length(data));
	else if (json_is_string(data))
		show_field(sh, span_text("Data"), text_of(data));
}

/* The keys are listed in the manual. */
static void
entry_json(struct shell *sh, const char *kind, json_t *entry)
{
	json_t *to = json_object();

	json_object_set_new(to, "kind", json_string(kind));
	json_object_set(to, "message", entry);
	show_json(sh, to);
}

/* How many entries were shown. */
static size_t
show_entries(struct shell *sh, const json_t *result)
{
	size_t n = 0;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		const json_t *list = json_object_get(result, kinds[k].list);
		json_t *entry;
		size_t i;

		json_array_foreach(list, i, entry)
		{
			if (sh->json)
				entry_json(sh, kinds[k].name, entry);
			else
				show_entry(sh, kinds[k].name, entry);
			n++;
		}
	}
	return n;
}

static int
show_result(struct shell *sh, const struct result *r, struct span code)
{
	const struct source source = { .first_line = 1, .text = code };
	json_t *result = result_parse(buf_span(&r->json));
	struct buf text = BUF_INIT;
	bool failed = error_text(result, &text);

	if (failed)
		show_error(sh, buf_span(&text), &source);
	else if (show_entries(sh, result) == 0)
		output_printf(shell_notes(sh), "nothing would be sent\n");
	buf_release(&text);
	json_decref(result);
	return failed ? EXIT_EVAL : 0;
}

static int
exec_explain(struct shell *sh, const struct options *o, struct error *err)
{
	struct request r = { .action = "Eval", .data = span_text(o->args[0]) };
	struct result result = RESULT_INIT;
	int rc;

	if (sh->draft)
		rc = draft_ask(sh, r.data, &result, err);
	else
		rc =
		    client_dry_run(&sh->client, &sh->process, &r, &result, err);
	if (rc == 0)
		rc = show_result(sh, &result, r.data);
	result_release(&result);
	return rc;
}

const struct command dot_explain = {
	.name = "explain",
	.usage = "EXPR",
	.summary = "show what it would send, without sending it",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_LUA,
	.flags = COMMAND_RAW,
	.exec = exec_explain,
};
