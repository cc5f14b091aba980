/*
 * A heap of ids by time, under one lock, which is held for a few steps of it.
 * Ids, not actors: what sleeps for a year needs none meanwhile. What is to be
 * tried again is held: it knows how often it was.
 *
 * A clock that people set may jump, so no wait is longer than a minute
 * (clock_deadline()); one that a test sets wakes us itself.
 */
#include "engine/cron.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "engine/scheduler.h"

struct plan {
	uint64_t due_ms;
	struct id id;
	struct actor *turn; /* a worker's, and no tick; a reference */
};

/* An actor whose turn was passed on. */
struct passed {
	struct passed *next;
	struct actor *actor;
};

struct cron {
	struct engine *engine;
	struct clock_watch watch;
	pthread_t thread;
	bool started;

	pthread_mutex_t lock; /* all of this paragraph */
	pthread_cond_t wake;
	bool stopping;
	struct plan *heap; /* the soonest first */
	size_t count, room;
	struct passed *passed, **passed_end;
};

/* --- the heap --- */

static void
swap(struct cron *c, size_t a, size_t b)
{
	struct plan kept = c->heap[a];

	c->heap[a] = c->heap[b];
	c->heap[b] = kept;
}

static void
heap_put(struct cron *c, const struct plan *p)
{
	size_t at = c->count++;

	if (c->count > c->room) {
		c->room = c->room ? c->room * 2 : 64;
		c->heap = xrealloc(c->heap, c->room * sizeof(*c->heap));
	}
	c->heap[at] = *p;
	for (; at > 0 && c->heap[at].due_ms < c->heap[(at - 1) / 2].due_ms;
	     at = (at - 1) / 2)
		swap(c, at, (at - 1) / 2);
}

/* There is one. */
static struct plan
heap_take(struct cron *c)
{
	struct plan first = c->heap[0];
	size_t at = 0;

	c->heap[0] = c->heap[--c->count];
	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1;
		     child <= 2 * at + 2 && child < c->count; child++)
			if (c->heap[child].due_ms < c->heap[least].due_ms)
				least = child;
		if (least == at)
			return first;
		swap(c, at, least);
		at = least;
	}
}

/* --- the thread --- */

/* A process that cannot be read has no ticks until the next start. */
static void
run_due(struct engine *e, const struct plan *p)
{
	struct error err;

	if (p->turn) {
		lock(&p->turn->lock);
		p->turn->turn_planned = false;
		unlock(&p->turn->lock);
		engine_wake(e, p->turn);
		engine_unref(e, p->turn);
	} else if (scheduler_tick(e, &p->id, true, &err) < 0 &&
	    !atomic_load(&e->failed) && !atomic_load(&e->stopping))
		fprintf(stderr, "aosh: process %s: cron: %s\n",
		    id_encode(&p->id).text, err.text);
}

/* A plan that is due, and a turn that was passed on: one of each at a time. */
static bool
run_one(struct cron *c)
{
	bool due = c->count > 0 && c->heap[0].due_ms <= clock_wall_ms();
	struct passed *p = c->passed;
	struct plan plan;

	if (due)
		plan = heap_take(c);
	if (p)
		c->passed = p->next;
	if (!c->passed)
		c->passed_end = &c->passed;
	if (!due && !p)
		return false;
	unlock(&c->lock);
	if (due)
		run_due(c->engine, &plan);
	if (p)
		scheduler_go_on(c->engine, p->actor);
	free(p);
	lock(&c->lock);
	return true;
}

/* The lock is held but for the turns. */
static void *
cron_main(void *arg)
{
	struct cron *c = arg;

	lock(&c->lock);
	while (!c->stopping)
		if (!run_one(c))
			cond_wait(&c->wake, &c->lock,
			    c->count ? clock_deadline(c->heap[0].due_ms) : 0);
	unlock(&c->lock);
	return NULL;
}

/* The wall clock was set by hand. */
static void
look_again(void *arg)
{
	struct cron *c = arg;

	lock(&c->lock);
	pthread_cond_signal(&c->wake);
	unlock(&c->lock);
}

static void
add_plan(struct cron *c, const struct plan *p)
{
	lock(&c->lock);
	heap_put(c, p);
	/* one that comes later than the first changes no waiting */
	if (c->heap[0].due_ms == p->due_ms)
		pthread_cond_signal(&c->wake);
	unlock(&c->lock);
}

void
cron_plan(struct cron *c, const struct id *id, uint64_t due_ms)
{
	const struct plan p = { due_ms, *id, NULL };

	add_plan(c, &p);
}

bool
cron_plan_turn(struct cron *c, struct actor *a, uint64_t due_ms)
{
	const struct plan p = { due_ms, a->id, a };
	bool planned;

	lock(&a->lock);
	planned = a->turn_planned;
	a->turn_planned = true;
	unlock(&a->lock);
	if (planned)
		return false;
	(void)actor_ref(a);
	add_plan(c, &p);
	return true;
}

void
cron_pass(struct cron *c, struct actor *a)
{
	struct passed *p = xmalloc(sizeof(*p));

	*p = (struct passed){ NULL, a };
	lock(&c->lock);
	*c->passed_end = p;
	c->passed_end = &p->next;
	pthread_cond_signal(&c->wake);
	unlock(&c->lock);
}

struct cron *
cron_new(struct engine *e)
{
	struct cron *c = xcalloc(1, sizeof(*c));

	c->engine = e;
	c->passed_end = &c->passed;
	pthread_mutex_init(&c->lock, NULL);
	cond_init(&c->wake);
	return c;
}

/* Their times are not known before they are read: look at each. */
static bool
plan_process(void *arg, const struct journal_process *p)
{
	cron_plan(arg, &p->id, 0);
	return true;
}

int
cron_start(struct cron *c, struct error *err)
{
	if (journal_walk_cron(c->engine->journal, plan_process, c, err) < 0 ||
	    thread_start(&c->thread, "cron", cron_main, c, err) < 0)
		return -1;
	c->started = true;
	c->watch = (struct clock_watch){ .fn = look_again, .arg = c };
	clock_watch(&c->watch);
	return 0;
}

void
cron_stop(struct cron *c)
{
	if (!c->started)
		return;
	clock_unwatch(&c->watch);
	lock(&c->lock);
	c->stopping = true;
	pthread_cond_signal(&c->wake);
	unlock(&c->lock);
	thread_join(c->thread);
	c->started = false;
}

void
cron_free(struct cron *c)
{
	if (!c)
		return;
	while (c->passed) {
		struct passed *next = c->passed->next;

		free(c->passed);
		c->passed = next;
	}
	free(c->heap);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
