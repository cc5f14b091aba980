/*
 * One queue and one lock for all workers: a turn takes far longer than the few
 * steps of a ring that the lock is held for. An actor that wants another turn
 * goes to the end, so that a busy process cannot keep the others waiting.
 *
 * Actors with a busy lane stay where they are in the queue and are passed over;
 * whoever frees the lane wakes somebody to look again.
 */
#include "engine/worker.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"

enum {
	/* how often what still runs is told to end */
	POKE_NS = 20000000
};

/* A ring that grows: actors in the order in which they came. */
struct worker_pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct actor **ring;
	size_t room, head, count;
	bool lane_busy[VM_LANES];
	bool stopping;

	worker_turn_fn turn;
	void *arg;
	unsigned threads;
	pthread_t thread[WORKERS_MAX];
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

/* The first actor whose lane is free, taken out; NULL: none. */
static struct actor *
take(struct worker_pool *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct actor *a = p->ring[(p->head + i) % p->room];

		if (p->lane_busy[a->lane])
			continue;
		/* close the gap: the ones before it move up by one */
		for (; i > 0; i--)
			p->ring[(p->head + i) % p->room] =
			    p->ring[(p->head + i - 1) % p->room];
		p->head = (p->head + 1) % p->room;
		p->count--;
		return a;
	}
	return NULL;
}

/* The lock is held but for the turn itself. */
static void *
worker_main(void *arg)
{
	struct worker_pool *p = arg;
	struct actor *a;

	lock(&p->lock);
	while (!p->stopping) {
		unsigned lane;
		bool again;

		a = take(p);
		if (!a) {
			cond_wait(&p->wake, &p->lock, 0);
			continue;
		}
		/* the actor may be gone behind its turn */
		lane = a->lane;
		p->lane_busy[lane] = true;
		unlock(&p->lock);
		again = p->turn(p->arg, a);
		lock(&p->lock);
		p->lane_busy[lane] = false;
		if (again)
			put(p, a);
		/* somebody may have passed over this lane */
		if (p->count)
			pthread_cond_signal(&p->wake);
	}
	unlock(&p->lock);
	return NULL;
}

struct worker_pool *
workers_new(worker_turn_fn turn, void *arg)
{
	struct worker_pool *p = xcalloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	cond_init(&p->wake);
	p->turn = turn;
	p->arg = arg;
	return p;
}

int
workers_start(struct worker_pool *p, unsigned count, struct error *err)
{
	char name[16];

	while (p->threads < count && p->threads < WORKERS_MAX) {
		snprintf(name, sizeof(name), "worker %u", p->threads);
		if (thread_start(&p->thread[p->threads], name, worker_main, p,
			err) < 0)
			return -1;
		p->threads++;
	}
	return 0;
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
	unlock(&p->lock);
	for (unsigned i = 0; i < p->threads; i++)
		do {
			if (poke)
				poke(arg);
		} while (!join_soon(p->thread[i]));
	p->threads = 0;
}

void
workers_free(struct worker_pool *p)
{
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
	free(p->ring);
	free(p);
}

void
workers_queue(struct worker_pool *p, struct actor *a)
{
	lock(&p->lock);
	put(p, a);
	pthread_cond_signal(&p->wake);
	unlock(&p->lock);
}
