/*
 * Layout: the header, then blocks side by side up to `top`. Each block knows
 * its own size and that of the one in front, so neighbours are found in both
 * directions and merge when both are free; no two free blocks touch, and none
 * lies at the top. A chunk is such a block, of CHUNK bytes at a multiple of
 * CHUNK, that holds small blocks without headers; one bit for each 16 bytes
 * says where they start, for when the chunk is given back.
 *
 * Offsets are 32 bits wide: a lane has 4 GiB, and an image with offsets has
 * fewer words that depend on the lane (booted.c finds those that do). Offset 0
 * is the header and so means none.
 *
 * Lists are last in, first out, searches look at a fixed number of blocks: what
 * a request costs does not grow with the state, and what it gets depends on the
 * requests alone.
 *
 * The inside of a free large block is zero, but for its links.
 *
 * No function here is a critical section. A jump may leave any of them half
 * done; the arena is then laid back from its image as a whole.
 */
#include "vm/lua/arena.h"

#include <string.h>

#include "base/error.h"
#include "vm/lua/limit.h"
#include "vm/lua/window.h"

enum {
	CHUNK = 8192,     /* of small blocks, with its header; a power of two */
	MIN_SPLIT = 1040, /* a smaller rest stays with its block */
	BIN_LOOKS = 8,    /* blocks of its own bin that a request looks at */
	HOLE = 64 << 10,
};

#define FIRST_BLOCK ((sizeof(struct arena) + 15) & ~(size_t)15)

/* In front of each large block; its size is a multiple of 16. */
struct block {
	uint32_t size;     /* with this header */
	uint32_t previous; /* size of the block in front; 0: the first */
	uint32_t free;
	uint32_t unused;
};

/* A chunk starts at a multiple of its size, so that its blocks find it. */
struct chunk {
	struct block block;
	uint64_t used;                    /* blocks that are not free */
	uint64_t starts[CHUNK / 16 / 64]; /* where blocks start, a bit each */
	uint64_t unused;
};

/* What a free block holds, a large one behind its header. */
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

/* Below 4 GiB for all that is in the arena. */
static uint64_t
offset_of(const struct arena *a, const void *p)
{
	return (uint64_t)((const char *)p - (const char *)a);
}

/* The size that a block of n bytes has; Lua wants 16-byte alignment. */
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

/* Of a large block that is free. */
static struct links *
links_of(struct block *b)
{
	return (struct links *)(b + 1);
}

/* At the head; the bitmap then finds bins that are not empty. */
static void
bin_add(struct arena *a, struct block *b)
{
	unsigned bin = bin_of(b->size);
	uint32_t me = (uint32_t)offset_of(a, b);
	uint32_t head = a->bins[bin];

	b->free = 1;
	a->free += b->size;
	links_of(b)->next = head;
	links_of(b)->previous = 0;
	if (head)
		links_of(at(a, head))->previous = me;
	a->bins[bin] = me;
	a->bins_used[bin / 64] |= (uint64_t)1 << bin % 64;
}

