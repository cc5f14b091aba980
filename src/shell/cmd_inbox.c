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

#include "ao/result_text.h"
#include "shell/commands.h"
#include "shell/pane_memo.h"
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

/* Which messages are looked for. */
struct look {
	uint64_t count; /* the newest so many */
	bool unread;    /* of those that were not read */
	/* read is what has a slot before this one, and what has none, as that
	 * of a cron tick, up to this time */
	uint64_t slot;
	uint64_t time_ms;
};

/*
 * Gives { list, unread, last } as JSON text: unread is how many there are, last
 * the highest slot. The numbers are of a look, in its order; 1 or 0.
 */
static const char inbox_code[] =
    "local count, only, slot, time = %" PRIu64 ", %d, %" PRIu64 ", %" PRIu64
    "\n"
    "local json, list, unread, last = require('json'), {}, 0, -1\n"
    "local function is_new(m)\n"
    "  local n = math.tointeger(tonumber(m.Nonce))\n"
    "  if n then last = math.max(last, n) return n >= slot end\n"
    "  return (tonumber(m.Timestamp) or 0) > time\n"
    "end\n"
    "for i = #Inbox, 1, -1 do\n"
    "  local m = Inbox[i]\n"
    "  local new = is_new(m)\n"
    "  if new then unread = unread + 1 end\n"
    "  if #list < count and (new or only == 0) then\n"
    "    local data = m.Data\n"
    "    if type(data) == 'table' then data = json.encode(data) end\n"
    "    list[#list + 1] = { Number = i, Id = m.Id, From = m.From,\n"
    "      Action = m.Action, Timestamp = m.Timestamp,\n"
    "      Data = data ~= nil and tostring(data) or nil }\n"
    "  end\n"
    "end\n"
    "for i = 1, #list // 2 do\n"
    "  list[i], list[#list + 1 - i] = list[#list + 1 - i], list[i]\n"
    "end\n"
    "return json.encode({ list = list, unread = unread, last = last })\n";

/* What the process answers; NULL and `err` when that is no inbox. Owned. */
static json_t *
read_inbox(struct shell *sh, const struct id *id, const struct look *look,
    struct error *err)
{
	struct buf code = BUF_INIT;
	struct buf text = BUF_INIT;
	struct request r = { .action = "Eval" };
	struct result result;
	json_t *root;
	json_t *inbox = NULL;
	bool failed;

