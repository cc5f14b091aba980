/*
 * A hash of what follows, a version, the position, the build, the length of
 * the image, the image compressed. The hash is over compressed bytes: fewer of
 * them, and what LZ4 is given to expand is what it made.
 *
 * The length is believed only within the limit and within what LZ4 could have
 * made of so few bytes, since memory is taken for it before anything is known.
 */
#include "store/checkpoint.h"

#include <lz4.h>

enum {
	VERSION = 1,
	/* LZ4 makes at most so many bytes of one (its block format) */
	RATIO_MAX = 255,
};

_Static_assert(CHECKPOINT_IMAGE_MAX <= LZ4_MAX_INPUT_SIZE, "one block of LZ4");
_Static_assert(LZ4_COMPRESSBOUND(CHECKPOINT_IMAGE_MAX) + CHECKPOINT_BUILD_MAX +
	    1024 <
	CHECKPOINT_BYTES_MAX,
    "the limit holds for images that do not compress");

void
checkpoint_record_release(struct checkpoint_record *r)
{
	buf_release(&r->build);
	buf_release(&r->image);
}

/* An image that does not compress grows by some 0.4 %. */
static void
add_compressed(struct buf *out, struct span image)
{
	int room = LZ4_compressBound((int)image.len);
	uint8_t *at = buf_reserve(out, (size_t)room);
	int n = LZ4_compress_default((const char *)image.p, (char *)at,
	    (int)image.len, room);

	ASSERT(n > 0);
	out->len += (size_t)n;
}

void
checkpoint_encode(const struct checkpoint *c, struct buf *out)
{
	size_t at = out->len;
	struct sha256_digest hash;

	ASSERT(c->image.len <= CHECKPOINT_IMAGE_MAX);
	ASSERT(c->build.len <= CHECKPOINT_BUILD_MAX);
	memset(buf_reserve(out, SHA256_BYTES), 0, SHA256_BYTES);
	out->len += SHA256_BYTES;
	buf_add_byte(out, VERSION);
	buf_add_u64(out, c->number);
	buf_add_u64(out, c->slots);
	buf_add_u32(out, c->ticks);
	buf_add(out, c->chain, SHA256_BYTES);
	buf_add_block(out, c->build);
	buf_add_u32(out, (uint32_t)c->image.len);
	add_compressed(out, c->image);
	hash = sha256(span_from(buf_span(out), at + SHA256_BYTES));
	memcpy(out->p + at, hash.bytes, SHA256_BYTES);
}

/* The part in front of the image; `in` moves behind it. */
static bool
take_head(struct span *in, struct checkpoint_record *r, struct span *build,
    uint32_t *image_len)
{
	struct span chain;
	uint8_t version;

	if (!take_u8(in, &version) || version != VERSION ||
	    !take_u64(in, &r->number) || !take_u64(in, &r->slots) ||
	    !take_u32(in, &r->ticks) || !take_bytes(in, SHA256_BYTES, &chain) ||
	    !take_block(in, build) || build->len > CHECKPOINT_BUILD_MAX ||
	    !take_u32(in, image_len) || *image_len > CHECKPOINT_IMAGE_MAX)
		return false;
	memcpy(r->chain, chain.p, SHA256_BYTES);
	return true;
}

/* False: not what LZ4 makes of an image of that length. */
static bool
expand(struct span in, uint32_t len, struct buf *out)
{
	uint8_t *at;

	if (in.len > INT32_MAX || len > (uint64_t)in.len * RATIO_MAX)
		return false;
	at = buf_reserve(out, len);
	if (LZ4_decompress_safe((const char *)in.p, (char *)at, (int)in.len,
		(int)len) != (int)len)
		return false;
	out->len = len;
	return true;
}

int
checkpoint_decode(struct span in, struct checkpoint_record *out,
    struct error *err)
{
	struct checkpoint_record r = { .number = 0 };
	struct sha256_digest hash;
	struct span claimed;
	struct span build;
	uint32_t len;

	if (!take_bytes(&in, SHA256_BYTES, &claimed))
		return FAIL(err, ERR_FORMAT, "a checkpoint that is cut off");
	hash = sha256(in);
	if (memcmp(hash.bytes, claimed.p, SHA256_BYTES) != 0)
		return FAIL(err, ERR_FORMAT, "a checkpoint with another hash");
	if (!take_head(&in, &r, &build, &len))
		return FAIL(err, ERR_FORMAT, "a checkpoint of no known form");
	if (!expand(in, len, &r.image)) {
		buf_release(&r.image);
		return FAIL(err, ERR_FORMAT, "a checkpoint's image is broken");
	}
	buf_add_span(&r.build, build);
	*out = r;
	return 0;
}
