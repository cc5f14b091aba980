/*
 * aosh log NAME - the messages of a process in the order that it saw them.
 *
 * With --export and --import a whole log leaves and comes, see log_export.c and
 * log_import.c.
 *
 * A log may be long: with --json each entry is written as it is read, and --to
 * ends the walk, not only what is shown.
 */
#include "shell/commands.h"
#include "shell/log_command.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/table.h"

static const struct option_spec log_options[] = {
	{ "from", NULL, 0, OPTION_NUMBER, false, "SLOT",
	    "the first slot to show" },
	{ "to", NULL, 0, OPTION_NUMBER, false, "SLOT",
	    "the last slot to show" },
	{ "export", NULL, 0, OPTION_FILE, false, "FILE",
	    "write the whole log to a new file; '-' is standard output" },
	{ "import", NULL, 0, OPTION_FILE, false, "FILE",
	    "verify such a file and take the process over from it" },
	{ .name = NULL },
};

struct listing {
	struct shell *sh;
	struct table table;
	/* no entry behind that slot is wanted */
	uint64_t last;
};

/* What gave a slot; a tick has its schedule instead. */
static void
add_origin(json_t *to, const struct log_entry *e)
{
	json_object_set_new(to, "slot", json_integer((json_int_t)e->slot));
	if (!e->tick) {
		json_object_set_new(to, "id",
		    json_string(id_encode(&e->message->id).text));
		json_object_set_new(to, "assignment",
		    json_string(id_encode(&e->assignment).text));
	}
	json_object_set_new(to, "tick", json_integer(e->tick));
	if (e->tick) {
		json_object_set_new(to, "schedule", json_integer(e->schedule));
		json_object_set_new(to, "interval",
		    json_stringn((const char *)e->interval.p, e->interval.len));
	}
}

/* Everything but the data, which may be large: only its size. */
static void
log_json(struct shell *sh, const struct log_entry *e)
{
	struct span from = message_from(e->message);
	json_t *to = json_object();
	json_t *tags = json_array();

	for (size_t i = 0; i < e->message->tag_count; i++) {
		const struct tag *t = &e->message->tags[i];

		json_array_append_new(tags,
		    json_pack("{s:s%,s:s%}", "name", t->name.p, t->name.len,
			"value", t->value.p, t->value.len));
	}
	add_origin(to, e);
	json_object_set_new(to, "from",
	    json_stringn((const char *)from.p, from.len));
	json_object_set_new(to, "owner", json_string(e->message->owner.text));
	json_object_set_new(to, "tags", tags);
	json_object_set_new(to, "data_size",
	    json_integer((json_int_t)e->message->data.len));
	json_object_set_new(to, "timestamp",
	    json_integer((json_int_t)e->timestamp_ms));
	json_object_set_new(to, "height", json_integer((json_int_t)e->height));
	json_object_set_new(to, "verdict",
	    e->evaluated ? json_string(verdict_name(e->verdict)) : json_null());
	if (e->evaluated)
		json_object_set_new(to, "result", result_parse(e->result_json));
	show_json(sh, to);
}

/* A spawn has no action; its type says more. */
static bool
log_one(void *arg, const struct log_entry *e)
{
	struct listing *l = arg;
	struct table *t = &l->table;
	struct buf from = BUF_INIT;
	struct span action = message_tag_or_empty(e->message, "Action");

	if (e->slot > l->last)
		return false;
	if (l->sh->json) {
		log_json(l->sh, e);
		return true;
	}
	buf_add_span(&from, message_from(e->message));
	table_add(t, span_text(position_text(log_entry_at(e)).text));
	table_add(t, span_text(time_text(e->timestamp_ms).text));
	if (e->tick)
		table_printf(t, "cron %.*s", SPAN_ARG(e->interval));
	else
		table_add(t, span_text(id_encode(&e->message->id).text));
	table_add(t, buf_span(&from));
	table_add(t,
	    action.len ? action : message_tag_or_empty(e->message, "Type"));
	table_add(t,
	    span_text(e->evaluated ? verdict_name(e->verdict) : "waiting"));
	buf_release(&from);
	return true;
}

/* Reading a log wakes nobody: the process may be asleep or broken. */
static int
list_log(struct shell *sh, const struct options *o, struct error *err)
{
	static const char *const titles[] = { "SLOT", "TIME (UTC)", "ID",
		"FROM", "ACTION", "VERDICT", NULL };
	struct node *n = sh->client.node;
	struct listing l = { .sh = sh,
		.last = options_number(o, "to", UINT64_MAX) };
	struct id id;
	int rc;

	if (client_find(&sh->client, span_text(o->args[0]), true, &id, err) < 0)
		return -1;
	table_init(&l.table, titles);
	rc = n->ops->log(n, &id, position_of_slot(options_number(o, "from", 0)),
	    log_one, &l, err);
	if (rc == 0)
		table_show(&l.table, &sh->out, screen_columns(&sh->out));
	table_release(&l.table);
	return rc;
}

/* What a file takes the place of, or stands beside. */
static int
exec_log(struct shell *sh, const struct options *o, struct error *err)
{
	const char *to = options_text(o, "export", NULL);
	const char *from = options_text(o, "import", NULL);

	if (to && from)
		return FAIL(err, ERR_USAGE,
		    "'--export' and '--import' exclude each other");
	if ((to || from) && (options_has(o, "from") || options_has(o, "to")))
		return FAIL(err, ERR_USAGE,
		    "a log is exported and imported as a whole");
	if (o->arg_count != (from ? 0 : 1))
		return FAIL(err, ERR_USAGE,
		    from ? "the file says which process it is"
			 : "'log' takes the name or id of a process");
	if (from)
		return log_import(sh, o, from, err);
	return to ? log_export(sh, o, to, err) : list_log(sh, o, err);
}

const struct command command_log = {
	.name = "log",
	.usage = "[NAME|ID]",
	.summary = "list the messages of a process",
	.options = log_options,
	.min = 0,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_log,
};
