/*
 * map - from short byte keys to pointers; open addressing, keys copied.
 *
 * Keys are ids, names and numbers of at most MAP_KEY_MAX bytes. Values are
 * borrowed: the map never frees them and cannot hold NULL. The walk's order
 * has no meaning. Not for several threads at once.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/span.h"

enum {
	MAP_KEY_MAX = 255
};

struct map_entry;

struct map {
	struct map_entry *entries;
	size_t room; /* a power of two, or 0 */
	size_t count;
	size_t used; /* entries and the marks of removed ones */
};

#define MAP_INIT              \
	{                     \
		NULL, 0, 0, 0 \
	}

/* Free the keys and the table, not the values; the map is empty again. */
void map_release(struct map *m);
/* The value, or NULL. */
void *map_get(const struct map *m, struct span key);
/* Set the value of a key; gives the one it had, or NULL. */
void *map_put(struct map *m, struct span key, void *value);
/* Take the key out; gives the value it had, or NULL. */
void *map_remove(struct map *m, struct span key);
/*
 * Walk: start with *at = 0; false at the end. Removing the entry just given is
 * allowed while walking, adding is not.
 */
bool map_next(const struct map *m, size_t *at, struct span *key, void **value);

#endif
