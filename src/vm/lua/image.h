/*
 * image - a state at rest: what of it differs from its template.
 *
 * Most of a state is what it was booted as, moved to its lane, so an image is
 * a list of the words that differ: a state of 140 KiB that has answered a
 * message takes some 10 KiB. What lies above the arena's top is zero.
 *
 * An image is good for its template and its lane alone. Written to a disk and
 * read back it is foreign: image_check() makes sure that laying it out stays
 * within its bounds; whether the words in it make a sound Lua state, nobody
 * can tell, so whoever keeps images has to know that they are what they were.
 *
 * Form: the arena's top (8 bytes), then for each line of 64 bytes that
 * differs, ascending: how many lines are skipped (1 byte; 255: 4 bytes more
 * follow with the number), one bit for each word that differs, those words.
 */
#ifndef VM_LUA_IMAGE_H
#define VM_LUA_IMAGE_H

#include "base/buf.h"
#include "base/error.h"
#include "vm/lua/arena.h"

enum {
	IMAGE_LINE = 64
};

/* The bytes of a template, as they lie in a lane of our own. */
struct image_base {
	const uint8_t *p; /* aligned to lines, and full ones */
	size_t len;
	uint32_t place; /* image_place() of that lane */
};

/* The high half of the addresses in a window. */
static inline uint32_t
image_place(const void *window)
{
	return (uint32_t)((uintptr_t)window >> 32);
}

/* Append the image of the state in a window. */
void image_make(const struct image_base *base, const struct arena *a,
    struct buf *out);
/*
 * 0: image_lay() may be called with it, in the window at `place`, where then
 * image_top() bytes, in full lines, must be accessible. ERR_FORMAT: it is no
 * image, or of a state larger than `max`.
 */
int image_check(const struct image_base *base, struct span image,
    uint32_t place, uint64_t max, struct error *err);
/* The bytes of the arena. */
uint64_t image_top(struct span image);
/* Lay the state out at `a`, where up to the last line of it none but the first
 * `touched` bytes may be other than zero. Behind the top that line is zero. */
void image_lay(const struct image_base *base, struct span image,
    struct arena *a, uint64_t touched);

#endif
