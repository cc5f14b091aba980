/*
 * A window's memory is reserved once and kept; what a state needs of it is made
 * accessible step by step and never taken back, so a message rarely costs a
 * system call. `touched` bounds what may be other than zero: above a state's
 * top all must be zero when a message starts, or what it reads there would
 * depend on who was in the lane before.
 *
 * Zeroing much is left to the kernel, which gives fresh pages when they are
 * next used; zeroing little is quicker by hand.
 */
#include "vm/lua/window.h"

#include <sys/mman.h>

#include "vm/lua/limit.h"

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
	PAGE = 4096,
};

/* A lane is one place for the whole program; who uses it is the caller's
 * affair, so there is no lock. */
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
		w->base = p;
	}
	*out = w;
	return 0;
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
	to = (to + PAGE - 1) / PAGE * PAGE;
	if (mprotect(w->base, to, PROT_READ | PROT_WRITE) != 0)
		return false;
	w->reach = to;
	return true;
}

/* Make all bytes from `from` on zero. */
static void
zero(struct window *w, uint64_t from)
{
	char *base = (char *)w->base;
	uint64_t page = (from + PAGE - 1) / PAGE * PAGE;

	if (w->touched <= from)
		return;
	if (w->touched - from > ZERO_BY_HAND &&
	    madvise(base + page, w->touched - page, MADV_DONTNEED) == 0)
		w->touched = page;
	if (w->touched > from)
		memset(base + from, 0, w->touched - from);
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
	if (!reach(w, top))
		return FAIL(err, ERR_SYSTEM, "no memory for a state");
	w->owner = 0;
	image_lay(base, image, w->base, w->touched);
	zero(w, top);
	w->touched = top;
	w->owner = owner;
	return 0;
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

void
window_spoil(struct window *w)
{
	note_peak(w);
	w->owner = 0;
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
		limit_leave_by(LEAVE_MEMORY);
}
