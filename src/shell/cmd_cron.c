/*
 * aosh cron NAME, .cron - the schedules of a process, and how they stand.
 *
 * They are part of the spawn and never change. A schedule's next tick is the
 * one behind its last: of a process that is catching up it lies in the past.
 */
#include <inttypes.h>

#include "base/clock.h"
#include "shell/commands.h"
#include "shell/shell.h"
#include "shell/show.h"
#include "shell/table.h"

struct listing {
	struct shell *sh;
	struct table table;
	const struct process_info *info;
	uint64_t now_ms;
	size_t count;
};

static json_t *
json_span(struct span s)
{
	return json_stringn(s.len ? (const char *)s.p : "", s.len);
}

static void
add_last(json_t *to, const struct cron_info *c)
{
	json_object_set_new(to, "last",
	    c->ticks ? json_integer((json_int_t)c->last_ms) : json_null());
	json_object_set_new(to, "last_tick",
	    c->ticks ? json_string(position_text(c->last).text) : json_null());
	json_object_set_new(to, "verdict",
	    c->evaluated ? json_string(verdict_name(c->verdict)) : json_null());
}

/* The keys are listed in the manual. */
static void
cron_json(struct shell *sh, const struct process_info *info,
    const struct cron_info *c)
{
	json_t *to = json_object();

	json_object_set_new(to, "process",
	    json_string(id_encode(&info->id).text));
	json_object_set_new(to, "schedule", json_integer(c->index));
	json_object_set_new(to, "name", json_span(c->name));
	json_object_set_new(to, "interval", json_span(c->interval));
	json_object_set_new(to, "action", json_span(c->action));
	json_object_set_new(to, "next", json_integer((json_int_t)c->next_ms));
	add_last(to, c);
	json_object_set_new(to, "ticks", json_integer((json_int_t)c->ticks));
	json_object_set_new(to, "late", json_integer((json_int_t)c->late));
	json_object_set_new(to, "monitored", json_boolean(info->monitored));
	show_json(sh, to);
}

/* "12 s", "4 m 12 s", "3 h 5 m", "12 d 4 h"; what is due is "now". */
static void
add_duration(struct table *t, uint64_t ms)
{
	uint64_t s = (ms + 999) / 1000;
	uint64_t m = s / 60;
	uint64_t h = m / 60;

	if (s == 0)
		table_add(t, span_text("now"));
	else if (m == 0)
		table_printf(t, "%" PRIu64 " s", s);
	else if (h == 0)
		table_printf(t, "%" PRIu64 " m %" PRIu64 " s", m, s % 60);
	else if (h < 24)
		table_printf(t, "%" PRIu64 " h %" PRIu64 " m", h, m % 60);
	else
		table_printf(t, "%" PRIu64 " d %" PRIu64 " h", h / 24, h % 24);
}

static bool
list_one(void *arg, const struct cron_info *c)
{
	struct listing *l = arg;
	struct table *t = &l->table;

	l->count++;
	if (l->sh->json) {
		cron_json(l->sh, l->info, c);
		return true;
	}
	table_add(t, c->name);
	table_add(t, c->action);
	add_duration(t, c->next_ms > l->now_ms ? c->next_ms - l->now_ms : 0);
	table_add(t, span_text(c->ticks ? time_text(c->last_ms).text : "-"));
	table_add(t, span_text(c->ticks ? position_text(c->last).text : "-"));
	table_printf(t, "%" PRIu64, c->ticks);
	table_printf(t, "%" PRIu64, c->late);
	if (!c->ticks)
		table_add(t, span_text("-"));
	else
		table_add(t,
		    span_text(
			c->evaluated ? verdict_name(c->verdict) : "waiting"));
	return true;
}

/* The node is asked first: a list that broke off shows no table. */
static int
list_crons(struct shell *sh, const struct id *id, struct error *err)
{
	static const char *const titles[] = { "SCHEDULE", "ACTION", "NEXT IN",
		"LAST (UTC)", "SLOT", "TICKS", "LATE", "VERDICT", NULL };
	struct node *n = sh->client.node;
	struct process_info info;
	struct listing l = { .sh = sh, .info = &info };
	int rc;

	l.now_ms = clock_wall_ms();
	if (n->ops->process(n, id, &info, err) < 0)
		return -1;
	table_init(&l.table, titles);
	rc = n->ops->cron(n, id, list_one, &l, err);
	if (rc == 0 && l.count > 0)
		table_show(&l.table, &sh->out, screen_columns(&sh->out));
	table_release(&l.table);
	if (rc == 0 && !sh->json && l.count == 0)
		output_printf(shell_notes(sh),
		    "the process has no cron here%s\n",
		    info.ticks ? ": its ticks came with its log" : "");
	else if (rc == 0 && !sh->json && !info.monitored)
		output_printf(shell_notes(sh),
		    "not monitored: what the ticks send is not delivered\n");
	return rc;
}

static int
exec_cron(struct shell *sh, const struct options *o, struct error *err)
{
	struct id id;

	if (client_find(&sh->client, span_text(o->args[0]), true, &id, err) < 0)
		return -1;
	return list_crons(sh, &id, err);
}

static int
exec_dot_cron(struct shell *sh, const struct options *o, struct error *err)
{
	(void)o;
	return list_crons(sh, &sh->process, err);
}

const struct command command_cron = {
	.name = "cron",
	.usage = "NAME|ID",
	.summary = "show the schedules of a process and their last ticks",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_PROCESSES,
	.flags = COMMAND_NODE,
	.exec = exec_cron,
};

const struct command dot_cron = {
	.name = "cron",
	.usage = "",
	.summary = "show the schedules and their last ticks",
	.min = 0,
	.max = 0,
	.exec = exec_dot_cron,
};
