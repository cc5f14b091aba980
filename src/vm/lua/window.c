/*
 * A window's memory is reserved once and kept; what a state needs of it is made
 * accessible step by step and never taken back, so a message rarely costs a
 * system call. `touched` bounds what may be other than zero: above a state's
 * top all must be zero when a message starts, or what it reads there would
 * depend on who was in the lane before.
 *
 * Zeroing much is left to the kernel, which gives fresh pages when they are
 * next used; zeroing little is quicker by hand.
 *
 * A state with a backing is mapped from the window's start up to the page that
 * its top lies in; what it needs beyond is memory like that of the others, until
 * it is written back and mapped, too. Pages that were written to are the
 * window's own from then on and no more the file's, which the kernel tells. They
 * are overwritten from the file, to go back, or written to it, and stay: the
 * next message will want the same, and a page that is written to for the first
 * time is dear, some ten times the price of copying it.
 *
 * The collector writes to every object, so it makes all pages of a state its
 * own, again in each of its cycles. When it has been seen at that, all are made
 * so by one call, and from then on a page is compared with the file's before it
 * is written there. To go through all of them is not cheap either: when that has
 * been for nothing some times in a row they are dropped.
 */
#include "vm/lua/window.h"

#include <sys/mman.h>

#include "base/thread.h"
#include "vm/lua/limit.h"
#include "vm/lua/pages.h"

/* Where sanitizers leave room. The thread sanitizer's only free terabyte is
 * the one for programs linked with PIE, which this one is not. */
#ifdef __SANITIZE_THREAD__
#define WINDOW_BASE 0x550000000000
#else
#define WINDOW_BASE 0x200000000000
#endif

#define LANE_BYTES ((uint64_t)1 << WINDOW_LANE_BITS)

enum {
	REACH_STEP = 1 << 20,
	/* zeroing more than this is left to the kernel */
	ZERO_BY_HAND = 1 << 20,
	/* of what is nobody's any more so much may stay */
	SPOILED_KEPT = 2 << 20,
	/* so many pages may well stay the window's own */
	FEW_PAGES = 128,
	/* more of them, for so many times in a row */
	KEPT_TURNS = 16,
	/* of so many most are as they were: they are compared first */
	MANY_PAGES = 1024,
	/* it is for nothing when not one part in so many had changed */
	CHANGED_PART = 4,
	/* many, and one part in so many of a state: the collector is at it */
	OWN_PART = 16,
	/* Linux 5.14; a library may be older than its kernel */
	POPULATE_WRITE = 23,
	/* free blocks are given back when they are such a part of a state */
	HOLES_PART = 4,
};

/* A lane is one place for the whole program; who uses it is the caller's
 * affair. The lock is for who leaves one. */
static struct window windows[WINDOW_COUNT];

uint32_t
window_place(unsigned lane)
{
	return (uint32_t)((WINDOW_BASE >> WINDOW_LANE_BITS) + lane);
}

int
window_get(unsigned lane, struct window **out, struct error *err)
{
	struct window *w = &windows[lane];
	uint64_t address = WINDOW_BASE + lane * LANE_BYTES;
	void *p;

	ASSERT(lane < WINDOW_COUNT);
	if (!w->base) {
		/* the place is the point */
		/* NOLINTNEXTLINE(performance-no-int-to-ptr) */
		p = mmap((void *)address, LANE_BYTES, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			MAP_FIXED_NOREPLACE,
		    -1, 0);
		if (p == MAP_FAILED)
			return FAIL_ERRNO(err, ERR_SYSTEM,
			    "cannot reserve lane %u", lane);
		/* an old kernel takes the address for a wish */
		if ((uint64_t)(uintptr_t)p != address) {
			munmap(p, LANE_BYTES);
			return FAIL(err, ERR_SYSTEM,
			    "cannot reserve lane %u: place is taken", lane);
		}
		pthread_mutex_init(&w->mutex, NULL);
		w->base = p;
	}
	*out = w;
	return 0;
}

void
window_begin(struct window *w)
{
	lock(&w->mutex);
}

void
window_end(struct window *w)
{
	unlock(&w->mutex);
}

/* The next multiple of a page. */
static uint64_t
whole_pages(uint64_t n)
{
	return (n + PAGE - 1) / PAGE * PAGE;
}

/* Grows by half, so that a state that grows slowly makes few calls. */
static bool
reach(struct window *w, uint64_t size)
{
	uint64_t step = w->reach > REACH_STEP ? w->reach / 2 : REACH_STEP;
	uint64_t to = w->reach + step;

	if (size <= w->reach)
		return true;
	if (to < size)
		to = size;
	to = whole_pages(to);
	if (mprotect(w->base, to, PROT_READ | PROT_WRITE) != 0)
		return false;
	w->reach = to;
	return true;
}

/* Put fresh memory, all zero, where a backing is mapped from `from` on. */
static bool
unmap(struct window *w, uint64_t from)
{
	if (w->mapped <= from)
		return true;
	if (mmap((char *)w->base + from, w->mapped - from,
		PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
		0) == MAP_FAILED)
		return false;
	w->mapped = from;
	if (w->own > from)
		w->own = from;
	if (!from)
		w->mapped_of = 0;
	return true;
}

