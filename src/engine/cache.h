/*
 * cache - what processes show of their state, read off their results.
 *
 * It follows from the log alone, so it is kept for those processes that are
 * asked for it, until memory is short, and reading catches up with what has
 * become durable and told since the last time. No machine is woken. Source:
 * spec/aos-process.md 15.
 */
#ifndef ENGINE_CACHE_H
#define ENGINE_CACHE_H

#include "engine/state.h"

/*
 * Append the entry `key` of the process's cache (empty: all of it) to `out` as
 * patch_cache_write() does; nothing when there is no such entry. Any thread.
 * The first time takes as long as reading the log does.
 */
int cache_read(struct engine *e, struct actor *a, struct span key,
    struct buf *out, struct error *err);

#endif
