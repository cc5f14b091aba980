/*
 * An eventfd for each process that somebody waits for, and a thread that looks
 * at all of them. A watch stays for a while after the last who asked for it,
 * since the same clients ask again.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/serve_inner.h"

enum {
	EVENTS = 64,
	LOOK_MS = 5000,
	LINGER_MS = 10000, /* beyond the longest wait */
};

struct watched {
	struct id id;
	int fd;
	uint64_t used_ns;
};

/* Ids are hashes; 0 would mean all. */
static uint64_t
key_of(const struct id *id)
{
	uint64_t key;

	memcpy(&key, id->bytes, sizeof(key));
	return key ? key : 1;
}

static void
end_watch(struct waits *w, struct watched *p)
{
	w->serve->node->ops->unwatch(w->serve->node, &p->id, p->fd);
	/* out of epoll with it */
	(void)close(p->fd);
	free(p);
}

/* One that nobody has asked for in a long time, taken out; NULL: none. */
static struct watched *
take_old(struct waits *w)
{
	uint64_t now = clock_now_ns();
	struct watched *old = NULL;
	size_t at = 0;
	struct span key;
	void *value;

	lock(&w->lock);
	while (!old && map_next(&w->watched, &at, &key, &value)) {
		struct watched *p = value;

		if (now - p->used_ns < w->keep_ns)
			continue;
		(void)map_remove(&w->watched, key);
		old = p;
	}
	unlock(&w->lock);
	return old;
}

static void
forget_old(struct waits *w)
{
	struct watched *old;

	while ((old = take_old(w)))
		end_watch(w, old);
}

static void *
waits_main(void *arg)
{
	struct waits *w = arg;

	for (;;) {
		struct epoll_event events[EVENTS];
		int n = epoll_wait(w->epoll, events, EVENTS, LOOK_MS);

		if (n < 0 && errno != EINTR)
			return NULL;
		for (int i = 0; i < n; i++) {
			const struct watched *p = events[i].data.ptr;
			eventfd_t ignored;

			if (!p)
				return NULL;
			(void)eventfd_read(p->fd, &ignored);
			http_server_wake(w->serve->http, key_of(&p->id));
		}
		/* this thread alone frees what it has just looked at */
		forget_old(w);
	}
}

void
waits_init(struct waits *w)
{
	*w = (struct waits){ .epoll = -1, .stop = -1 };
	pthread_mutex_init(&w->lock, NULL);
}

int
waits_open(struct waits *w, struct serve *s, struct error *err)
{
	struct epoll_event e = { .events = EPOLLIN };

	w->serve = s;
	w->keep_ns =
	    ((uint64_t)s->config.http.wait_ms + LINGER_MS) * UINT64_C(1000000);
	w->epoll = epoll_create1(EPOLL_CLOEXEC);
	w->stop = eventfd(0, EFD_CLOEXEC);
	if (w->epoll < 0 || w->stop < 0 ||
	    epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->stop, &e) < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait for events");
	w->started =
	    thread_start(&w->thread, "http waits", waits_main, w, err) == 0;
	return w->started ? 0 : -1;
}

void
waits_close(struct waits *w)
{
	size_t at = 0;
	struct span key;
	void *value;

	if (w->started) {
		(void)eventfd_write(w->stop, 1);
		thread_join(w->thread);
	}
	while (map_next(&w->watched, &at, &key, &value))
		end_watch(w, value);
	map_release(&w->watched);
	if (w->epoll >= 0)
		(void)close(w->epoll);
	if (w->stop >= 0)
		(void)close(w->stop);
	pthread_mutex_destroy(&w->lock);
}

/* Found, and in use from now on. */
static bool
use_watch(struct waits *w, const struct id *process)
{
	struct watched *p;

	lock(&w->lock);
	p = map_get(&w->watched, id_span(process));
	if (p)
		p->used_ns = clock_now_ns();
	unlock(&w->lock);
	return p;
}

/* Into the map; false: somebody was faster. */
static bool
add_watch(struct waits *w, struct watched *p)
{
	bool mine;

	lock(&w->lock);
	mine = !map_get(&w->watched, id_span(&p->id));
	if (mine)
		map_put(&w->watched, id_span(&p->id), p);
	unlock(&w->lock);
	return mine;
}

/* No lock is held: the node has its own. */
static int
begin_watch(struct waits *w, const struct id *process, struct error *err)
{
	struct node *n = w->serve->node;
	struct watched *p = xcalloc(1, sizeof(*p));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = p };
	int rc = 0;

	p->id = *process;
	p->used_ns = clock_now_ns();
	p->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->fd < 0)
		rc = FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait for a process");
	else
		rc = n->ops->watch(n, process, p->fd, err);
	if (rc < 0) {
		if (p->fd >= 0)
			(void)close(p->fd);
		free(p);
		return -1;
	}
	/* only what is in the map is looked at, and freed by the one thread
	 * that looks */
	if (!add_watch(w, p))
		end_watch(w, p);
	else if (epoll_ctl(w->epoll, EPOLL_CTL_ADD, p->fd, &e) < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot wait for a process");
	return 0;
}

int
waits_for(struct waits *w, struct http_request *r, const struct id *process,
    struct error *err)
{
	if (!use_watch(w, process) && begin_watch(w, process, err) < 0)
		return -1;
	http_wait_for(r, key_of(process));
	return 0;
}