/* Of the bytes that are mapped, make those from `from` on zero. */
static void
zero_mapped(struct window *w, uint64_t from)
{
	uint64_t end = w->touched < w->mapped ? w->touched : w->mapped;

	if (end <= from)
		return;
	if (end - from > ZERO_BY_HAND && unmap(w, whole_pages(from)))
		end = w->mapped;
	memset((char *)w->base + from, 0, end - from);
}

/* The same for the bytes behind those. */
static void
zero_fresh(struct window *w, uint64_t from)
{
	char *base = (char *)w->base;
	uint64_t page = whole_pages(from);

	if (w->touched <= from)
		return;
	if (w->touched - from > ZERO_BY_HAND &&
	    madvise(base + page, w->touched - page, MADV_DONTNEED) == 0)
		w->touched = page;
	if (w->touched > from)
		memset(base + from, 0, w->touched - from);
}

/* Make all bytes from `from` on zero. */
static void
zero(struct window *w, uint64_t from)
{
	if (w->touched <= from)
		return;
	zero_mapped(w, from);
	zero_fresh(w, from > w->mapped ? from : w->mapped);
	w->touched = from;
}

/* Lay it out first, then zero what the one before left behind it. */
int
window_enter(struct window *w, uint64_t owner, const struct image_base *base,
    struct span image, struct error *err)
{
	uint64_t top;

	if (w->owner == owner)
		return 0;
	top = image_top(image);
	if (!unmap(w, 0) || !reach(w, top))
		return FAIL(err, ERR_SYSTEM, "no memory for a state");
	w->owner = 0;
	image_lay(base, image, w->base, w->touched);
	zero(w, top);
	w->touched = top;
	w->owner = owner;
	return 0;
}

void
window_leave(unsigned lane, uint64_t owner)
{
	struct window *w = &windows[lane];

	/* who is in there now has another state laid out */
	if (pthread_mutex_trylock(&w->mutex) != 0)
		return;
	if (window_holds(w, owner) && unmap(w, 0))
		window_forget(w);
	unlock(&w->mutex);
}

uint64_t
window_own(const struct window *w, uint64_t owner)
{
	return w->mapped_of == owner ? w->own : 0;
}

void
window_forget(struct window *w)
{
	w->owner = 0;
	w->mapped_of = 0;
}

bool
window_holds(const struct window *w, uint64_t owner)
{
	return w->owner == owner || w->mapped_of == owner;
}

/* Map [from, to) of the backing, privately. */
static bool
map(struct window *w, const struct backing *b, uint64_t from, uint64_t to)
{
	if (mmap((char *)w->base + from, to - from, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_NORESERVE | MAP_FIXED, b->fd,
		(off_t)(b->offset + from)) == MAP_FAILED)
		return false;
	w->mapped = to;
	if (w->reach < to)
		w->reach = to;
	return true;
}

/* In place of whatever is there. */
static bool
map_whole(struct window *w, uint64_t owner, const struct backing *b)
{
	if (!unmap(w, b->size > w->mapped ? w->mapped : b->size))
		return false;
	w->mapped_of = 0;
	if (!map(w, b, 0, b->size))
		return false;
	w->own = 0;
	w->turns = 0;
	w->mapped_of = owner;
	return true;
}

/* Backing and window, one way or the other: bytes [from, to). Gives how many
 * pages that changed; SIZE_MAX: it failed. */
typedef size_t copy_part(const struct backing *b, char *base, uint64_t from,
    uint64_t to);

/* Pages of the mapping that were written to, and of them … */
struct written {
	size_t pages;
	size_t changed; /* … those that were copied */
	bool failed;
};

/* Copy each part of the mapping that was written to. */
static struct written
each_written(struct window *w, const struct backing *b, copy_part *copy)
{
	struct page_range ranges[PAGES_RANGES];
	char *base = (char *)w->base;
	char *at = base;
	struct written sum = { 0 };

	while (at < base + w->mapped) {
		size_t n = pages_written(&at, base + w->mapped, ranges);

		for (size_t i = 0; i < n; i++) {
			uint64_t from = (uint64_t)(ranges[i].start - base);
			uint64_t to = (uint64_t)(ranges[i].end - base);
			size_t changed = copy(b, base, from, to);

			if (changed == SIZE_MAX)
				return (struct written){ .failed = true };
			sum.pages += (to - from) / PAGE;
			sum.changed += changed;
		}
	}
	return sum;
}

/* All that was written to. */
static size_t
write_part(const struct backing *b, char *base, uint64_t from, uint64_t to)
{
	return backing_write(b, base, from, to) ? (to - from) / PAGE : SIZE_MAX;
}

/* The other way. */
static size_t
read_part(const struct backing *b, char *base, uint64_t from, uint64_t to)
{
	return backing_read(b, base, from, to) ? (to - from) / PAGE : SIZE_MAX;
}

