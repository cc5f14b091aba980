/*
 * Open addressing with linear steps in a table that is a power of two and at
 * most three quarters used, marks of removed entries included: a search always
 * ends at a free entry. A removed entry leaves a mark, since chains of others
 * may go through it; rebuilding drops the marks, and the table may then be
 * smaller.
 *
 * Keys are copied, since ids come from items that do not last.
 */
#include "base/map.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"

struct map_entry {
	void *value; /* NULL: free, or removed when `removed` is set */
	uint64_t hash;
	uint8_t *key;
	uint8_t key_len;
	bool removed;
};

enum {
	SMALLEST_ROOM = 16
};

/* FNV-1a, stirred: keys are ids already, or few. */
static uint64_t
hash_of(struct span key)
{
	uint64_t h = 0xcbf29ce484222325U;

	for (size_t i = 0; i < key.len; i++)
		h = (h ^ key.p[i]) * 0x100000001b3U;
	return h ^ h >> 29;
}

/* The hash first: it tells almost all others apart. */
static bool
holds(const struct map_entry *e, uint64_t hash, struct span key)
{
	return e->value && e->hash == hash &&
	    span_equal(span_of(e->key, e->key_len), key);
}

/* The entry that holds the key, or the free one at the end of its chain. */
static struct map_entry *
find(const struct map *m, uint64_t hash, struct span key)
{
	size_t i = hash & (m->room - 1);

	while (m->entries[i].value || m->entries[i].removed) {
		if (holds(&m->entries[i], hash, key))
			break;
		i = (i + 1) & (m->room - 1);
	}
	return &m->entries[i];
}

void
map_release(struct map *m)
{
	for (size_t i = 0; i < m->room; i++)
		free(m->entries[i].key);
	free(m->entries);
	*m = (struct map)MAP_INIT;
}

void *
map_get(const struct map *m, struct span key)
{
	return m->room ? find(m, hash_of(key), key)->value : NULL;
}

/* Double the room, or only drop the marks of removed entries. */
static void
rebuild(struct map *m)
{
	struct map old = *m;

	m->room = SMALLEST_ROOM;
	while (m->room < old.count * 4)
		m->room *= 2;
	m->entries = xcalloc(m->room, sizeof(*m->entries));
	m->used = m->count;
	for (size_t i = 0; i < old.room; i++) {
		const struct map_entry *e = &old.entries[i];

		if (e->value)
			*find(m, e->hash, span_of(e->key, e->key_len)) = *e;
	}
	free(old.entries);
}

void *
map_put(struct map *m, struct span key, void *value)
{
	uint64_t hash = hash_of(key);
	struct map_entry *e;
	void *before;

	ASSERT(value && key.len <= MAP_KEY_MAX);
	if (m->used * 4 >= m->room * 3)
		rebuild(m);
	e = find(m, hash, key);
	before = e->value;
	if (!before) {
		e->key = memcpy(xmalloc(key.len),
		    key.len ? key.p : (const uint8_t *)"", key.len);
		e->key_len = (uint8_t)key.len;
		e->hash = hash;
		m->count++;
		m->used++;
	}
	e->value = value;
	return before;
}

void *
map_remove(struct map *m, struct span key)
{
	struct map_entry *e;
	void *before;

	if (!m->room)
		return NULL;
	e = find(m, hash_of(key), key);
	before = e->value;
	if (before) {
		free(e->key);
		*e = (struct map_entry){ .removed = true };
		m->count--;
	}
	return before;
}

bool
map_next(const struct map *m, size_t *at, struct span *key, void **value)
{
	for (; *at < m->room; (*at)++) {
		const struct map_entry *e = &m->entries[*at];

		if (!e->value)
			continue;
		*key = span_of(e->key, e->key_len);
		*value = e->value;
		(*at)++;
		return true;
	}
	return false;
}
