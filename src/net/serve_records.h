/*
 * serve_records - what a gateway knows of this node that nobody uploaded: the
 * modules that are built in, and where its scheduler is.
 *
 * They have no signature: their ids are hashes of what they say.
 */
#ifndef NET_SERVE_RECORDS_H
#define NET_SERVE_RECORDS_H

#include "net/serve_graphql.h"

enum {
	RECORD_TAGS_MAX = 12,
	RECORDS_MAX = 24,
	/* of one of their values: addresses, ids, a URL */
	RECORD_TEXT_MAX = 320,
};

/* They come behind everything else in the order in which items came. */
#define RECORDS_PLACE (UINT64_MAX - RECORDS_MAX)

struct record {
	struct id id;
	struct address owner;
	struct tag tags[RECORD_TAGS_MAX];
	size_t tag_count;
	uint64_t place;
	uint64_t size; /* of its data */
	char text[RECORD_TEXT_MAX];
};

/*
 * Fill in all of them, and a Scheduler-Location for each of `owners`: whoever a
 * process here names as its scheduler, it is scheduled here. At most
 * RECORDS_MAX; gives their number.
 */
size_t records_fill(const struct gql *g, const struct span *owners,
    size_t count, struct record *out);

#endif
