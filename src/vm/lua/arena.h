/*
 * arena - the memory of one Lua state, all of it inside one window.
 *
 * Everything, this header included, lies in the window and is part of the
 * state; links are offsets, so only Lua's own pointers depend on the lane.
 * What a request gets is a function of the requests before: addresses and
 * sizes show in results. Above `top` all bytes are zero when a message starts.
 *
 * Up to ARENA_SMALL bytes: classes of 16 bytes with a free list each, cut from
 * chunks; a chunk without used blocks goes. Above: blocks with their size in
 * front, kept in bins of four to each power of two, that merge with free
 * neighbours; a free block at the top gives its bytes back.
 *
 * A request that would pass the run's limit gets NULL once, so that Lua
 * collects and asks again; at the second refusal in a row the evaluation ends.
 */
#ifndef VM_LUA_ARENA_H
#define VM_LUA_ARENA_H

#include <lua.h>

#include "base/span.h"

enum {
	ARENA_SMALL = 1024,
	ARENA_CLASSES = ARENA_SMALL / 16,
	ARENA_BINS = 4 * 24, /* 1 KiB up to 16 GiB */
};

struct arena {
	lua_State *lua;
	uint64_t top;      /* bytes in use, from the window's start */
	uint64_t peak;     /* where the bytes that are zero begin */
	uint64_t bump;     /* small blocks are cut from here … */
	uint64_t bump_end; /* … up to here */
	uint64_t free;     /* bytes of free large blocks below `top` */
	uint32_t last;     /* size of the block that ends at `top` */
	uint32_t small[ARENA_CLASSES];
	uint32_t bins[ARENA_BINS];
	uint64_t bins_used[(ARENA_BINS + 63) / 64];
};

/* Make an empty arena in zeroed memory. */
void arena_init(struct arena *a);
/* Bytes of the state, without free large blocks, which are zero inside. */
static inline uint64_t
arena_live(const struct arena *a)
{
	return a->top - a->free;
}

/* Call `see` with the zero bytes of each free block of 64 KiB and more. */
void arena_holes(struct arena *a,
    void (*see)(void *arg, uint64_t from, uint64_t to), void *arg);
/* A lua_Alloc; `ud` is the arena. Only inside a run (limit.h). */
void *arena_alloc(void *ud, void *p, size_t old_size, size_t new_size);

#endif
