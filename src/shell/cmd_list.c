/*
 * aosh list, .list - every process of the node, oldest first.
 *
 * Rows are gathered, since a column is as wide as its widest cell; JSON and ids
 * are written as they come.
 */
#include <inttypes.h>

#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/table.h"

struct listing {
	struct shell *sh;
	struct table table;
};

/* The keys are listed in the manual. */
static void
list_json(struct shell *sh, const struct process_info *info)
{
	json_t *to = json_object();

	json_object_set_new(to, "process",
	    json_string(id_encode(&info->id).text));
	json_object_set_new(to, "name", json_string(info->name));
	json_object_set_new(to, "owner", json_string(info->owner.text));
	json_object_set_new(to, "module",
	    json_string(id_encode(&info->module).text));
	if (!id_equal(&info->runs, &info->module))
		json_object_set_new(to, "runs",
		    json_string(id_encode(&info->runs).text));
	/* every process has a slot, but a network's list does not say */
	json_object_set_new(to, "slots",
	    info->slots ? json_integer((json_int_t)info->slots) : json_null());
	json_object_set_new(to, "evaluated",
	    json_integer((json_int_t)info->evaluated));
	json_object_set_new(to, "spawned",
	    json_integer((json_int_t)info->spawned_ms));
	json_object_set_new(to, "memory",
	    json_integer((json_int_t)info->memory));
	json_object_set_new(to, "crons", json_integer(info->crons));
	json_object_set_new(to, "ticks", json_integer((json_int_t)info->ticks));
	json_object_set_new(to, "monitored", json_boolean(info->monitored));
	json_object_set_new(to, "stopped", json_boolean(info->stopped));
	show_json(sh, to);
}

/* Ids alone with --quiet, for the next command of a pipe. */
static bool
list_one(void *arg, const struct process_info *info)
{
	struct listing *l = arg;
	struct table *t = &l->table;
	struct buf owner = BUF_INIT;

	if (l->sh->json) {
		list_json(l->sh, info);
		return true;
	}
	if (l->sh->quiet) {
		output_printf(&l->sh->out, "%s\n", id_encode(&info->id).text);
		return true;
	}
	table_add(t, span_text(info->name[0] ? info->name : "-"));
	table_add(t, span_text(id_encode(&info->id).text));
	short_id(info->owner.text, &owner);
	table_add(t, buf_span(&owner));
	buf_release(&owner);
	if (info->slots)
		table_printf(t, "%" PRIu64, info->slots);
	else
		table_add(t, span_text("-"));
	table_add(t, span_text(info->stopped ? "stopped" : "-"));
	table_add(t, span_text(time_text(info->spawned_ms).text));
	return true;
}

/* The table is shown only when the list came to its end. */
static int
exec_list(struct shell *sh, const struct options *o, struct error *err)
{
	static const char *const titles[] = { "NAME", "ID", "OWNER", "SLOTS",
		"STATE", "SPAWNED (UTC)", NULL };
	struct node *n = sh->client.node;
	struct listing l = { .sh = sh };
	int rc;

	(void)o;
	table_init(&l.table, titles);
	/* an id is there to be copied */
	l.table.whole = 2;
	rc = n->ops->list(n, list_one, &l, err);
	if (rc == 0)
		table_show(&l.table, &sh->out, screen_columns(&sh->out));
	table_release(&l.table);
	return rc;
}

const struct command command_list_processes = {
	.name = "list",
	.alias = "ls",
	.usage = "",
	.summary = "list the processes",
	.flags = COMMAND_NODE,
	.exec = exec_list,
};

const struct command dot_list = {
	.name = "list",
	.alias = "ls",
	.usage = "",
	.summary = "list the processes",
	.exec = exec_list,
};
