/*
 * Avro allows several blocks, blocks with a size in front (a negative count)
 * and integers with needless bytes. Each is a second way of writing the same
 * tags, and two ways are two ids of one message. So only the one that encoders
 * write is taken. The block is small, so it is checked to its last byte before
 * anything of it is used.
 */
#include "codec/avro_tags.h"

#include <inttypes.h>

#include "codec/utf8.h"

/*
 * Take a "long" that is not negative: base-128, least significant group
 * first, twice the number. Ten groups hold 64 bits; of the tenth only one is
 * left. false: cut, longer than need be, too large or negative.
 */
static bool
take_long(struct span *in, uint64_t *v)
{
	uint64_t n = 0;

	for (size_t i = 0; i < in->len && i < 10; i++) {
		uint8_t c = in->p[i];

		if ((i == 9 && c > 1) || (i > 0 && c == 0))
			return false;
		n |= (uint64_t)(c & 0x7f) << (7 * i);
		if (c & 0x80)
			continue;
		*in = span_from(*in, i + 1);
		*v = n >> 1;
		return (n & 1) == 0;
	}
	return false;
}

/* The shortest form, which is the only one that is taken. */
static void
add_long(struct buf *out, uint64_t v)
{
	for (v <<= 1; v >= 0x80; v >>= 7)
		buf_add_byte(out, (uint8_t)(v | 0x80));
	buf_add_byte(out, (uint8_t)v);
}

/* A string: its length, then its bytes, all of them inside `in`. */
static bool
take_string(struct span *in, struct span *v)
{
	uint64_t n;

	return take_long(in, &n) && n <= in->len &&
	    take_bytes(in, (size_t)n, v);
}

int
avro_tag_check(const struct tag *tag, size_t i, struct error *err)
{
	if (tag->name.len == 0)
		return FAIL(err, ERR_LIMIT, "tag %zu: the name is empty",
		    i + 1);
	if (tag->name.len > TAG_NAME_MAX)
		return FAIL(err, ERR_LIMIT,
		    "tag %zu: the name has %zu bytes, at most %d fit", i + 1,
		    tag->name.len, TAG_NAME_MAX);
	if (tag->value.len > TAG_VALUE_MAX)
		return FAIL(err, ERR_LIMIT,
		    "tag %zu: the value has %zu bytes, at most %d fit", i + 1,
		    tag->value.len, TAG_VALUE_MAX);
	if (!utf8_valid(tag->name) || !utf8_valid(tag->value))
		return FAIL(err, ERR_FORMAT, "tag %zu: not UTF-8", i + 1);
	return 0;
}

/* The limits that hold for the block as a whole. */
static int
check_block(size_t bytes, uint64_t count, struct error *err)
{
	if (bytes > TAGS_MAX_BYTES)
		return FAIL(err, ERR_LIMIT,
		    "the tags have %zu bytes, at most %d fit", bytes,
		    TAGS_MAX_BYTES);
	if (count > TAGS_MAX)
		return FAIL(err, ERR_LIMIT, "%" PRIu64 " tags, at most %d fit",
		    count, TAGS_MAX);
	return 0;
}

int
avro_tags_decode(struct span in, uint64_t count, struct tag *tags,
    struct error *err)
{
	uint64_t n = 0;

	if (check_block(in.len, count, err) < 0)
		return -1;
	if (in.len == 0 && count == 0)
		return 0;
	if (!take_long(&in, &n) || n != count || n == 0)
		return FAIL(err, ERR_FORMAT,
		    "the tags do not begin as one block of %" PRIu64, count);
	for (size_t i = 0; i < count; i++) {
		if (!take_string(&in, &tags[i].name) ||
		    !take_string(&in, &tags[i].value))
			return FAIL(err, ERR_FORMAT,
			    "tag %zu: a length is malformed or goes past the "
			    "tags",
			    i + 1);
		if (avro_tag_check(&tags[i], i, err) < 0)
			return -1;
	}
	if (in.len != 1 || in.p[0] != 0)
		return FAIL(err, ERR_FORMAT,
		    "the tags do not end in one zero byte");
	return 0;
}

int
avro_tags_encode(const struct tag *tags, size_t count, struct buf *out,
    struct error *err)
{
	struct buf block = BUF_INIT;
	int rc = check_block(0, count, err);

	buf_reserve(&block, 512); /* of most items: one allocation */

	if (count > 0)
		add_long(&block, count);
	for (size_t i = 0; i < count && rc == 0; i++) {
		rc = avro_tag_check(&tags[i], i, err);
		if (rc < 0)
			break;
		add_long(&block, tags[i].name.len);
		buf_add_span(&block, tags[i].name);
		add_long(&block, tags[i].value.len);
		buf_add_span(&block, tags[i].value);
	}
	if (count > 0)
		buf_add_byte(&block, 0);
	if (rc == 0)
		rc = check_block(block.len, count, err);
	if (rc == 0)
		buf_add_span(out, buf_span(&block));
	buf_release(&block);
	return rc;
}
