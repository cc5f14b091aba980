/*
 * A key may be woken between the handler's look and its HTTP_WAIT. So wakes are
 * counted, by bucket: whoever finds that there were some since it said what it
 * waits for looks again. A bucket that several keys share costs looks, no more.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "net/http_exchange.h"

static void *
pool_main(void *arg)
{
	struct http_server *s = arg;
	struct http_pool *p = &s->pool;

	lock(&p->lock);
	for (;;) {
		struct http_exchange *x = p->first;

		if (!x && p->ending)
			break;
		if (!x) {
			cond_wait(&p->wake, &p->lock, 0);
			continue;
		}
		p->first = x->next;
		if (!p->first)
			p->end = &p->first;
		unlock(&p->lock);
		(void)exchange_run(x);
		lock(&p->lock);
	}
	unlock(&p->lock);
	return NULL;
}

void
pool_init(struct http_pool *p)
{
	pthread_mutex_init(&p->lock, NULL);
	cond_init(&p->wake);
	p->end = &p->first;
}

int
pool_start(struct http_pool *p, struct http_server *s, struct error *err)
{
	unsigned threads = s->config.threads < POOL_THREADS_MAX
	    ? s->config.threads
	    : POOL_THREADS_MAX;

	for (; p->started < threads; p->started++)
		if (thread_start(&p->threads[p->started], "http", pool_main, s,
			err) < 0)
			return -1;
	return 0;
}

void
pool_close(struct http_pool *p)
{
	lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->wake);
	unlock(&p->lock);
	while (p->started)
		thread_join(p->threads[--p->started]);
	pthread_cond_destroy(&p->wake);
	pthread_mutex_destroy(&p->lock);
}

/* With the lock held. */
static void
queue(struct http_pool *p, struct http_exchange *x)
{
	x->next = NULL;
	*p->end = x;
	p->end = &x->next;
	pthread_cond_signal(&p->wake);
}

void
pool_add(struct http_pool *p, struct http_exchange *x)
{
	lock(&p->lock);
	queue(p, x);
	unlock(&p->lock);
}

static size_t
bucket_of(uint64_t key)
{
	return key % WAIT_BUCKETS;
}

void
pool_park(struct http_pool *p, struct http_exchange *x)
{
	size_t at = bucket_of(x->key);

	lock(&p->lock);
	if (p->wakes[at] != x->wakes || x->request.late) {
		queue(p, x);
	} else {
		x->next = p->waiting[at];
		p->waiting[at] = x;
		p->waiting_count++;
	}
	unlock(&p->lock);
}

/* Those of a bucket that are wanted go to the queue; the lock is held. */
static void
release(struct http_pool *p, size_t at, uint64_t key, uint64_t now, bool late)
{
	struct http_exchange **x = &p->waiting[at];

	while (*x) {
		struct http_exchange *one = *x;
		bool due = now && one->deadline_ns <= now;

		if (now ? !due : (key && one->key != key)) {
			x = &one->next;
			continue;
		}
		*x = one->next;
		p->waiting_count--;
		one->request.late = late || due;
		queue(p, one);
	}
}

void
pool_wake(struct http_pool *p, uint64_t key, bool late)
{
	size_t from = key ? bucket_of(key) : 0;
	size_t to = key ? from : WAIT_BUCKETS - 1;

	lock(&p->lock);
	for (size_t at = from; at <= to; at++) {
		p->wakes[at]++;
		release(p, at, key, 0, late);
	}
	unlock(&p->lock);
}

void
pool_expire(struct http_pool *p, uint64_t now)
{
	lock(&p->lock);
	for (size_t at = 0; at < WAIT_BUCKETS; at++)
		release(p, at, 0, now, true);
	unlock(&p->lock);
}

void
http_wait_for(struct http_request *r, uint64_t key)
{
	struct http_exchange *x = r->exchange;
	struct http_pool *p = &x->server->pool;

	lock(&p->lock);
	x->key = key;
	x->wakes = p->wakes[bucket_of(key)];
	unlock(&p->lock);
}
