/*
 * checkpoint - the state of a process as bytes that can be trusted or not.
 *
 * A checkpoint saves the evaluation of a log from slot 0 on; nothing else rests
 * on it. So one that is broken in any way is none: ERR_FORMAT, and the log is
 * replayed. Its image is compressed (LZ4), and all of it is hashed. The image
 * is good for programs of the same build alone: whoever reads it compares.
 * Source: design section 5.
 */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "base/buf.h"
#include "base/error.h"
#include "crypto/digest.h"

enum {
	CHECKPOINT_IMAGE_MAX = 256 << 20,
	CHECKPOINT_BUILD_MAX = 256,
	/* the most that any checkpoint has encoded */
	CHECKPOINT_BYTES_MAX = CHECKPOINT_IMAGE_MAX + (2 << 20),
};

/* Where in the log it stands, and what the state is there. Spans: borrowed. */
struct checkpoint {
	uint64_t number;             /* of the process */
	uint64_t slots;              /* evaluated in it: 0 … slots - 1 */
	uint32_t ticks;              /* and ticks behind the last of them */
	uint8_t chain[SHA256_BYTES]; /* of results up to there */
	struct span build;
	struct span image;
};

/* One read back. Owned, checkpoint_record_release(). */
struct checkpoint_record {
	uint64_t number;
	uint64_t slots;
	uint32_t ticks;
	uint8_t chain[SHA256_BYTES];
	struct buf build;
	struct buf image;
};

/* Free the bytes; the record may be filled in again. */
void checkpoint_record_release(struct checkpoint_record *r);

/*
 * Append `c` to `out`. Build and image are within their limits. Takes its time
 * with a large image: some 2 ms for each MiB.
 */
void checkpoint_encode(const struct checkpoint *c, struct buf *out);
/* All of `in` as one checkpoint. ERR_FORMAT: it is none, or not whole. */
int checkpoint_decode(struct span in, struct checkpoint_record *out,
    struct error *err);

#endif
