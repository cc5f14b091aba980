/*
 * legacy_schedule - what a scheduler tells of a process: itself, and its slots.
 *
 * Pure functions over hostile bytes, as legacy_json.h. Source:
 * spec/ao-network.md 10.2.
 */
#ifndef NET_LEGACY_SCHEDULE_H
#define NET_LEGACY_SCHEDULE_H

#include "ao/assignment.h"

/* A message with the place that it was given. */
struct legacy_slot {
	uint64_t nonce;
	uint64_t timestamp_ms;
	uint64_t height;
	struct id assignment;
	uint8_t exclude;
	struct process_facts facts;
	/* the assignment, verified; empty: not all of it is told, or it is of
	 * another form than ours. Owned. */
	struct buf assignment_item;
	/*
	 * One reference; of an assignment of a message that is elsewhere it has
	 * that one's id, and nothing else is known.
	 */
	struct message *message;
};

/* In the order of nonces, each once. */
struct legacy_page {
	struct legacy_slot *slots; /* owned */
	size_t count;
	bool more; /* there is a next page */
};

/* A list. ERR_FORMAT, ERR_LIMIT. Release with legacy_page_release(). */
int legacy_read_page(struct span body, struct legacy_page *out,
    struct error *err);
void legacy_page_release(struct legacy_page *page);
/* One message alone. Release with legacy_slot_release(). */
int legacy_read_slot(struct span body, struct legacy_slot *out,
    struct error *err);
void legacy_slot_release(struct legacy_slot *slot);
/* A process as its own message; *out is one reference. */
int legacy_read_process(struct span body, struct message **out,
    struct error *err);

#endif
