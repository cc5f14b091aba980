/*
 * A page of ticks is one batch: the ticks of one moment are never parted, so
 * that the last entry of a log says of each schedule what it has had. Catching
 * up a long time goes page by page, each when the one before is durable, and
 * the process takes no message meanwhile: what comes stands behind the ticks
 * that were due before it.
 */
#include "engine/tick.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fault.h"
#include "engine/cron.h"

enum {
	PAGE_TICKS = 1000
};

/* --- what a process's schedules are --- */

void
tick_cron_free(struct actor_cron *c)
{
	if (!c)
		return;
	for (uint32_t i = 0; i < c->crons.count; i++)
		message_unref(c->messages[i]);
	free(c->messages);
	free(c->state);
	crons_release(&c->crons);
	process_release(&c->process);
	free(c);
}

int
tick_cron_new(struct message *spawn, uint64_t origin_ms,
    struct actor_cron **out, struct error *err)
{
	struct actor_cron *c = xcalloc(1, sizeof(*c));

	c->origin_ms = origin_ms;
	if (process_init(&c->process, spawn, err) < 0 ||
	    crons_parse(spawn->tags, spawn->tag_count, &c->crons, err) < 0) {
		tick_cron_free(c);
		return -1;
	}
	c->messages = xcalloc(c->crons.count, sizeof(struct message *));
	for (uint32_t i = 0; i < c->crons.count; i++)
		c->messages[i] = cron_message(&c->process, &c->crons.list[i]);
	*out = c;
	return 0;
}

/* The same from the first slot of a log. */
static int
read_first(struct engine *e, struct actor *a, struct actor_cron **out,
    struct error *err)
{
	struct message *spawn;
	struct assignment as;
	int rc;

	if (engine_spawn(e, a->number, &spawn, &as, err) < 0)
		return -1;
	rc = tick_cron_new(spawn, as.timestamp_ms, out, err);
	message_unref(spawn);
	return rc;
}

int
tick_cron(struct engine *e, struct actor *a, struct actor_cron **out,
    struct error *err)
{
	struct actor_cron *mine = NULL;

	lock(&a->lock);
	*out = a->cron;
	unlock(&a->lock);
	if (*out)
		return 0;
	if (read_first(e, a, &mine, err) < 0)
		return -1;
	lock(&a->lock);
	if (!a->cron) {
		a->cron = mine;
		mine = NULL;
	}
	*out = a->cron;
	unlock(&a->lock);
	/* somebody was faster */
	tick_cron_free(mine);
	return 0;
}

int
tick_message(struct engine *e, struct actor *a, uint32_t schedule,
    struct message **out, struct error *err)
{
	struct actor_cron *cron;

	if (tick_cron(e, a, &cron, err) < 0)
		return -1;
	if (schedule >= cron->crons.count)
		return FAIL(err, ERR_STORE, "no schedule %" PRIu32, schedule);
	*out = message_ref(cron->messages[schedule]);
	return 0;
}

int
tick_begin(struct actor *a, struct message *spawn, uint64_t origin_ms,
    struct batch *b, struct error *err)
{
	struct actor_cron *c;

	if (tick_cron_new(spawn, origin_ms, &c, err) < 0)
		return -1;
	if (c->crons.count == 0) {
		tick_cron_free(c);
		return 0;
	}
	batch_add_cron(b, a->number, c->crons.count);
	lock(&a->lock);
	a->cron = c;
	a->has_cron = a->has_ticks = true;
	unlock(&a->lock);
	return 0;
}

/* --- emitting --- */

int
tick_read_last(struct engine *e, struct actor *a, struct error *err)
{
	struct position at = { a->next_slot - 1, a->next_tick };
	struct slot_record record;

	if (a->next_tick == 0)
		return 0;
	if (journal_read_entry(e->journal, a->number, &at, &record, err) < 0)
		return -1;
	a->last_ms = record.tick.timestamp_ms;
	slot_record_release(&record);
	return 0;
}

int
tick_read_state(struct engine *e, struct actor *a, const struct crons *crons,
    struct journal_schedule **out, struct error *err)
{
	struct journal_schedule *state = xcalloc(crons->count, sizeof(*state));

	for (uint32_t i = 0; i < crons->count; i++)
		if (journal_read_schedule(e->journal, a->number, i, &state[i],
			err) < 0 &&
		    err->code != ERR_NOT_FOUND) {
			free(state);
			return -1;
		}
	*out = state;
	return 0;
}

/*
 * Ticks before are late: nothing ran then, or the process was stopped, and still
 * is at `now`.
 */
static uint64_t
late_before(const struct engine *e, struct actor *a, uint64_t now)
{
	uint64_t ms;

	lock(&a->lock);
	ms = a->halted ? now : a->started_ms;
	unlock(&a->lock);
	return ms > e->opened_ms ? ms : e->opened_ms;
}

/* The next tick behind `after`, by the rule for late ones. */
static bool
next_tick(const struct engine *e, const struct actor_cron *c,
    struct cron_tick after, uint64_t late_ms, struct cron_tick *out)
{
	uint64_t newest_before = e->cron_late == CRON_LATE_LAST ? late_ms : 0;

	return cron_next(&c->crons, c->origin_ms, after, newest_before, out);
}

