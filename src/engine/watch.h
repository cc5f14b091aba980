/*
 * watch - who wants to be woken when a process has something new.
 */
#ifndef ENGINE_WATCH_H
#define ENGINE_WATCH_H

#include "base/base64url.h"
#include "base/map.h"
#include "base/thread.h"

struct watch_list {
	pthread_mutex_t lock;
	struct map by_id; /* id -> struct watcher, a list */
};

/* An empty list; end with watch_release(). */
void watch_init(struct watch_list *w);
/* Forgets all watches; their descriptors stay the watchers'. */
void watch_release(struct watch_list *w);
/* `fd` is an eventfd in non-blocking mode, borrowed until watch_remove(). */
void watch_add(struct watch_list *w, const struct id *id, int fd);
/* Take one watch out; none of that process and number is no failure. */
void watch_remove(struct watch_list *w, const struct id *id, int fd);
/* Make the eventfds of `id` readable. */
void watch_notify(struct watch_list *w, const struct id *id);
/* The same for all: the engine has failed, and waiting is in vain. */
void watch_notify_all(struct watch_list *w);

#endif
