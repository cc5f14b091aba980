/*
 * kept - items that have no slot in any log, and are there to be read.
 *
 * Threads: any.
 */
#ifndef ENGINE_KEPT_H
#define ENGINE_KEPT_H

#include "engine/state.h"

enum {
	KEPT_ITEM_MAX = 256 << 20, /* bytes */
};

/* The node operation `keep`. */
int kept_add(struct engine *e, struct span item, struct id *id,
    uint64_t *timestamp_ms, struct error *err);
/*
 * An item of our own that nobody here takes, since it is a wallet's: found by
 * its id alone. Does not wait for the disk.
 */
int kept_add_own(struct engine *e, struct span item, struct error *err);

#endif