/* What a page leads to when it is durable. */
struct page {
	struct engine *engine;
	struct actor *actor; /* one reference */
	struct position end;
	uint64_t late_ms; /* see late_before() */
	bool more;
	unsigned count;
	struct batch *batch;
	atomic_uint holders; /* the disk, and who submits */
	/* what is kept at hand for the evaluation */
	struct recent *recent, **recent_end;
};

/* Passes the turn on when both are done with the page. */
static void
page_unref(struct page *p)
{
	if (atomic_fetch_sub(&p->holders, 1) > 1)
		return;
	if (p->more)
		cron_pass(p->engine->cron, p->actor);
	else
		engine_unref(p->engine, p->actor);
	free(p);
}

/* On the writer thread: the ticks are on disk, or never will be. */
static void
page_done(void *arg, int status, const struct error *err)
{
	struct page *p = arg;
	struct engine *e = p->engine;
	struct actor *a = p->actor;

	if (status < 0) {
		engine_fail(e, err);
	} else {
		fault_die(FAULT_CRON_DIES_AFTER_TICK);
		lock(&a->lock);
		a->durable = p->end;
		unlock(&a->lock);
		engine_wake(e, a);
		watch_notify(&e->watches, &a->id);
	}
	page_unref(p);
}

/* Give one tick its place. */
static void
add_tick(struct page *p, struct actor_cron *c, struct cron_tick t)
{
	struct actor *a = p->actor;
	struct journal_schedule *s = &c->state[t.schedule];
	struct recent *r = xcalloc(1, sizeof(*r));
	struct journal_tick tick = { .number = a->number,
		.timestamp_ms = t.ms,
		.height = cron_height(t.ms),
		.schedule = t.schedule,
		.interval = c->crons.list[t.schedule].interval };

	r->from = (struct position){ a->next_slot - 1, a->next_tick + 1 };
	a->next_tick++;
	tick.at = r->at = r->from;
	tick.ticks = r->ticks = ++a->ticks;
	tick.count = ++s->count;
	s->late += t.ms < p->late_ms;
	tick.late = s->late;
	batch_add_tick(p->batch, &tick);
	r->schedule = t.schedule;
	r->message = message_ref(c->messages[t.schedule]);
	r->assignment = (struct assignment){ .process = a->id,
		.slot = tick.at.slot,
		.timestamp_ms = tick.timestamp_ms,
		.height = tick.height };
	*p->recent_end = r;
	p->recent_end = &r->next;
	p->end = position_behind(tick.at);
	p->count++;
}

/* Fill a page with what is due up to `limit`; the turn's state moves on. */
static void
fill_page(struct page *p, struct actor_cron *c, uint64_t limit)
{
	struct actor *a = p->actor;
	struct cron_tick after = cron_behind(a->last_ms);
	struct cron_tick t;

	while (
	    next_tick(p->engine, c, after, p->late_ms, &t) && t.ms <= limit) {
		p->more = p->count >= PAGE_TICKS && t.ms != after.ms;
		if (p->more)
			break;
		add_tick(p, c, t);
		after = t;
	}
	if (p->count)
		a->last_ms = after.ms;
}

/* Submit a page that has ticks. While there are more, the turn holds it. */
static void
submit_page(struct page *p)
{
	struct engine *e = p->engine;
	struct actor *a = p->actor;
	struct recent *recent = p->recent;

	atomic_init(&p->holders, 2);
	engine_open_count(e, a, (int)p->count);
	journal_submit(e->journal, p->batch, page_done, p);
	/* not before: results must come behind in the journal */
	while (recent) {
		struct recent *next = recent->next;

		actor_remember(a, recent);
		recent = next;
	}
	engine_wake(e, a);
	if (p->more)
		a->page = p;
	else
		page_unref(p);
}

void
tick_pass(struct actor *a)
{
	struct page *p = a->page;

	a->page = NULL;
	page_unref(p);
}

int
tick_emit(struct engine *e, struct actor *a, uint64_t now, struct error *err)
{
	uint64_t limit = now > a->last_ms ? now : a->last_ms;
	struct actor_cron *c;
	struct page *p;
	bool has_cron;

	lock(&a->lock);
	has_cron = a->has_cron;
	unlock(&a->lock);
	if (!has_cron || a->next_slot == 0)
		return 0;
	if (tick_cron(e, a, &c, err) < 0 ||
	    (!c->state && tick_read_state(e, a, &c->crons, &c->state, err) < 0))
		return -1;
	p = xcalloc(1, sizeof(*p));
	p->engine = e;
	p->actor = a;
	p->late_ms = late_before(e, a, now);
	p->batch = batch_new();
	p->recent_end = &p->recent;
	fill_page(p, c, limit);
	if (p->count == 0) {
		batch_free(p->batch);
		free(p);
		return 0;
	}
	(void)actor_ref(a);
	submit_page(p);
	return a->page != NULL;
}

/* Of a stopped process it is looked at again when the next one is due. */
void
tick_plan(struct engine *e, struct actor *a)
{
	uint64_t now = clock_wall_ms();
	uint64_t after = a->last_ms;
	struct actor_cron *c;
	struct cron_tick t;

	lock(&a->lock);
	c = a->has_cron ? a->cron : NULL;
	if (a->halted && after < now)
		after = now;
	unlock(&a->lock);
	if (c &&
	    next_tick(e, c, cron_behind(after), late_before(e, a, now), &t))
		cron_plan(e->cron, &a->id, t.ms);
}