	buf_printf(&code, inbox_code, look->count, look->unread, look->slot,
	    look->time_ms);
	r.data = buf_span(&code);
	if (client_dry_run(&sh->client, id, &r, &result, err) < 0) {
		buf_release(&code);
		return NULL;
	}
	root = result_parse(buf_span(&result.json));
	failed = error_text(root, &text);
	if (!failed) {
		output_text(root, &text);
		inbox = json_loadb(buf_text(&text), text.len, 0, NULL);
	}
	if (!json_is_array(json_object_get(inbox, "list"))) {
		error_set(err, ERR_EVAL,
		    "the process does not show its inbox%s%s",
		    failed ? ": " : "", failed ? buf_text(&text) : "");
		json_decref(inbox);
		inbox = NULL;
	}
	json_decref(root);
	buf_release(&text);
	buf_release(&code);
	result_release(&result);
	return inbox;
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

static const struct option_spec inbox_options[] = {
	{ "count", NULL, 'n', OPTION_NUMBER, false, "N",
	    "the newest N messages; without: 20" },
	{ .name = NULL },
};

/*
 * Of foreign processes too, as far as those let others evaluate. An inbox is
 * part of the state, so it is asked for without a message.
 */
static int
exec_inbox(struct shell *sh, const struct options *o, struct error *err)
{
	struct look look = { options_number(o, "count", INBOX_DEFAULT) };
	struct id id;
	json_t *inbox;

	if (look.count > INBOX_MAX)
		look.count = INBOX_MAX;
	if (client_find(&sh->client, span_text(o->args[0]), true, &id, err) <
		0 ||
	    session_may_eval(sh, &id, err) < 0)
		return -1;
	inbox = read_inbox(sh, &id, &look, err);
	if (!inbox)
		return -1;
	show_inbox(sh, json_object_get(inbox, "list"));
	json_decref(inbox);
	return 0;
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

/* --- what was read --- */

/*
 * How far a process was read is one thing, whether it was in the pane or here:
 * its memo. Without files the session remembers it.
 */
static struct position
get_read(const struct shell *sh)
{
	struct memo m;

	if (sh->ephemeral)
		return sh->read;
	memo_recall(&sh->process, &m);
	return m.read;
}

/* Another window may have read on meanwhile. */
static void
set_read(struct shell *sh, struct position read)
{
	struct memo m;

	sh->read = read;
	if (sh->ephemeral)
		return;
	memo_recall(&sh->process, &m);
	if (!position_before(m.read, read))
		return;
	m.read = read;
	memo_remember(&sh->process, &m);
}

static bool
take_time(void *arg, const struct log_entry *e)
{
	*(uint64_t *)arg = e->timestamp_ms;
	return false;
}

/* When the last entry came that was read; without one that is told, a tick's
 * message counts as read. */
static uint64_t
time_of(struct shell *sh, struct position read)
{
	struct node *n = sh->client.node;
	uint64_t time = 0;
	struct error ignored;

	if (position_slots(read) == 0)
		return 0;
	if (n->ops->log(n, &sh->process, position_last(read), take_time, &time,
		&ignored) < 0 ||
	    time == 0)
		return INT64_MAX;
	return time;
}

/* What a look has shown is read: up to the end as it was before, and what came
 * in while the process was asked. */
static void
mark(struct shell *sh, struct position end, const json_t *inbox)
{
	json_int_t last = json_integer_value(json_object_get(inbox, "last"));
	struct position seen = position_of_slot(0);

	if (inbox && last >= 0)
		seen = position_behind(position_of_slot((uint64_t)last));
	set_read(sh, position_before(end, seen) ? seen : end);
}

/* Where one was never looked at, all of it would be new. */
static void
note_shown(struct shell *sh, const struct look *look, json_int_t unread,
    size_t shown)
{
	struct output *notes = shell_notes(sh);

	if (!sh->interactive || sh->json)
		return;
	if (shown == 0)
		output_printf(notes,
		    look->unread ? "nothing new; .inbox N shows the newest N, "
				   ".inbox --all all of them\n"
				 : "the inbox is empty\n");
	else if (unread > (json_int_t)shown)
		output_printf(notes,
		    "%" JSON_INTEGER_FORMAT " more were not read; .inbox "
		    "--all shows all\n",
		    unread - (json_int_t)shown);
}

static int
look_at(struct shell *sh, struct look *look, struct error *err)
{
	struct node *n = sh->client.node;
	struct position read = get_read(sh);
	struct process_info info;
	json_int_t unread;
	json_t *inbox;
	size_t shown;

	look->slot = position_slots(read);
	look->time_ms = time_of(sh, read);
	if (session_may_eval(sh, &sh->process, err) < 0 ||
	    n->ops->process(n, &sh->process, &info, err) < 0)
		return -1;
	if (look->unread && look->slot == 0)
		look->count = INBOX_DEFAULT;
	inbox = read_inbox(sh, &sh->process, look, err);
	if (!inbox)
		return -1;
	unread = json_integer_value(json_object_get(inbox, "unread"));
	shown = json_array_size(json_object_get(inbox, "list"));
	show_inbox(sh, json_object_get(inbox, "list"));
	note_shown(sh, look, unread, shown);
	/* a first look does not leave all that was there before for the next */
	if (look->unread || unread <= (json_int_t)shown)
		mark(sh, info.told, inbox);
	json_decref(inbox);
	return 0;
}

static int
clear(struct shell *sh, struct error *err)
{
	struct node *n = sh->client.node;
	struct process_info info;

	if (n->ops->process(n, &sh->process, &info, err) < 0)
		return -1;
	mark(sh, info.told, NULL);
	output_printf(shell_notes(sh),
	    "what is in the inbox counts as read; the process keeps it\n");
	return 0;
}

/* Of the connected process; its argument is not an option, so it is read here. */
static int
exec_dot_inbox(struct shell *sh, const struct options *o, struct error *err)
{
	const char *text = options_arg(o, 0);
	bool all = options_has(o, "all");
	struct look look = { .count = INBOX_MAX, .unread = !text && !all };
	char *end = NULL;

	if (text) {
		look.count = strtoull(text, &end, 10);
		if (end == text || *end || text[0] == '-')
			return FAIL(err, ERR_USAGE,
			    ".inbox takes a number, not '%s'", text);
		if (look.count > INBOX_MAX)
			look.count = INBOX_MAX;
	}
	if ((text != NULL) + all + options_has(o, "clear") > 1)
		return FAIL(err, ERR_USAGE,
		    ".inbox takes N, --all or --clear, one of them");
	return options_has(o, "clear") ? clear(sh, err)
				       : look_at(sh, &look, err);
}

static const struct option_spec dot_inbox_options[] = {
	{ "all", NULL, 'a', OPTION_SWITCH, false, NULL,
	    "all messages, read or not" },
	{ "clear", NULL, 0, OPTION_SWITCH, false, NULL,
	    "show nothing; what is there counts as read" },
	{ .name = NULL },
};

const struct command dot_inbox = {
	.name = "inbox",
	.alias = "i",
	.usage = "[N]",
	.summary = "show what is new in the inbox, or the newest N messages",
	.options = dot_inbox_options,
	.min = 0,
	.max = 1,
	.exec = exec_dot_inbox,
};
