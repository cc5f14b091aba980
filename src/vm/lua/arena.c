#include "vm/lua/arena.h"

#include <string.h>

#include "base/error.h"
#include "vm/lua/limit.h"
#include "vm/lua/window.h"

enum {
	CHUNK = 8192,     /* of small blocks, with its header */
	MIN_SPLIT = 1040, /* a smaller rest stays with its block */
	BIN_LOOKS = 8,    /* blocks of its own bin that a request looks at */
};

/* In front of each large block; its size is a multiple of 16. */
struct block {
	uint32_t size;     /* with this header */
	uint32_t previous; /* size of the block in front; 0: the first */
	uint32_t free;
	uint32_t unused;
};

/* What a free block holds behind its header. */
struct links {
	uint32_t next;
	uint32_t previous;
};

/* An address of the arena from an offset, and back. */
static void *
at(struct arena *a, uint64_t offset)
{
	return (char *)a + offset;
}

static uint64_t
offset_of(const struct arena *a, const void *p)
{
	return (uint64_t)((const char *)p - (const char *)a);
}

static size_t
round16(size_t n)
{
	return (n + 15) & ~(size_t)15;
}

/* The bin of free blocks of that size. */
static unsigned
bin_of(uint64_t size)
{
	unsigned power = 63U - (unsigned)__builtin_clzll(size);

	return (power - 10) * 4 + (unsigned)(size >> (power - 2) & 3);
}

static struct links *
links_of(struct block *b)
{
	return (struct links *)(b + 1);
}

static void
bin_add(struct arena *a, struct block *b)
{
	unsigned bin = bin_of(b->size);
	uint32_t me = (uint32_t)offset_of(a, b);
	uint32_t head = a->bins[bin];

	b->free = 1;
	links_of(b)->next = head;
	links_of(b)->previous = 0;
	if (head)
		links_of(at(a, head))->previous = me;
	a->bins[bin] = me;
	a->bins_used[bin / 64] |= (uint64_t)1 << bin % 64;
}

static void
bin_remove(struct arena *a, struct block *b)
{
	unsigned bin = bin_of(b->size);
	struct links l = *links_of(b);

	b->free = 0;
	if (l.next)
		links_of(at(a, l.next))->previous = l.previous;
	if (l.previous)
		links_of(at(a, l.previous))->next = l.next;
	else
		a->bins[bin] = l.next;
	if (!a->bins[bin])
		a->bins_used[bin / 64] &= ~((uint64_t)1 << bin % 64);
}

/* A free block of at least `size`, or NULL: the first few of the bin that may
 * hold one, then any of the next bin, where all are large enough. */
static struct block *
bin_find(struct arena *a, uint64_t size)
{
	unsigned bin = bin_of(size);
	uint32_t offset = a->bins[bin];

	for (int i = 0; offset && i < BIN_LOOKS; i++) {
		struct block *b = at(a, offset);

		if (b->size >= size)
			return b;
		offset = links_of(b)->next;
	}
	for (bin++; bin < ARENA_BINS; bin = (bin / 64 + 1) * 64) {
		uint64_t used = a->bins_used[bin / 64] >> bin % 64;

		if (used)
			return at(a,
			    a->bins[bin + (unsigned)__builtin_ctzll(used)]);
	}
	return NULL;
}

/* Move the top up by `size`; false: the limit does not allow it. */
static bool
grow(struct arena *a, uint64_t size)
{
	if (a->top + size > limit_memory())
		return false;
	window_reach(a, a->top + size);
	a->top += size;
	if (a->top > a->peak)
		a->peak = a->top;
	return true;
}

static struct block *
block_after(struct arena *a, struct block *b)
{
	uint64_t next = offset_of(a, b) + b->size;

	return next < a->top ? at(a, next) : NULL;
}

static void
set_size(struct arena *a, struct block *b, uint32_t size)
{
	struct block *next;

	b->size = size;
	next = block_after(a, b);
	if (next)
		next->previous = size;
	else
		a->last = size;
}

/* Give the bytes of `b` beyond `size` back as a block of their own. */
static void
split(struct arena *a, struct block *b, uint32_t size)
{
	uint32_t rest = b->size - size;
	struct block *r = at(a, offset_of(a, b) + size);

	if (rest < MIN_SPLIT)
		return;
	b->size = size;
	r->previous = size;
	set_size(a, r, rest);
	bin_add(a, r);
}

