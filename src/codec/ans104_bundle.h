/*
 * ans104_bundle - the head of a bundle of data items: how many there are, and
 * of each its size and id. The items stand behind it, one after the other.
 *
 * Pure functions over bytes. Decode, then encode, gives back the same bytes.
 * item_read.h walks whole bundles with them.
 * Source: spec/ao-network.md 2.
 */
#ifndef CODEC_ANS104_BUNDLE_H
#define CODEC_ANS104_BUNDLE_H

#include "codec/ans104.h"

enum {
	BUNDLE_COUNT_BYTES = 32,
	BUNDLE_ENTRY_BYTES = 64,
	/* bundles inside one another, the outermost counted; the format knows
	 * no such limit */
	BUNDLE_DEPTH_MAX = 8,
};

/* What the head says of an item. */
struct bundle_entry {
	uint64_t size;
	struct id id;
};

/*
 * The number of items, of which `total` bytes, the size of the whole bundle,
 * have room for the entries. `in` is its beginning, BUNDLE_COUNT_BYTES or more.
 * ERR_SHORT: `in` ends before, or the bundle has no room for its head;
 * ERR_FORMAT: out of range.
 */
int item_bundle_count(struct span in, uint64_t total, uint64_t *count,
    struct error *err);
/*
 * The entry at the front of `in`, BUNDLE_ENTRY_BYTES or more. ERR_SHORT;
 * ERR_FORMAT: a size out of range.
 */
int item_bundle_entry(struct span in, struct bundle_entry *entry,
    struct error *err);
/* Append the count; the entries follow it. */
void item_bundle_add_count(uint64_t count, struct buf *out);
/* Append an entry. */
void item_bundle_add_entry(const struct bundle_entry *entry, struct buf *out);

/* Whether its tags say that the data of the item is a bundle. */
bool item_bundle_holds(const struct data_item *item);

#endif
