/*
 * aosh inbox NAME, .inbox - the messages that no handler took.
 *
 * The process itself is asked, in a dry run of a few lines of Lua, since only
 * it knows what it still keeps. What it answers is data of strangers.
 *
 * It asks in Lua, so an inbox of any size stays where it is and only the newest
 * entries travel. The answer is JSON within the result's Output. A process may
 * have its own `Inbox` or `json`; what does not come back as a list is an
 * error, never a crash.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "shell/commands.h"
#include "shell/session.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/table.h"

enum {
	INBOX_DEFAULT = 20,
	INBOX_MAX = 10000, /* as many as a process keeps */
	DATA_COLUMNS = 40, /* of a message's data in the table */
	MIN_SCREEN = 20    /* narrower ones are not cut to */
};

/* Gives the newest of its inbox as JSON text; %d of them. */
static const char inbox_code[] =
    "local json, list = require('json'), {}\n"
    "for i = math.max(1, #Inbox - %d + 1), #Inbox do\n"
    "  local m = Inbox[i]\n"
    "  local data = m.Data\n"
    "  if type(data) == 'table' then data = json.encode(data) end\n"
    "  list[#list + 1] = { Number = i, Id = m.Id, From = m.From,\n"
    "    Action = m.Action, Timestamp = m.Timestamp,\n"
    "    Data = data ~= nil and tostring(data) or nil }\n"
    "end\n"
    "return json.encode(list)\n";

/* The list; NULL and `err` when the process does not give one. Owned. */
static json_t *
read_inbox(struct shell *sh, const struct id *id, uint64_t count,
    struct error *err)
{
	struct buf code = BUF_INIT;
	struct buf text = BUF_INIT;
	struct request r = { .action = "Eval" };
	struct result result;
	json_t *root;
	json_t *list = NULL;
	bool failed;

	buf_printf(&code, inbox_code, (int)count);
	r.data = buf_span(&code);
	if (client_dry_run(&sh->client, id, &r, &result, err) < 0) {
		buf_release(&code);
		return NULL;
	}
	root = result_parse(buf_span(&result.json));
	failed = error_text(root, &text);
	if (!failed) {
		output_text(root, &text);
		list = json_loadb(buf_text(&text), text.len, 0, NULL);
	}
	if (!json_is_array(list)) {
		error_set(err, ERR_EVAL,
		    "the process does not show its inbox%s%s",
		    failed ? ": " : "", failed ? buf_text(&text) : "");
		json_decref(list);
		list = NULL;
	}
	json_decref(root);
	buf_release(&text);
	buf_release(&code);
	result_release(&result);
	return list;
}

/* A text of a message; empty when it has none. */
static struct span
member(const json_t *m, const char *key)
{
	const char *text = json_string_value(json_object_get(m, key));

	return span_text(text ? text : "");
}

/* From is shortened, so that action and data are still to be seen. */
static void
add_row(struct table *t, const json_t *m)
{
	struct span data = member(m, "Data");
	const json_t *number = json_object_get(m, "Number");
	const json_t *time = json_object_get(m, "Timestamp");
	struct buf from = BUF_INIT;

	short_id((const char *)member(m, "From").p, &from);
	table_printf(t, "%" JSON_INTEGER_FORMAT, json_integer_value(number));
	table_add(t,
	    span_text(time_text((uint64_t)json_number_value(time)).text));
	table_add(t, buf_span(&from));
	table_add(t, member(m, "Action"));
	table_add(t, data);
	buf_release(&from);
}

/* Cut to the screen, unless that is too narrow to say anything. */
static void
show_inbox(struct shell *sh, const json_t *list)
{
	static const char *const titles[] = { "#", "TIME (UTC)", "FROM",
		"ACTION", "DATA", NULL };
	size_t screen = screen_columns(&sh->out);
	struct table t;
	size_t i;
	json_t *m;

	table_init(&t, titles);
	json_array_foreach(list, i, m)
	{
		if (sh->json)
			show_json(sh, json_incref(m));
		else
			add_row(&t, m);
	}
	table_show(&t, &sh->out, screen < MIN_SCREEN ? 0 : screen);
	table_release(&t);
}

/* An inbox is part of the state, so it is asked for without a message. */
static int
inbox_of(struct shell *sh, const struct id *id, uint64_t count,
    struct error *err)
{
	json_t *list;

	if (count > INBOX_MAX)
		count = INBOX_MAX;
	if (session_may_eval(sh, id, err) < 0)
		return -1;
	list = read_inbox(sh, id, count, err);
	if (!list)
		return -1;
	show_inbox(sh, list);
	if (json_array_size(list) == 0 && sh->interactive)
		output_printf(shell_notes(sh), "the inbox is empty\n");
	json_decref(list);
	return 0;
}

static const struct option_spec inbox_options[] = {
	{ "count", NULL, 'n', OPTION_NUMBER, false, "N",
	    "the newest N messages; without: 20" },
	{ .name = NULL },
};

/* Of foreign processes too, as far as those let others evaluate. */
static int
exec_inbox(struct shell *sh, const struct options *o, struct error *err)
{
	struct id id;

	if (client_find(&sh->client, span_text(o->args[0]), true, &id, err) < 0)
		return -1;
	return inbox_of(sh, &id, options_number(o, "count", INBOX_DEFAULT),
	    err);
}

const struct command command_inbox = {
	.name = "inbox",
	.usage = "NAME|ID",
	.summary = "show the messages in a process's inbox",
	.options = inbox_options,
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_inbox,
};

/*
 * Of the connected process; its argument is not an option, so it is read here.
 */
static int
exec_dot_inbox(struct shell *sh, const struct options *o, struct error *err)
{
	const char *text = options_arg(o, 0);
	char *end = NULL;
	uint64_t count = INBOX_DEFAULT;

	if (text) {
		count = strtoull(text, &end, 10);
		if (end == text || *end || text[0] == '-')
			return FAIL(err, ERR_USAGE,
			    ".inbox takes a number, not '%s'", text);
	}
	return inbox_of(sh, &sh->process, count, err);
}

const struct command dot_inbox = {
	.name = "inbox",
	.alias = "i",
	.usage = "[N]",
	.summary = "show the newest N messages of the inbox",
	.min = 0,
	.max = 1,
	.exec = exec_dot_inbox,
};