static void *
large_alloc(struct arena *a, size_t n)
{
	uint32_t size = (uint32_t)(round16(n) + sizeof(struct block));
	struct block *b = bin_find(a, size);

	if (b) {
		bin_remove(a, b);
		split(a, b, size);
		return b + 1;
	}
	b = at(a, a->top);
	if (!grow(a, size))
		return NULL;
	b->size = size;
	b->previous = a->last;
	b->free = 0;
	a->last = size;
	return b + 1;
}

static void
large_free(struct arena *a, void *p)
{
	struct block *b = (struct block *)p - 1;
	struct block *next = block_after(a, b);
	struct block *before;

	if (next && next->free) {
		bin_remove(a, next);
		set_size(a, b, b->size + next->size);
	}
	before = b->previous ? at(a, offset_of(a, b) - b->previous) : NULL;
	if (before && before->free) {
		bin_remove(a, before);
		set_size(a, before, before->size + b->size);
		b = before;
	}
	if (block_after(a, b)) {
		bin_add(a, b);
		return;
	}
	a->top = offset_of(a, b);
	a->last = b->previous;
}

static unsigned
class_of(size_t n)
{
	return (unsigned)((n - 1) / 16);
}

static void
small_free(struct arena *a, void *p, size_t n)
{
	uint32_t *head = &a->small[class_of(n)];

	memcpy(p, head, sizeof(*head));
	*head = (uint32_t)offset_of(a, p);
}

/* Begin a chunk; what was left of the old one becomes a block. */
static bool
chunk_begin(struct arena *a)
{
	void *chunk = large_alloc(a, CHUNK - sizeof(struct block));

	if (!chunk)
		return false;
	if (a->bump < a->bump_end)
		small_free(a, at(a, a->bump), a->bump_end - a->bump);
	a->bump = offset_of(a, chunk);
	a->bump_end = a->bump + CHUNK - sizeof(struct block);
	return true;
}

static void *
small_alloc(struct arena *a, size_t n)
{
	uint32_t *head = &a->small[class_of(n)];
	uint64_t p = *head;
	size_t size = round16(n);

	if (p) {
		memcpy(head, at(a, p), sizeof(*head));
		return at(a, p);
	}
	if (a->bump_end - a->bump < size && !chunk_begin(a))
		return NULL;
	p = a->bump;
	a->bump += size;
	return at(a, p);
}

static void *
take(struct arena *a, size_t n)
{
	if (n <= ARENA_SMALL)
		return small_alloc(a, n);
	/* sizes are 32 bits wide; no limit is as large as that */
	return n < limit_memory() ? large_alloc(a, n) : NULL;
}

static void
give(struct arena *a, void *p, size_t n)
{
	if (n <= ARENA_SMALL)
		small_free(a, p, n);
	else
		large_free(a, p);
}

/* True when the block at `p` can serve for `n` bytes as it stands, perhaps
 * after moving the top. A block that would stay half empty cannot. */
static bool
fits(struct arena *a, void *p, size_t old, size_t n)
{
	struct block *b = (struct block *)p - 1;
	size_t size;

	if (old <= ARENA_SMALL || n <= ARENA_SMALL)
		return old <= ARENA_SMALL && n <= ARENA_SMALL &&
		    class_of(old) == class_of(n);
	size = round16(n) + sizeof(struct block);
	if (size <= b->size)
		return size > b->size / 2;
	if (block_after(a, b) || n >= limit_memory() ||
	    !grow(a, size - b->size))
		return false;
	b->size = (uint32_t)size;
	a->last = b->size;
	return true;
}

static void *
move(struct arena *a, void *p, size_t old, size_t n)
{
	void *to;

	if (fits(a, p, old, n))
		return p;
	to = take(a, n);
	if (!to)
		return NULL;
	memcpy(to, p, old < n ? old : n);
	give(a, p, old);
	return to;
}

void
arena_init(struct arena *a)
{
	memset(a, 0, sizeof(*a));
	a->top = round16(sizeof(*a));
	a->peak = a->top;
}

void *
arena_alloc(void *ud, void *p, size_t old_size, size_t new_size)
{
	struct arena *a = ud;
	void *to;

	if (new_size == 0) {
		if (p && old_size)
			give(a, p, old_size);
		return NULL;
	}
	/* without a block, old_size says what the memory is for */
	to = p && old_size ? move(a, p, old_size, new_size) : take(a, new_size);
	/* Lua relies on it that giving back a part never fails */
	if (!to && p && new_size <= old_size)
		limit_leave_by(LEAVE_MEMORY);
	limit_asked(to != NULL, new_size);
	return to;
}
