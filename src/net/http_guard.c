/*
 * MHD ends connections on which nothing moves; one that sends a byte now and
 * then moves. So a thread looks at all of them once a second and shuts down
 * those whose request has not come in its time. Shutting down is all it does:
 * the connection is MHD's, which sees the end and closes it.
 *
 * A bucket holds requests that an address may still make: one second's worth at
 * most, filled as time goes. Full ones are forgotten.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/http_exchange.h"

enum {
	LOOK_NS = 1000 * 1000 * 1000,
	/* a reply that is not taken by then will never be */
	SEND_S = 600,
};

struct bucket {
	double tokens;
	uint64_t at_ns;
};

static void
end_slow(struct http_guard *g, uint64_t now)
{
	for (struct http_peer *p = g->peers; p; p = p->next) {
		uint64_t most =
		    p->busy ? UINT64_C(1000000000) * SEND_S : g->slow_ns;

		if (now - p->since_ns > most)
			(void)shutdown(p->fd, SHUT_RDWR);
	}
}

static void
fill(const struct http_guard *g, struct bucket *b, uint64_t now)
{
	b->tokens += (double)(now - b->at_ns) / 1e9 * g->rate;
	if (b->tokens > g->rate)
		b->tokens = g->rate;
	b->at_ns = now;
}

static void
forget_full(struct http_guard *g, uint64_t now)
{
	size_t at = 0;
	struct span key;
	void *value;

	while (map_next(&g->buckets, &at, &key, &value)) {
		struct bucket *b = value;

		fill(g, b, now);
		if (b->tokens < g->rate)
			continue;
		(void)map_remove(&g->buckets, key);
		free(b);
	}
}

static void *
guard_main(void *arg)
{
	struct http_guard *g = arg;

	lock(&g->lock);
	while (!g->ending) {
		uint64_t now = clock_now_ns();

		end_slow(g, now);
		forget_full(g, now);
		unlock(&g->lock);
		pool_expire(&g->server->pool, now);
		lock(&g->lock);
		if (!g->ending)
			cond_wait(&g->wake, &g->lock, now + LOOK_NS);
	}
	unlock(&g->lock);
	return NULL;
}

void
guard_init(struct http_guard *g, struct http_server *s)
{
	pthread_mutex_init(&g->lock, NULL);
	cond_init(&g->wake);
	g->server = s;
	g->rate = s->config.rate;
	g->slow_ns = ((uint64_t)s->config.read_ms + s->config.idle_ms) *
	    UINT64_C(1000000);
}

int
guard_start(struct http_guard *g, struct error *err)
{
	g->started =
	    thread_start(&g->thread, "http guard", guard_main, g, err) == 0;
	return g->started ? 0 : -1;
}

void
guard_close(struct http_guard *g)
{
	size_t at = 0;
	struct span key;
	void *value;

	lock(&g->lock);
	g->ending = true;
	pthread_cond_signal(&g->wake);
	unlock(&g->lock);
	if (g->started)
		thread_join(g->thread);
	while (map_next(&g->buckets, &at, &key, &value))
		free(value);
	map_release(&g->buckets);
	pthread_cond_destroy(&g->wake);
	pthread_mutex_destroy(&g->lock);
}

struct http_peer *
guard_enter(struct http_guard *g, struct MHD_Connection *c)
{
	struct http_peer *p = xcalloc(1, sizeof(*p));

	p->fd = mhd.get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)
		    ->connect_fd;
	p->since_ns = clock_now_ns();
	lock(&g->lock);
	p->next = g->peers;
	if (g->peers)
		g->peers->prev = p;
	g->peers = p;
	g->count++;
	unlock(&g->lock);
	return p;
}

void
guard_leave(struct http_guard *g, struct http_peer *p)
{
	lock(&g->lock);
	if (p->prev)
		p->prev->next = p->next;
	else
		g->peers = p->next;
	if (p->next)
		p->next->prev = p->prev;
	g->count--;
	unlock(&g->lock);
	free(p);
}

void
guard_busy(struct http_guard *g, struct http_peer *p, bool busy)
{
	uint64_t now = clock_now_ns();

	lock(&g->lock);
	p->busy = busy;
	p->since_ns = now;
	unlock(&g->lock);
}

/* Of its address alone, without the port; empty: of no network. */
static struct span
address_of(struct MHD_Connection *c)
{
	const struct sockaddr *a =
	    mhd.get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
		->client_addr;

	if (a && a->sa_family == AF_INET)
		return span_of(&((const struct sockaddr_in *)a)->sin_addr, 4);
	if (a && a->sa_family == AF_INET6)
		/* a house has a whole /64 */
		return span_of(&((const struct sockaddr_in6 *)a)->sin6_addr, 8);
	return span_of(NULL, 0);
}

bool
guard_allows(struct http_guard *g, struct MHD_Connection *c)
{
	struct span address = address_of(c);
	struct bucket *b;
	bool allowed;

	if (!g->rate || address.len == 0)
		return true;
	lock(&g->lock);
	b = map_get(&g->buckets, address);
	if (!b) {
		b = xcalloc(1, sizeof(*b));
		b->tokens = g->rate;
		b->at_ns = clock_now_ns();
		map_put(&g->buckets, address, b);
	}
	fill(g, b, clock_now_ns());
	allowed = b->tokens >= 1;
	if (allowed)
		b->tokens--;
	unlock(&g->lock);
	return allowed;
}
