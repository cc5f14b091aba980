/*
 * avro_tags - the tag block of a data item: Apache Avro, an array of records
 * of two strings, in its one canonical form.
 *
 * That form is the only one that we write and the only one that we take: one
 * block with a positive count, shortest integers, UTF-8, a zero block, nothing
 * behind it. So what decodes encodes to the same bytes.
 * Source: spec/ao-network.md 1.3 and 1.4.
 */
#ifndef CODEC_AVRO_TAGS_H
#define CODEC_AVRO_TAGS_H

#include "base/buf.h"
#include "base/error.h"

enum {
	TAGS_MAX = 128,        /* tags of an item, ANS-104 */
	TAG_NAME_MAX = 1024,   /* bytes, ANS-104; at least 1 */
	TAG_VALUE_MAX = 3072,  /* bytes, ANS-104; may be empty */
	TAGS_MAX_BYTES = 4096, /* of the encoded block, ANS-104 */
};

struct tag {
	struct span name;
	struct span value;
};

/*
 * Decode a block that says it has `count` tags.
 *
 * in    the block alone; borrowed: the tags point into it
 * tags  room for TAGS_MAX; the first `count` are filled in. On failure what
 *       stands there means nothing
 * err   ERR_LIMIT a limit above is broken; ERR_FORMAT anything but the
 *       canonical form of `count` tags
 */
int avro_tags_decode(struct span in, uint64_t count, struct tag *tags,
    struct error *err);
/*
 * Append the canonical form; no tags give no bytes. ERR_LIMIT as above;
 * ERR_FORMAT: a name or value is not UTF-8.
 */
int avro_tags_encode(const struct tag *tags, size_t count, struct buf *out,
    struct error *err);
/*
 * The rules for tag number i (from 0) alone: length of name and value, UTF-8.
 * Errors as above.
 */
int avro_tag_check(const struct tag *tag, size_t i, struct error *err);

#endif
