/*
 * The switch of the monitor is told by the journal in the order in which it
 * became durable, so that of two who switch at once memory and disk believe the
 * same one.
 *
 * A list of schedules is read off the journal: it shows no tick that is not
 * durable, and wakes nobody.
 */
#include "engine/cron_ops.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "engine/scheduler.h"
#include "engine/tick.h"

/* On the caller's stack. */
struct switching {
	struct actor *actor;
	bool on;
	bool begin; /* its cron, too */
};

static void
switched(void *arg)
{
	struct switching *s = arg;

	lock(&s->actor->lock);
	s->actor->monitored = s->on;
	s->actor->has_cron |= s->begin;
	s->actor->has_ticks |= s->begin;
	unlock(&s->actor->lock);
}

/* Whether its assignments are signed with our key. */
static int
is_ours(struct engine *e, const struct actor *a, bool *ours, struct error *err)
{
	struct slot_record record;
	struct address scheduler;
	int rc;

	if (journal_read_slot(e->journal, a->number, 0, &record, err) < 0)
		return -1;
	rc = assignment_signer(buf_span(&record.assignment), &scheduler, err);
	slot_record_release(&record);
	if (rc == 0)
		*ours = strcmp(scheduler.text, e->address.text) == 0;
	return rc;
}

/*
 * How many schedules begin now: those of a log of ours that was imported, since
 * an import leaves them at rest.
 */
static int
count_resting(struct engine *e, struct actor *a, uint32_t *count,
    struct error *err)
{
	struct actor_cron *cron;
	bool has_cron;
	bool ours = false;

	*count = 0;
	lock(&a->lock);
	has_cron = a->has_cron;
	unlock(&a->lock);
	if (has_cron)
		return 0;
	if (is_ours(e, a, &ours, err) < 0)
		return -1;
	if (!ours)
		return 0;
	if (tick_cron(e, a, &cron, err) < 0)
		return -1;
	*count = cron->crons.count;
	return 0;
}

int
cron_monitor(struct engine *e, struct actor *a, bool on, struct error *err)
{
	struct switching s = { .actor = a, .on = on };
	uint32_t resting = 0;
	struct batch *b;

	if (on && count_resting(e, a, &resting, err) < 0)
		return -1;
	s.begin = resting > 0;
	b = batch_new();
	if (s.begin)
		batch_add_cron(b, a->number, resting);
	batch_add_monitor(b, a->number, on);
	if (engine_write(e, b, switched, &s, err) < 0)
		return -1;
	return s.begin ? scheduler_tick(e, &a->id, true, err) : 0;
}

/* How the last tick of a schedule went, unless it had none. */
static int
describe_last(struct engine *e, struct actor *a, struct cron_info *info,
    struct error *err)
{
	struct journal_schedule s;
	struct slot_record record;
	bool told;

	if (journal_read_schedule(e->journal, a->number, info->index, &s, err) <
	    0)
		return err->code == ERR_NOT_FOUND ? 0 : -1;
	info->ticks = s.count;
	info->late = s.late;
	info->last = s.last;
	info->last_ms = s.last_ms;
	if (journal_read_entry(e->journal, a->number, &s.last, &record, err) <
	    0)
		return -1;
	lock(&a->lock);
	told = position_before(s.last, a->told);
	unlock(&a->lock);
	info->evaluated = told && record.evaluated;
	info->verdict = record.result.verdict;
	slot_record_release(&record);
	return 0;
}

/* The tag Action of the messages of a schedule. */
static struct span
action_of(const struct schedule *s)
{
	for (size_t i = 0; i < s->tag_count; i++)
		if (span_is(s->tags[i].name, "Action"))
			return s->tags[i].value;
	return span_text("");
}

/* Behind its last tick; before the first it is its own origin. */
static uint64_t
due_of(const struct actor_cron *c, uint32_t i, uint64_t last_ms)
{
	struct crons alone = { 1, c->crons.list[i].blocks, &c->crons.list[i] };
	struct cron_tick t;

	if (!last_ms)
		last_ms = c->origin_ms;
	return cron_next(&alone, c->origin_ms, cron_behind(last_ms), 0, &t)
	    ? t.ms
	    : 0;
}

/* Where a list of schedules is. */
struct cron_walk {
	struct engine *engine;
	struct actor *actor;
	struct actor_cron *cron;
	node_cron_fn fn;
	void *arg;
};

/* 1: go on, 0: the callback has enough. */
static int
list_one(const struct cron_walk *w, uint32_t i, struct error *err)
{
	const struct schedule *s = &w->cron->crons.list[i];
	struct cron_info info = { .index = i,
		.interval = s->interval,
		.action = action_of(s) };
	struct buf name = BUF_INIT;
	bool go_on;

	if (describe_last(w->engine, w->actor, &info, err) < 0)
		return -1;
	cron_name(&w->cron->crons, i, &name);
	info.name = buf_span(&name);
	info.next_ms = due_of(w->cron, i, info.last_ms);
	go_on = w->fn(w->arg, &info);
	buf_release(&name);
	return go_on;
}

int
cron_list(struct engine *e, struct actor *a, node_cron_fn fn, void *arg,
    struct error *err)
{
	struct cron_walk w = { e, a, NULL, fn, arg };
	bool has_cron;
	int rc = 1;

	lock(&a->lock);
	has_cron = a->has_cron;
	unlock(&a->lock);
	if (!has_cron)
		return 0;
	if (tick_cron(e, a, &w.cron, err) < 0)
		return -1;
	for (uint32_t i = 0; i < w.cron->crons.count && rc > 0; i++)
		rc = list_one(&w, i, err);
	return rc < 0 ? -1 : 0;
}