/* All pages are the file's again. */
static bool
drop(struct window *w)
{
	w->own = 0;
	w->turns = 0;
	return madvise(w->base, w->mapped, MADV_DONTNEED) == 0;
}

/* Make all pages the window's own, at a tenth of what it takes one by one. What
 * is left out of the backing would take memory then. An old kernel does not. */
static void
own_all(struct window *w, const struct backing *b)
{
	if (!b->left_out && madvise(w->base, w->mapped, POPULATE_WRITE) == 0)
		w->own = w->mapped;
}

/*
 * So many pages are the window's own, and what of them had changed has been
 * copied: keep them, or drop them all, to find those that are still written to.
 * false: that cannot be done.
 */
static bool
keep_or_drop(struct window *w, const struct backing *b,
    const struct written *found)
{
	bool many = found->pages > MANY_PAGES;

	w->own = (uint64_t)found->pages * PAGE;
	if (found->pages <= FEW_PAGES)
		return true;
	w->turns++;
	if (many && found->changed >= found->pages / CHANGED_PART)
		w->turns = 0;
	if (w->turns >= KEPT_TURNS)
		return drop(w);
	if (many && w->own < w->mapped && w->own > w->mapped / OWN_PART)
		own_all(w, b);
	return true;
}

/* Make what is mapped what it was; false: it must be mapped anew. */
static bool
put_back(struct window *w, uint64_t owner, const struct backing *b)
{
	struct written found;

	if (w->mapped_of != owner || w->mapped != b->size)
		return false;
	found = each_written(w, b, read_part);
	/* what was read back had been for nothing */
	found.changed = 0;
	return !found.failed && keep_or_drop(w, b, &found);
}

int
window_enter_backed(struct window *w, uint64_t owner, const struct backing *b,
    struct error *err)
{
	if (w->owner == owner)
		return 0;
	w->owner = 0;
	if (!put_back(w, owner, b) && !map_whole(w, owner, b))
		return FAIL(err, ERR_SYSTEM, "no memory for a state");
	zero(w, w->mapped);
	w->touched = w->base->top;
	w->owner = owner;
	return 0;
}

/* What is mapped, then what has been added behind it. */
static bool
write_all(struct window *w, struct backing *b, uint64_t end)
{
	struct written found = { 0 };

	if (w->mapped)
		found = each_written(w, b,
		    w->own > (uint64_t)MANY_PAGES * PAGE ? backing_write_changed
							 : write_part);
	if (found.failed)
		return false;
	if (w->mapped < end &&
	    (!backing_write(b, (char *)w->base, w->mapped, end) ||
		!map(w, b, w->mapped, end)))
		return false;
	w->mapped_of = w->owner;
	/* they may as well stay */
	(void)keep_or_drop(w, b, &found);
	return true;
}

/* A hole of the arena, and whom to tell. */
struct holes {
	struct window *w;
	struct backing *b;
};

/* The pages in it are dropped in both places. */
static void
leave_out(void *arg, uint64_t from, uint64_t to)
{
	struct holes *h = arg;

	from = whole_pages(from);
	to = to / PAGE * PAGE;
	if (from >= to ||
	    madvise((char *)h->w->base + from, to - from, MADV_DONTNEED) != 0)
		return;
	backing_leave_out(h->b, from, to);
}

/* Give back what free blocks take when it has become much. */
static void
give_holes(struct window *w, struct backing *b)
{
	struct arena *a = w->base;
	struct holes h = { w, b };

	if (b->left_out > a->free)
		b->left_out = a->free;
	if (a->free - b->left_out < a->top / HOLES_PART)
		return;
	b->left_out = 0;
	arena_holes(a, leave_out, &h);
}

bool
window_write_back(struct window *w, struct backing *b)
{
	uint64_t end = whole_pages(w->base->top);

	if (w->mapped > end && !unmap(w, end))
		return false;
	if (!write_all(w, b, end))
		return false;
	if (b->size > end)
		backing_cut(b, end);
	b->size = end;
	give_holes(w, b);
	return true;
}

int
window_clear(struct window *w, struct error *err)
{
	w->owner = 0;
	zero(w, 0);
	if (!reach(w, REACH_STEP))
		return FAIL(err, ERR_SYSTEM, "no memory for a state");
	return 0;
}

/* Bytes that the last run may have written. */
static void
note_peak(struct window *w)
{
	if (w->base->peak > w->touched)
		w->touched = w->base->peak;
}

/* What it had needed is given back, unless it is little: nobody may come into
 * this lane again for long, and nothing counts it. */
void
window_spoil(struct window *w)
{
	uint64_t kept = w->mapped > SPOILED_KEPT ? w->mapped : SPOILED_KEPT;

	note_peak(w);
	w->owner = 0;
	if (w->touched > kept + ZERO_BY_HAND)
		zero_fresh(w, kept);
}

void
window_settle(struct window *w)
{
	note_peak(w);
	zero(w, w->base->top);
	w->base->peak = w->base->top;
}

void
window_reach(struct arena *a, uint64_t size)
{
	struct window *w = limit_window();

	ASSERT(w->base == a);
	if (!reach(w, size))
		limit_leave_by(LEAVE_HOST);
}
