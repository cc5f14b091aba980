/*
 * .load-blueprint [NAME] - a program that comes with the shell, as one message.
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "shell/blueprint.h"
#include "shell/commands.h"
#include "shell/draft.h"
#include "shell/load.h"
#include "shell/show.h"
#include "shell/table.h"

static json_t *
json_text(struct span s)
{
	return json_stringn((const char *)s.p, s.len);
}

/* For programs: the keys are listed in the manual; --quiet: names alone. */
static void
show_plain(struct shell *sh, const struct blueprint *b)
{
	json_t *to;

	if (!sh->json) {
		output_printf(&sh->out, "%s\n", b->name);
		return;
	}
	to = json_object();
	json_object_set_new(to, "blueprint", json_string(b->name));
	json_object_set_new(to, "summary", json_text(b->summary));
	show_json(sh, to);
}

static void
show_all(struct shell *sh)
{
	static const char *const titles[] = { "NAME", "WHAT IT IS", NULL };
	struct blueprint b;
	struct table table;

	table_init(&table, titles);
	for (size_t i = 0; blueprint_at(i, &b); i++) {
		if (sh->json || sh->quiet) {
			show_plain(sh, &b);
			continue;
		}
		table_add(&table, span_text(b.name));
		table_add(&table, b.summary);
	}
	if (!sh->json && !sh->quiet)
		table_show(&table, &sh->out, screen_columns(&sh->out));
	table_release(&table);
}

static const struct option_spec blueprint_options[] = {
	{ "preview", NULL, 0, OPTION_SWITCH, false, NULL,
	    "show what it would change, in a draft" },
	{ "source", NULL, 0, OPTION_SWITCH, false, NULL,
	    "show what would be sent" },
	{ .name = NULL },
};

/* A file of that name, for errors that it raises at any time. */
static int
load(struct shell *sh, const struct blueprint *b, struct error *err)
{
	const struct load_options as_it_is = { 0 };
	char *name = xasprintf("%s.lua", b->name);
	int rc = load_text(sh, name, b->text, &as_it_is, err);

	free(name);
	return rc;
}

static int
preview(struct shell *sh, const struct blueprint *b, struct error *err)
{
	int rc;

	if (draft_open(sh, err) < 0)
		return -1;
	rc = load(sh, b, err);
	if (rc == 0)
		rc = draft_diff(sh, err);
	draft_close(sh);
	return rc;
}

static int
find(const char *name, struct blueprint *out, struct error *err)
{
	if (blueprint_find(name, out))
		return 0;
	if (blueprint_near(name, out))
		return FAIL(err, ERR_USAGE,
		    "no blueprint '%s'; did you mean '%s'?", name, out->name);
	return FAIL(err, ERR_USAGE,
	    "no blueprint '%s'; '.load-blueprint' lists them", name);
}

static int
exec_load_blueprint(struct shell *sh, const struct options *o,
    struct error *err)
{
	const char *name = options_arg(o, 0);
	struct blueprint b;

	if (!name) {
		show_all(sh);
		return 0;
	}
	if (find(name, &b, err) < 0)
		return -1;
	if (options_has(o, "source")) {
		output_foreign(&sh->out, b.text);
		return 0;
	}
	return options_has(o, "preview") ? preview(sh, &b, err)
					 : load(sh, &b, err);
}

const struct command dot_load_blueprint = {
	.name = "load-blueprint",
	.usage = "[NAME]",
	.summary = "evaluate a program that comes with the shell, or list them",
	.options = blueprint_options,
	.min = 0,
	.max = 1,
	.complete = COMPLETE_BLUEPRINTS,
	.exec = exec_load_blueprint,
};
