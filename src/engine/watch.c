/*
 * A watch is a list entry and a write to an eventfd, which never blocks in this
 * mode. Nothing is passed along: whoever is woken reads the log from where it
 * was, so many wakes may become one and none is lost.
 */
#include "engine/watch.h"

#include <stdlib.h>
#include <sys/eventfd.h>

#include "base/alloc.h"

struct watcher {
	struct watcher *next;
	int fd;
};

void
watch_init(struct watch_list *w)
{
	pthread_mutex_init(&w->lock, NULL);
	w->by_id = (struct map)MAP_INIT;
}

void
watch_release(struct watch_list *w)
{
	size_t at = 0;
	struct span key;
	void *value;

	while (map_next(&w->by_id, &at, &key, &value)) {
		struct watcher *next = value;

		while (next) {
			struct watcher *watcher = next;

			next = watcher->next;
			free(watcher);
		}
	}
	map_release(&w->by_id);
	pthread_mutex_destroy(&w->lock);
}

void
watch_add(struct watch_list *w, const struct id *id, int fd)
{
	struct watcher *watcher = xmalloc(sizeof(*watcher));

	watcher->fd = fd;
	lock(&w->lock);
	watcher->next = map_get(&w->by_id, id_span(id));
	map_put(&w->by_id, id_span(id), watcher);
	unlock(&w->lock);
}

void
watch_remove(struct watch_list *w, const struct id *id, int fd)
{
	struct watcher *first;
	struct watcher **at;

	lock(&w->lock);
	first = map_get(&w->by_id, id_span(id));
	for (at = &first; *at && (*at)->fd != fd; at = &(*at)->next)
		continue;
	if (*at) {
		struct watcher *gone = *at;

		*at = gone->next;
		free(gone);
		if (first)
			map_put(&w->by_id, id_span(id), first);
		else
			map_remove(&w->by_id, id_span(id));
	}
	unlock(&w->lock);
}

/* The lock is held, so no descriptor here is closed meanwhile. */
static void
wake(const struct watcher *watcher)
{
	for (; watcher; watcher = watcher->next)
		/* a full counter is readable already */
		(void)eventfd_write(watcher->fd, 1);
}

void
watch_notify(struct watch_list *w, const struct id *id)
{
	lock(&w->lock);
	wake(map_get(&w->by_id, id_span(id)));
	unlock(&w->lock);
}

void
watch_notify_all(struct watch_list *w)
{
	size_t at = 0;
	struct span key;
	void *value;

	lock(&w->lock);
	while (map_next(&w->by_id, &at, &key, &value))
		wake(value);
	unlock(&w->lock);
}