/* Unlinks and marks as used: the caller has it now. */
static void
bin_remove(struct arena *a, struct block *b)
{
	unsigned bin = bin_of(b->size);
	struct links l = *links_of(b);

	b->free = 0;
	a->free -= b->size;
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
	limit_node_memory(a->top + size);
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

/* Sizes stand in two places: the next block has to know, too. */
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

/* A block of new bytes, or NULL. */
static struct block *
block_at_top(struct arena *a, uint32_t size)
{
	struct block *b = at(a, a->top);

	if (!grow(a, size))
		return NULL;
	b->size = size;
	b->previous = a->last;
	b->free = 0;
	a->last = size;
	return b;
}

static void *
large_alloc(struct arena *a, size_t n)
{
	uint32_t size = (uint32_t)(round16(n) + sizeof(struct block));
	struct block *b = bin_find(a, size);

	if (b) {
		bin_remove(a, b);
		split(a, b, size);
	} else {
		b = block_at_top(a, size);
	}
	return b ? b + 1 : NULL;
}

/* Merge the free block `next` into the one in front; its header goes. */
static void
absorb(struct arena *a, struct block *b, struct block *next)
{
	uint32_t size = next->size;

	memset(next, 0, sizeof(*next) + sizeof(struct links));
	set_size(a, b, b->size + size);
}

/*
 * Merges with both neighbours; at the top the bytes go back altogether, so that
 * a state that has shrunk has a smaller image. Elsewhere they are made zero:
 * they take no room in an image then, and what is not written in a block that
 * is cut from here later is the same whenever images were made.
 */
static void
large_free(struct arena *a, void *p)
{
	struct block *b = (struct block *)p - 1;
	struct block *next = block_after(a, b);
	struct block *before = NULL;

	if (b->previous)
		before = at(a, offset_of(a, b) - b->previous);
	if (next)
		memset(b + 1, 0, b->size - sizeof(*b));
	if (next && next->free) {
		bin_remove(a, next);
		absorb(a, b, next);
	}
	if (before && before->free) {
		bin_remove(a, before);
		absorb(a, before, b);
		b = before;
	}
	if (block_after(a, b)) {
		bin_add(a, b);
		return;
	}
	a->top = offset_of(a, b);
	a->last = b->previous;
}

/* n is not 0: sizes of 1 … 16 are class 0. */
static unsigned
class_of(size_t n)
{
	return (unsigned)((n - 1) / 16);
}

/* By the place alone, since chunks are aligned. */
static struct chunk *
chunk_of(struct arena *a, uint64_t offset)
{
	return at(a, offset & ~(uint64_t)(CHUNK - 1));
}

/* A free block of a chunk's size and place, or NULL. */
static struct block *
find_chunk(struct arena *a)
{
	uint32_t offset = a->bins[bin_of(CHUNK)];

	for (int i = 0; offset && i < BIN_LOOKS; i++) {
		struct block *b = at(a, offset);

		if (offset % CHUNK == 0 && b->size >= CHUNK)
			return b;
		offset = links_of(b)->next;
	}
	return NULL;
}

/* Bytes from `offset` to where a chunk may start: none, or enough for a block
 * of their own. */
static uint32_t
gap_at(uint64_t offset)
{
	uint32_t gap = (uint32_t)(-offset & (CHUNK - 1));

	return gap == 0 || gap >= MIN_SPLIT ? gap : gap + CHUNK;
}

/* A new block for a chunk, cut from a free one or at the top. */
static struct block *
cut_chunk(struct arena *a)
{
	struct block *b = bin_find(a, 2 * CHUNK + MIN_SPLIT);
	uint64_t offset = b ? offset_of(a, b) : a->top;
	uint32_t gap = gap_at(offset);
	struct block *c = at(a, offset + gap);

	if (b)
		bin_remove(a, b);
	else if (!(b = block_at_top(a, gap + CHUNK)))
		return NULL;
	if (gap) {
		c->free = 0;
		c->previous = gap;
		set_size(a, c, b->size - gap);
		b->size = gap;
		bin_add(a, b);
	}
	return c;
}

/* Begin a chunk of small blocks, all zero but the header of its block. */
static struct chunk *
chunk_new(struct arena *a)
{
	struct block *b = find_chunk(a);
	struct chunk *c;

	if (b)
		bin_remove(a, b);
	else
		b = cut_chunk(a);
	if (!b)
		return NULL;
	split(a, b, CHUNK);
	c = (struct chunk *)b;
	memset(b + 1, 0, sizeof(*c) - sizeof(*b));
	return c;
}

/* The links lie in the free block itself. */
static void
list_add(struct arena *a, uint64_t offset, size_t n)
{
	uint32_t *head = &a->small[class_of(n)];
	struct links *l = at(a, offset);

	l->next = *head;
	l->previous = 0;
	if (*head)
		((struct links *)at(a, *head))->previous = (uint32_t)offset;
	*head = (uint32_t)offset;
}

/* `n` says which list; any size of the class will do. */
static void
list_remove(struct arena *a, uint64_t offset, size_t n)
{
	struct links l = *(struct links *)at(a, offset);

	if (l.next)
		((struct links *)at(a, l.next))->previous = l.previous;
	if (l.previous)
		((struct links *)at(a, l.previous))->next = l.next;
	else
		a->small[class_of(n)] = l.next;
}

/* Note that a block starts at `offset`. */
static void
mark_start(struct arena *a, uint64_t offset)
{
	uint64_t i = offset % CHUNK / 16;

	chunk_of(a, offset)->starts[i / 64] |= (uint64_t)1 << i % 64;
}

/* Where the first block at or behind `offset` of the chunk starts. */
static uint64_t
next_start(const struct chunk *c, uint64_t offset)
{
	uint64_t i = offset / 16;

	while (i < CHUNK / 16 && !(c->starts[i / 64] >> i % 64 & 1))
		i++;
	return i * 16;
}

/* All blocks of the chunk are free: give it back. */
static void
chunk_end(struct arena *a, struct chunk *c)
{
	uint64_t start = next_start(c, sizeof(*c));

	while (start < CHUNK) {
		uint64_t next = next_start(c, start + 16);

		list_remove(a, offset_of(a, c) + start, next - start);
		start = next;
	}
	large_free(a, &c->block + 1);
}

/* Cut from a new chunk from now on; what was left of the old one becomes a
 * block. */
static bool
chunk_begin(struct arena *a)
{
	struct chunk *c = chunk_new(a);
	uint64_t rest = a->bump_end - a->bump;
	struct chunk *old;

	if (!c)
		return false;
	old = a->bump_end ? chunk_of(a, a->bump_end - 1) : NULL;
	if (rest) {
		mark_start(a, a->bump);
		list_add(a, a->bump, rest);
	}
	a->bump = offset_of(a, c) + sizeof(*c);
	a->bump_end = offset_of(a, c) + CHUNK;
	if (old && old->used == 0)
		chunk_end(a, old);
	return true;
}

/* The chunk that is being cut from stays, even when nothing in it is used. */
static void
small_free(struct arena *a, void *p, size_t n)
{
	uint64_t offset = offset_of(a, p);
	struct chunk *c = chunk_of(a, offset);

	list_add(a, offset, n);
	if (--c->used == 0 && offset_of(a, c) + CHUNK != a->bump_end)
		chunk_end(a, c);
}

static void *
small_alloc(struct arena *a, size_t n)
{
	uint64_t p = a->small[class_of(n)];
	size_t size = round16(n);

	if (p) {
		list_remove(a, p, n);
	} else {
		if (a->bump_end - a->bump < size && !chunk_begin(a))
			return NULL;
		p = a->bump;
		mark_start(a, p);
		a->bump += size;
	}
	chunk_of(a, p)->used++;
	return at(a, p);
}

/* By size; NULL when the run's limit does not allow it. */
static void *
take(struct arena *a, size_t n)
{
	if (n <= ARENA_SMALL)
		return small_alloc(a, n);
	/* sizes are 32 bits wide; no limit is as large as that */
	return n < limit_memory() ? large_alloc(a, n) : NULL;
}

/* `n` is what was asked for, as Lua keeps it. */
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

/* Where it cannot stay: a new one, a copy, the old one back. */
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
	a->top = FIRST_BLOCK;
	a->peak = a->top;
}

void
arena_holes(struct arena *a, void (*see)(void *arg, uint64_t from, uint64_t to),
    void *arg)
{
	for (unsigned bin = bin_of(HOLE); bin < ARENA_BINS; bin++) {
		uint32_t offset = a->bins[bin];

		while (offset) {
			struct block *b = at(a, offset);

			see(arg, offset + sizeof(*b) + sizeof(struct links),
			    offset + b->size);
			offset = links_of(b)->next;
		}
	}
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
	/* whoever asked for memory is going to fill it */
	if (to)
		limit_charge_bytes(new_size);
	return to;
}
