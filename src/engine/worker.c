/*
 * One queue and one lock for all workers: a turn takes far longer than the few
 * steps of a ring that the lock is held for, and whoever is free takes what is
 * next, so no worker is idle while anything waits. An actor that wants another
 * turn goes to the end, so that a busy process cannot keep the others waiting.
 *
 * An actor with a busy lane is parked in a list of that lane when it comes to
 * the front; whoever frees the lane puts the first of them there again.
 *
 * The watchdog sleeps as long as nothing waits. While something does, it looks
 * at the workers every few milliseconds.
 */
#include "engine/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"

enum {
	/* how often what still runs is told to end */
	POKE_NS = 20000000,
	/* a turn of so long does not keep others from running beside it */
	LONG_TURN_NS = 5000000,
	/* that run beside long turns: more would only share the cores */
	SPARES_MAX = 62,
};

struct worker {
	struct worker_pool *pool;
	pthread_t thread;
	struct actor *actor; /* that has its turn; NULL: none */
	uint64_t began_ns;
	bool is_long; /* the watchdog has seen it */
};

/* A ring that grows: actors in the order in which they came. */
struct worker_pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;  /* workers */
	pthread_cond_t watch; /* the watchdog */
	struct actor **ring;
	size_t room, head, count;
	bool lane_busy[VM_LANES];
	struct actor *parked[VM_LANES], **parked_end[VM_LANES];
	size_t parked_count;
	bool stopping;

	const struct worker_ops *ops;
	void *arg;
	unsigned cores;
	unsigned busy;  /* workers in a turn */
	unsigned longs; /* of them those in a long one */
	unsigned threads;
	struct worker workers[WORKERS_MAX];
	bool watched; /* the watchdog runs */
	bool dozing;  /* it waits until somebody has to wait */
	pthread_t watchdog;
};

/* Never shrinks: one place for each actor at most. */
static void
grow(struct worker_pool *p)
{
	size_t room = p->room ? p->room * 2 : 64;
	struct actor **ring = xmalloc(room * sizeof(struct actor *));

	for (size_t i = 0; i < p->count; i++)
		ring[i] = p->ring[(p->head + i) % p->room];
	free(p->ring);
	p->ring = ring;
	p->room = room;
	p->head = 0;
}

static void
put(struct worker_pool *p, struct actor *a)
{
	if (p->count == p->room)
		grow(p);
	p->ring[(p->head + p->count++) % p->room] = a;
}

static void
put_first(struct worker_pool *p, struct actor *a)
{
	if (p->count == p->room)
		grow(p);
	p->head = (p->head + p->room - 1) % p->room;
	p->ring[p->head] = a;
	p->count++;
}

/* Somebody has to wait for others: the watchdog sees how long. */
static void
call_watchdog(struct worker_pool *p)
{
	if (p->dozing)
		pthread_cond_signal(&p->watch);
	p->dozing = false;
}

static void
park(struct worker_pool *p, struct actor *a)
{
	a->parked = NULL;
	*p->parked_end[a->lane] = a;
	p->parked_end[a->lane] = &a->parked;
	p->parked_count++;
	call_watchdog(p);
}

/* The lane is free: the first that waits for it is next. */
static void
unpark(struct worker_pool *p, unsigned lane)
{
	struct actor *a = p->parked[lane];

	if (!a)
		return;
	p->parked[lane] = a->parked;
	if (!p->parked[lane])
		p->parked_end[lane] = &p->parked[lane];
	p->parked_count--;
	put_first(p, a);
}

/* The first actor whose lane is free, taken out; NULL: none. */
static struct actor *
take(struct worker_pool *p)
{
	while (p->count) {
		struct actor *a = p->ring[p->head];

		p->head = (p->head + 1) % p->room;
		p->count--;
		if (!p->lane_busy[a->lane])
			return a;
		park(p, a);
	}
	return NULL;
}

/* May one more turn run now? */
static bool
may_run(const struct worker_pool *p)
{
	return p->busy < p->cores + p->longs;
}

/* The lock is held but for the turn itself. */
static void
run_turn(struct worker_pool *p, struct worker *w, struct actor *a)
{
	unsigned lane = a->lane;
	bool again;

	w->actor = a;
	w->began_ns = clock_now_ns();
	p->lane_busy[lane] = true;
	p->busy++;
	/* one signal may have stood for several actors */
	if (p->count && may_run(p))
		pthread_cond_signal(&p->wake);
	else if (p->count)
		call_watchdog(p);
	unlock(&p->lock);
	again = p->ops->turn(p->arg, a);
	lock(&p->lock);
	w->actor = NULL;
	p->busy--;
	p->longs -= w->is_long;
	w->is_long = false;
	p->lane_busy[lane] = false;
	if (again)
		put(p, a);
	unpark(p, lane);
	if (again)
		return;
	unlock(&p->lock);
	p->ops->release(p->arg, a);
	lock(&p->lock);
}

static void *
worker_main(void *arg)
{
	struct worker *w = arg;
	struct worker_pool *p = w->pool;

	lock(&p->lock);
	while (!p->stopping) {
		struct actor *a = may_run(p) ? take(p) : NULL;

		if (!a) {
			cond_wait(&p->wake, &p->lock, 0);
			continue;
		}
		run_turn(p, w, a);
	}
	unlock(&p->lock);
	return NULL;
}

