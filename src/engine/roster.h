/*
 * roster - the actors that are in memory, by id, and which of them is coldest.
 *
 * An actor is counted by reference: by whoever looked it up, by the run queue,
 * by each batch on its way to the disk, and as long as it is awake, until the
 * memory budget puts it to sleep (awake.h). With the last reference it goes out
 * of memory. So a process that nobody uses costs disk alone.
 *
 * Threads: any.
 */
#ifndef ENGINE_ROSTER_H
#define ENGINE_ROSTER_H

#include "base/map.h"
#include "base/thread.h"

struct actor;

enum {
	ROSTER_SHARDS = 16 /* each with a lock of its own */
};

struct roster_shard {
	pthread_mutex_t lock;
	struct map by_id; /* id -> struct actor */
};

struct roster {
	struct roster_shard shards[ROSTER_SHARDS];
	pthread_mutex_t cold_lock; /* of the list of those that may sleep */
	struct actor *coldest;
	struct actor *warmest;
};

/* Empty; end with roster_release(). */
void roster_init(struct roster *r);
/* Frees all actors, whatever counts them: no thread can reach them any more. */
void roster_release(struct roster *r);

struct id;
/* The actor of that id, one reference; NULL: it is not in memory. */
struct actor *roster_get(struct roster *r, const struct id *id);
/*
 * Put a new actor in, unless somebody was faster: gives the one that is there,
 * one reference, and frees the other.
 */
struct actor *roster_add(struct roster *r, struct actor *a);
/* Give a reference back; frees `a` as said above. */
void roster_unref(struct roster *r, struct actor *a);
/* fn(arg, actor) for each; it may use the roster. */
void roster_each(struct roster *r, void (*fn)(void *, struct actor *),
    void *arg);

/* `a` has something to give back, and was used just now: it is the last that
 * will be asked to. The caller has a reference. */
void roster_touch(struct roster *r, struct actor *a);
/* It has nothing any more. The caller has a reference. */
void roster_forget(struct roster *r, struct actor *a);
/* Take the coldest out of the list, one reference; NULL: there is none. */
struct actor *roster_coldest(struct roster *r);

#endif
