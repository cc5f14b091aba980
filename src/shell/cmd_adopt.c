/*
 * aosh adopt NAME|ID NAME, .adopt NAME - a name of one's own for a process, as
 * for one that somebody else has spawned and handed over.
 */
#include "shell/adopted.h"
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"

static int
adopt(struct shell *sh, const struct id *id, const char *name,
    struct error *err)
{
	struct span word = span_text(name);
	struct error ignored;
	struct id other;
	json_t *to;

	if (name_check(word, err) < 0)
		return -1;
	if (id_decode(word, &other, &ignored) == 0 || strpbrk(name, "\t\n"))
		return FAIL(err, ERR_USAGE, "'%s' cannot be such a name", name);
	if (adopted_add(sh->client.data_dir, word, id, err) < 0)
		return -1;
	if (!sh->json) {
		output_printf(shell_notes(sh), "aosh: '%s' is %s here\n", name,
		    id_encode(id).text);
		return 0;
	}
	to = json_object();
	json_object_set_new(to, "ok", json_true());
	json_object_set_new(to, "process", json_string(id_encode(id).text));
	json_object_set_new(to, "name", json_string(name));
	show_json(sh, to);
	return 0;
}

static int
exec_adopt(struct shell *sh, const struct options *o, struct error *err)
{
	struct id id;

	if (client_find(&sh->client, span_text(o->args[0]), true, &id, err) < 0)
		return -1;
	return adopt(sh, &id, o->args[1], err);
}

static int
exec_dot_adopt(struct shell *sh, const struct options *o, struct error *err)
{
	return adopt(sh, &sh->process, o->args[0], err);
}

const struct command command_adopt = {
	.name = "adopt",
	.usage = "NAME|ID NEW-NAME",
	.summary = "give a process a name of one's own",
	.min = 2,
	.max = 2,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_adopt,
};

const struct command dot_adopt = {
	.name = "adopt",
	.usage = "NEW-NAME",
	.summary = "give the process a name of one's own",
	.min = 1,
	.max = 1,
	.exec = exec_dot_adopt,
};