/* --- the watchdog --- */

/* With the lock held. */
static int
start_worker(struct worker_pool *p, struct error *err)
{
	struct worker *w = &p->workers[p->threads];
	char name[16];

	snprintf(name, sizeof(name), "worker %u", p->threads);
	w->pool = p;
	if (thread_start(&w->thread, name, worker_main, w, err) < 0)
		return -1;
	p->threads++;
	return 0;
}

/* Long turns stop counting; one that could go beside them is woken. */
static void
note_long_turns(struct worker_pool *p, uint64_t now)
{
	unsigned spares = p->threads - p->cores;
	struct error err;

	for (unsigned i = 0; i < p->threads; i++) {
		struct worker *w = &p->workers[i];

		if (!w->actor || w->is_long || now - w->began_ns < LONG_TURN_NS)
			continue;
		w->is_long = true;
		p->longs++;
	}
	if (!p->count || !may_run(p))
		return;
	/* without another thread it goes on more slowly, no worse */
	if (p->busy == p->threads && spares < SPARES_MAX &&
	    p->threads < WORKERS_MAX)
		(void)start_worker(p, &err);
	pthread_cond_signal(&p->wake);
}

/* A turn whose lane somebody waits for, over its patience; counted. */
static struct actor *
find_obstacle(struct worker_pool *p, uint64_t now)
{
	for (unsigned i = 0; i < p->threads; i++) {
		const struct worker *w = &p->workers[i];

		if (w->actor && p->parked[w->actor->lane] &&
		    now - w->began_ns > atomic_load(&w->actor->patience_ns))
			return actor_ref(w->actor);
	}
	return NULL;
}

static void
preempt(struct worker_pool *p, struct actor *a)
{
	unlock(&p->lock);
	p->ops->preempt(p->arg, a);
	lock(&p->lock);
}

static void *
watchdog_main(void *arg)
{
	struct worker_pool *p = arg;

	lock(&p->lock);
	while (!p->stopping) {
		bool waiting = p->count > 0 || p->parked_count > 0;
		uint64_t now = clock_now_ns();
		struct actor *a;

		p->dozing = !waiting;
		cond_wait(&p->watch, &p->lock,
		    waiting ? now + LONG_TURN_NS : 0);
		if (p->stopping)
			break;
		now = clock_now_ns();
		note_long_turns(p, now);
		a = p->parked_count ? find_obstacle(p, now) : NULL;
		if (a)
			preempt(p, a);
	}
	unlock(&p->lock);
	return NULL;
}

/* --- the pool --- */

struct worker_pool *
workers_new(const struct worker_ops *ops, void *arg)
{
	struct worker_pool *p = xcalloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	cond_init(&p->wake);
	cond_init(&p->watch);
	for (int i = 0; i < VM_LANES; i++)
		p->parked_end[i] = &p->parked[i];
	p->ops = ops;
	p->arg = arg;
	return p;
}

int
workers_start(struct worker_pool *p, unsigned count, struct error *err)
{
	int rc = 0;

	lock(&p->lock);
	p->cores = count;
	while (rc == 0 && p->threads < count && p->threads < WORKERS_MAX)
		rc = start_worker(p, err);
	unlock(&p->lock);
	if (rc == 0)
		rc = thread_start(&p->watchdog, "watchdog", watchdog_main, p,
		    err);
	p->watched = rc == 0;
	return rc;
}

/* Wait for a thread for a moment; false: it still runs. */
static bool
join_soon(pthread_t thread)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += POKE_NS;
	if (t.tv_nsec >= 1000000000) {
		t.tv_nsec -= 1000000000;
		t.tv_sec++;
	}
	return pthread_timedjoin_np(thread, NULL, &t) == 0;
}

void
workers_stop(struct worker_pool *p, void (*poke)(void *), void *arg)
{
	lock(&p->lock);
	p->stopping = true;
	pthread_cond_broadcast(&p->wake);
	pthread_cond_signal(&p->watch);
	unlock(&p->lock);
	/* it starts workers: first */
	if (p->watched)
		thread_join(p->watchdog);
	p->watched = false;
	for (unsigned i = 0; i < p->threads; i++)
		do {
			if (poke)
				poke(arg);
		} while (!join_soon(p->workers[i].thread));
	p->threads = 0;
}

void
workers_free(struct worker_pool *p)
{
	pthread_cond_destroy(&p->wake);
	pthread_cond_destroy(&p->watch);
	pthread_mutex_destroy(&p->lock);
	free(p->ring);
	free(p);
}

void
workers_queue(struct worker_pool *p, struct actor *a)
{
	lock(&p->lock);
	put(p, a);
	if (may_run(p))
		pthread_cond_signal(&p->wake);
	else
		call_watchdog(p);
	unlock(&p->lock);
}

void
workers_stats(struct worker_pool *p, struct worker_stats *out)
{
	lock(&p->lock);
	*out = (struct worker_stats){ .threads = p->threads,
		.busy = p->busy,
		.queued = p->count + p->parked_count };
	unlock(&p->lock);
}
