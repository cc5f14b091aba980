/*
 * window - the places in the address space where Lua states are run.
 *
 * Lane k is a range of 4 GiB at a fixed address, equal to all others modulo
 * 4 GiB: Lua hashes the low 32 bits of an address, and address text shows
 * them. A state is full of addresses, so it lives in its lane for life; at
 * rest it is an image (image.h), or, when it is large, bytes that the window
 * maps (backing.h).
 *
 * Threads: one at a time per lane; the caller sees to it.
 */
#ifndef VM_LUA_WINDOW_H
#define VM_LUA_WINDOW_H

#include <pthread.h>

#include "base/error.h"
#include "base/span.h"
#include "vm/lua/backing.h"
#include "vm/lua/image.h"
#include "vm/vm.h"

enum {
	WINDOW_LANE_BITS = 32,
	/* pairs of more, where templates are made (own_lanes.h) */
	WINDOW_FIRST_OWN = VM_ALL_LANES,
	WINDOW_OWN_PAIRS = 5,
	WINDOW_COUNT = VM_ALL_LANES + 2 * WINDOW_OWN_PAIRS,
};

struct window {
	struct arena *base; /* NULL: not reserved yet */
	uint64_t reach;     /* bytes that are accessible */
	uint64_t touched;   /* bytes that may be other than zero */
	uint64_t owner;     /* whose state lies in it; 0: nobody's */
	/* bytes, from the start, that are a mapping of … */
	uint64_t mapped;
	uint64_t mapped_of; /* … the backing of that state; 0: of none */
	uint64_t own;       /* bytes of it that are no more the file's */
	unsigned turns;     /* that these were kept for nothing, in a row */
	pthread_mutex_t mutex;
};

/* Largest state that any limit can ask for. */
#define WINDOW_MAX VM_MEMORY_MAX

/* The lane's window, reserved. ERR_SYSTEM: the address range is not free. */
int window_get(unsigned lane, struct window **out, struct error *err);
/* Between these two it is used; everything below but what names a lane is done
 * there. Nobody has to wait, but for a state that leaves. */
void window_begin(struct window *w);
void window_end(struct window *w);
/* The state `owner`, which has a backing, goes: what it has in the window goes,
 * too. Any thread. */
void window_leave(unsigned lane, uint64_t owner);
/* Bytes that it has there beside its backing. */
uint64_t window_own(const struct window *w, uint64_t owner);
/* image_place() of a lane's window. */
uint32_t window_place(unsigned lane);
/* Lay the image of `owner` into the window, unless it lies there. */
int window_enter(struct window *w, uint64_t owner,
    const struct image_base *base, struct span image, struct error *err);
/* The same for a state with a backing; what was spoiled of it is put back. */
int window_enter_backed(struct window *w, uint64_t owner,
    const struct backing *b, struct error *err);
/*
 * Write what the state in the window has changed, since it was entered or since
 * this was done last, to its backing, which may be an empty one. false: that
 * cannot be done, and the backing is of no use any more; the window is as it
 * was.
 */
bool window_write_back(struct window *w, struct backing *b);
/* The backing of what is in the window is about to go: it is nobody's. */
void window_forget(struct window *w);
/* True when the state is in the window, but for what may have to be put back. */
bool window_holds(const struct window *w, uint64_t owner);
/* An empty, zeroed window, for a state to be made in it. */
int window_clear(struct window *w, struct error *err);
/* What lies in the window is nobody's state any more. */
void window_spoil(struct window *w);
/* Behind a message that counts: zero what lies above the top. */
void window_settle(struct window *w);
/* Make the first `size` bytes accessible, inside a run; or leave it. */
void window_reach(struct arena *a, uint64_t size);

#endif
