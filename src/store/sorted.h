/*
 * sorted - a map from short byte keys to bytes, in the order of its keys.
 *
 * A skip list: finding and putting take some log4(n) steps, putting behind the
 * last key a constant number. Keys and values are copied. A struct sorted must
 * not be moved in memory while it is used.
 *
 * Threads: any number may read together, a change wants to be alone.
 */
#ifndef STORE_SORTED_H
#define STORE_SORTED_H

#include "base/span.h"

enum {
	SORTED_LEVELS = 12, /* enough for 4^12 entries */
	SORTED_KEY_MAX = 255
};

struct sorted_entry;

struct sorted {
	struct sorted_entry *first[SORTED_LEVELS];
	struct sorted_entry **end[SORTED_LEVELS]; /* where the next one hangs */
	size_t count;
	size_t bytes; /* of keys, values and their keeping */
	uint64_t random;
};

/* An empty map; end with sorted_release(). */
void sorted_init(struct sorted *s);
/* Frees all entries; the map is empty and may be used again. */
void sorted_release(struct sorted *s);

/* Set the value of a key of at most SORTED_KEY_MAX bytes. */
void sorted_put(struct sorted *s, struct span key, struct span value);
/* False: no such key. The value is borrowed until the next change. */
bool sorted_get(const struct sorted *s, struct span key, struct span *value);
/* Removing what is not there is no failure. */
void sorted_remove(struct sorted *s, struct span key);

/*
 * Walking: the first entry whose key is >= `from` (empty: the first of all),
 * the last one, the one behind an entry; NULL at the end. Borrowed until the
 * next change.
 */
const struct sorted_entry *sorted_seek(const struct sorted *s,
    struct span from);
/* The entry with the greatest key; NULL: there is none. */
const struct sorted_entry *sorted_last(const struct sorted *s);
/* The entry behind `e`; NULL: it is the last. */
const struct sorted_entry *sorted_next(const struct sorted_entry *e);
/* Its key. */
struct span sorted_key(const struct sorted_entry *e);
/* Its value. */
struct span sorted_value(const struct sorted_entry *e);

#endif
