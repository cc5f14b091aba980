/*
 * Why a skip list: entries come mostly in order (sequences, slots), where a put
 * at the end needs no search at all; walking is following one link; and nothing
 * is ever moved, so the writer may walk a sealed level while others look into
 * it.
 *
 * Levels are drawn from a generator with a fixed seed: the same puts make the
 * same list, and a test that fails fails again. An entry is one piece, its
 * links as many as it has levels, its key and its first value behind them. A
 * value that is replaced by a longer one moves out.
 *
 * Most comparisons of a search end with the first eight bytes of a key, kept as
 * a number beside the links.
 */
#include "store/sorted.h"

#include <endian.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"

struct sorted_entry {
	uint64_t head;  /* of the key: most comparisons end here */
	uint8_t *value; /* behind the key, or apart */
	uint32_t value_len;
	uint32_t value_room; /* of what `value` points to */
	uint8_t key_len;
	uint8_t levels;
	bool apart;
	struct sorted_entry *next[]; /* `levels` of them, then the key */
};

void
sorted_init(struct sorted *s)
{
	*s = (struct sorted){ .random = 0x9e3779b97f4a7c15U };
	for (int i = 0; i < SORTED_LEVELS; i++)
		s->end[i] = &s->first[i];
}

static void
entry_free(struct sorted_entry *e)
{
	if (e->apart)
		free(e->value);
	free(e);
}

void
sorted_release(struct sorted *s)
{
	struct sorted_entry *e = s->first[0];

	while (e) {
		struct sorted_entry *next = e->next[0];

		entry_free(e);
		e = next;
	}
	sorted_init(s);
}

struct span
sorted_key(const struct sorted_entry *e)
{
	return span_of(&e->next[e->levels], e->key_len);
}

struct span
sorted_value(const struct sorted_entry *e)
{
	return span_of(e->value, e->value_len);
}

/* The first eight bytes as a number that orders like them. */
static uint64_t
head_of(struct span key)
{
	uint64_t head = 0;

	memcpy(&head, key.p ? key.p : (const uint8_t *)"",
	    key.len < sizeof(head) ? key.len : sizeof(head));
	return be64toh(head);
}

/* True when the entry's key is below `key`, whose head is `head`. */
static inline bool
is_below(const struct sorted_entry *e, uint64_t head, struct span key)
{
	if (e->head != head)
		return e->head < head;
	return span_compare(sorted_key(e), key) < 0;
}

/* The greatest key of level 0: `end` points into that entry. */
const struct sorted_entry *
sorted_last(const struct sorted *s)
{
	const char *link = (const char *)s->end[0];

	if (!s->count)
		return NULL;
	return (const void *)(link - offsetof(struct sorted_entry, next));
}

const struct sorted_entry *
sorted_next(const struct sorted_entry *e)
{
	return e->next[0];
}

const struct sorted_entry *
sorted_seek(const struct sorted *s, struct span from)
{
	struct sorted_entry *const *links = s->first;
	uint64_t head = head_of(from);

	for (int i = SORTED_LEVELS - 1; i >= 0; i--)
		while (links[i] && is_below(links[i], head, from))
			links = links[i]->next;
	return links[0];
}

bool
sorted_get(const struct sorted *s, struct span key, struct span *value)
{
	const struct sorted_entry *e = sorted_seek(s, key);

	if (!e || !span_equal(sorted_key(e), key))
		return false;
	*value = sorted_value(e);
	return true;
}

/* The links that lead to `key`, or that an entry with it would hang in. */
static void
find_links(struct sorted *s, struct span key, struct sorted_entry ***path)
{
	struct sorted_entry **links = s->first;
	uint64_t head = head_of(key);

	for (int i = SORTED_LEVELS - 1; i >= 0; i--) {
		while (links[i] && is_below(links[i], head, key))
			links = links[i]->next;
		path[i] = &links[i];
	}
}

/* Each level holds a quarter of the one below. */
static uint8_t
pick_levels(struct sorted *s)
{
	uint64_t r = s->random;
	uint8_t n = 1;

	r ^= r << 13;
	r ^= r >> 7;
	r ^= r << 17;
	s->random = r;
	while (n < SORTED_LEVELS && (r & 3) == 0) {
		r >>= 2;
		n++;
	}
	return n;
}

static size_t
entry_bytes(const struct sorted_entry *e)
{
	return sizeof(*e) + e->levels * sizeof(void *) + e->key_len;
}

/* The value is set by the caller, who has room for it; `next` as well. */
static struct sorted_entry *
entry_new(struct sorted *s, struct span key, size_t room)
{
	uint8_t levels = pick_levels(s);
	struct sorted_entry *e;

	ASSERT(key.len <= SORTED_KEY_MAX && room <= UINT32_MAX);
	e = xmalloc(sizeof(*e) + levels * sizeof(void *) + key.len + room);
	*e = (struct sorted_entry){ .head = head_of(key),
		.value = (uint8_t *)&e->next[levels] + key.len,
		.value_room = (uint32_t)room,
		.levels = levels,
		.key_len = (uint8_t)key.len };
	if (key.len)
		memcpy(&e->next[levels], key.p, key.len);
	return e;
}

/* Values mostly keep their length: counts are put again and again. */
static void
set_value(struct sorted *s, struct sorted_entry *e, struct span value)
{
	ASSERT(value.len <= UINT32_MAX);
	s->bytes += value.len - e->value_len;
	if (value.len > e->value_room) {
		e->value = xrealloc(e->apart ? e->value : NULL, value.len);
		e->value_room = (uint32_t)value.len;
		e->apart = true;
	}
	if (value.len)
		memcpy(e->value, value.p, value.len);
	e->value_len = (uint32_t)value.len;
}

void
sorted_put(struct sorted *s, struct span key, struct span value)
{
	struct sorted_entry **path[SORTED_LEVELS];
	const struct sorted_entry *last = sorted_last(s);
	struct sorted_entry *e;

	if (!last || span_compare(sorted_key(last), key) < 0)
		memcpy(path, s->end, sizeof(path));
	else
		find_links(s, key, path);
	e = *path[0];
	if (e && span_equal(sorted_key(e), key)) {
		set_value(s, e, value);
		return;
	}
	e = entry_new(s, key, value.len);
	for (uint8_t i = 0; i < e->levels; i++) {
		e->next[i] = *path[i];
		*path[i] = e;
		if (!e->next[i])
			s->end[i] = &e->next[i];
	}
	s->count++;
	s->bytes += entry_bytes(e);
	set_value(s, e, value);
}

void
sorted_remove(struct sorted *s, struct span key)
{
	struct sorted_entry **path[SORTED_LEVELS];
	struct sorted_entry *e;

	find_links(s, key, path);
	e = *path[0];
	if (!e || !span_equal(sorted_key(e), key))
		return;
	for (uint8_t i = 0; i < e->levels; i++) {
		*path[i] = e->next[i];
		if (!e->next[i])
			s->end[i] = path[i];
	}
	s->count--;
	s->bytes -= entry_bytes(e) + e->value_len;
	entry_free(e);
}
