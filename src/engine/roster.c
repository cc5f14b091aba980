/*
 * The last reference is given back under the lock of the shard, so that nobody
 * can find an actor that is just being freed.
 *
 * The list of those with something to give back is ordered by their last use.
 * It counts each of them once.
 */
#include "engine/roster.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "engine/actor.h"

void
roster_init(struct roster *r)
{
	for (int i = 0; i < ROSTER_SHARDS; i++) {
		pthread_mutex_init(&r->shards[i].lock, NULL);
		r->shards[i].by_id = (struct map)MAP_INIT;
	}
	pthread_mutex_init(&r->cold_lock, NULL);
	r->coldest = NULL;
	r->warmest = NULL;
}

void
roster_release(struct roster *r)
{
	for (int i = 0; i < ROSTER_SHARDS; i++) {
		struct roster_shard *s = &r->shards[i];
		size_t at = 0;
		struct span key;
		void *value;

		while (map_next(&s->by_id, &at, &key, &value))
			actor_free(value);
		map_release(&s->by_id);
		pthread_mutex_destroy(&s->lock);
	}
	pthread_mutex_destroy(&r->cold_lock);
}

/* Ids are hashes: any byte of them spreads well. */
static struct roster_shard *
shard_of(struct roster *r, const struct id *id)
{
	return &r->shards[id->bytes[0] % ROSTER_SHARDS];
}

struct actor *
roster_get(struct roster *r, const struct id *id)
{
	struct roster_shard *s = shard_of(r, id);
	struct actor *a;

	lock(&s->lock);
	a = map_get(&s->by_id, id_span(id));
	if (a)
		(void)actor_ref(a);
	unlock(&s->lock);
	return a;
}

struct actor *
roster_add(struct roster *r, struct actor *a)
{
	struct roster_shard *s = shard_of(r, &a->id);
	struct actor *first;

	lock(&s->lock);
	first = map_get(&s->by_id, id_span(&a->id));
	if (first)
		(void)actor_ref(first);
	else
		map_put(&s->by_id, id_span(&a->id), a);
	unlock(&s->lock);
	if (!first)
		return a;
	actor_free(a);
	return first;
}

/* False: it is the last one. */
static bool
drop_one_of_many(struct actor *a)
{
	unsigned refs = atomic_load(&a->refs);

	while (refs > 1)
		if (atomic_compare_exchange_weak(&a->refs, &refs, refs - 1))
			return true;
	return false;
}

void
roster_unref(struct roster *r, struct actor *a)
{
	struct roster_shard *s = shard_of(r, &a->id);
	bool gone;

	if (drop_one_of_many(a))
		return;
	lock(&s->lock);
	gone = atomic_fetch_sub(&a->refs, 1) == 1 && actor_may_go(a);
	if (gone)
		map_remove(&s->by_id, id_span(&a->id));
	unlock(&s->lock);
	if (gone)
		actor_free(a);
}

/* Those of a shard, each with a reference; owned. */
static struct actor **
collect(struct roster_shard *s, size_t *count)
{
	struct actor **all;
	size_t at = 0;
	struct span key;
	void *value;

	*count = 0;
	lock(&s->lock);
	all = xcalloc(s->by_id.count + 1, sizeof(struct actor *));
	while (map_next(&s->by_id, &at, &key, &value))
		all[(*count)++] = actor_ref(value);
	unlock(&s->lock);
	return all;
}

void
roster_each(struct roster *r, void (*fn)(void *, struct actor *), void *arg)
{
	for (int i = 0; i < ROSTER_SHARDS; i++) {
		size_t count;
		struct actor **all = collect(&r->shards[i], &count);

		for (size_t j = 0; j < count; j++) {
			fn(arg, all[j]);
			roster_unref(r, all[j]);
		}
		free(all);
	}
}

/* --- the list; its lock is held --- */

static void
take_out(struct roster *r, struct actor *a)
{
	if (a->colder)
		a->colder->warmer = a->warmer;
	else
		r->coldest = a->warmer;
	if (a->warmer)
		a->warmer->colder = a->colder;
	else
		r->warmest = a->colder;
	a->colder = NULL;
	a->warmer = NULL;
	a->listed = false;
}

static void
put_last(struct roster *r, struct actor *a)
{
	a->colder = r->warmest;
	a->warmer = NULL;
	if (r->warmest)
		r->warmest->warmer = a;
	else
		r->coldest = a;
	r->warmest = a;
	a->listed = true;
}

void
roster_touch(struct roster *r, struct actor *a)
{
	lock(&r->cold_lock);
	if (a->listed && r->warmest != a)
		take_out(r, a);
	else if (!a->listed)
		(void)actor_ref(a);
	if (!a->listed)
		put_last(r, a);
	unlock(&r->cold_lock);
}

void
roster_forget(struct roster *r, struct actor *a)
{
	bool was;

	lock(&r->cold_lock);
	was = a->listed;
	if (was)
		take_out(r, a);
	unlock(&r->cold_lock);
	if (was)
		roster_unref(r, a);
}

struct actor *
roster_coldest(struct roster *r)
{
	struct actor *a;

	lock(&r->cold_lock);
	a = r->coldest;
	if (a)
		take_out(r, a);
	unlock(&r->cold_lock);
	return a;
}
