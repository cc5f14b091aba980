/*
 * .set, .mode, .timer - how a session shows things and how long it waits.
 */
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/setting.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/table.h"

static void
show_all(struct shell *sh)
{
	static const char *const titles[] = { "NAME", "VALUE", "TAKES",
		"WHAT IT IS", NULL };
	struct buf value = BUF_INIT;
	struct table t;
	json_t *all = json_object();

	table_init(&t, titles);
	for (const struct setting *s = settings; s->name; s++) {
		buf_clear(&value);
		s->get(sh, &value);
		json_object_set_new(all, s->name,
		    json_string(buf_text(&value)));
		table_add(&t, span_text(s->name));
		table_add(&t, buf_span(&value));
		table_add(&t, span_text(s->values));
		table_add(&t, span_text(s->summary));
	}
	if (sh->json)
		show_json(sh, json_incref(all));
	else
		table_show(&t, &sh->out, screen_columns(&sh->out));
	json_decref(all);
	table_release(&t);
	buf_release(&value);
}

static int
show_one(struct shell *sh, const char *name, struct error *err)
{
	const struct setting *s;
	struct buf value = BUF_INIT;
	json_t *to;

	if (setting_find(name, &s, err) < 0)
		return -1;
	s->get(sh, &value);
	if (sh->json) {
		to = json_object();
		json_object_set_new(to, s->name, json_string(buf_text(&value)));
		show_json(sh, to);
	} else {
		output_printf(&sh->out, "%s\n", buf_text(&value));
	}
	buf_release(&value);
	return 0;
}

static int
show_or_change(struct shell *sh, const char *name, const char *value,
    struct error *err)
{
	if (value)
		return setting_change(sh, name, value, err);
	return show_one(sh, name, err);
}

static int
exec_set(struct shell *sh, const struct options *o, struct error *err)
{
	if (o->arg_count)
		return show_or_change(sh, o->args[0], options_arg(o, 1), err);
	show_all(sh);
	return 0;
}

const struct command dot_set = {
	.name = "set",
	.usage = "[NAME [VALUE]]",
	.summary = "show or change how the session goes on",
	.min = 0,
	.max = 2,
	.complete = COMPLETE_SETTINGS,
	.exec = exec_set,
};

static int
exec_mode(struct shell *sh, const struct options *o, struct error *err)
{
	return show_or_change(sh, "mode", options_arg(o, 0), err);
}

const struct command dot_mode = {
	.name = "mode",
	.usage = "[raw|pretty|json|table|line]",
	.summary = "show or change the form of results",
	.min = 0,
	.max = 1,
	.complete = COMPLETE_CHOICES,
	.exec = exec_mode,
};

static int
exec_timer(struct shell *sh, const struct options *o, struct error *err)
{
	return show_or_change(sh, "timer", options_arg(o, 0), err);
}

const struct command dot_timer = {
	.name = "timer",
	.usage = "[on|off]",
	.summary = "say how long each evaluation took, or not",
	.min = 0,
	.max = 1,
	.complete = COMPLETE_CHOICES,
	.exec = exec_timer,
};
