/*
 * .load-blueprint [NAME] - a program that comes with the shell, as one message.
 */
#include "shell/blueprint.h"
#include "shell/commands.h"
#include "shell/session.h"
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
	if (blueprint_find(name, &b)) {
		struct source source = { b.name, 1, b.text };

		return session_eval(sh, &source, err);
	}
	if (blueprint_near(name, &b))
		return FAIL(err, ERR_USAGE,
		    "no blueprint '%s'; did you mean '%s'?", name, b.name);
	return FAIL(err, ERR_USAGE,
	    "no blueprint '%s'; '.load-blueprint' lists them", name);
}

const struct command dot_load_blueprint = {
	.name = "load-blueprint",
	.usage = "[NAME]",
	.summary = "evaluate a program that comes with the shell, or list them",
	.min = 0,
	.max = 1,
	.complete = COMPLETE_BLUEPRINTS,
	.exec = exec_load_blueprint,
};
