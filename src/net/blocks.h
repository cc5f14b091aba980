/*
 * blocks - the chain that gateways tell of, as it is simulated here.
 *
 * A block begins every CRON_BLOCK_MS of the clock (ao/cron.h), whatever is in
 * it. Nothing is kept of any: a block's id says its height.
 *
 * Pure functions. Source: spec/ao-network.md 7 and 12.
 */
#ifndef NET_BLOCKS_H
#define NET_BLOCKS_H

#include "base/span.h"

enum {
	BLOCK_ID_BYTES = 48,
	BLOCK_ID_CHARS = 64,
};

struct block_id {
	char text[BLOCK_ID_CHARS + 1]; /* base64url */
};

struct block_id block_id(uint64_t height);
/* The height that an id says; false: it is no block's of ours. */
bool block_of_id(struct span text, uint64_t *height);
/* When it began, in milliseconds; of a height that is one of ours. */
uint64_t block_ms(uint64_t height);
/* The newest height by the clock. */
uint64_t block_newest(void);

#endif
