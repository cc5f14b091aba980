#include "store/checkpoint.h"
#include "test.h"

/* Bytes like a heap's: zeroes, repetition, and some that do not compress. */
static struct buf
make_image(size_t len)
{
	struct buf b = BUF_INIT;
	uint64_t random = 88172645463325252U;

	while (b.len < len) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		buf_add_byte(&b, b.len % 3 ? 0 : (uint8_t)random);
	}
	return b;
}

static struct buf
encoded(struct span image)
{
	struct checkpoint c = { .number = 7,
		.slots = 1ULL << 40,
		.ticks = 3,
		.chain = { 1, 2, 3 },
		.build = span_text("a build"),
		.image = image };
	struct buf out = BUF_INIT;

	buf_add_text(&out, "head");
	checkpoint_encode(&c, &out);
	return out;
}

static void
check_round(size_t len)
{
	struct buf image = make_image(len);
	struct buf bytes = encoded(buf_span(&image));
	struct checkpoint_record r;
	struct error err;

	CHECK_OK(checkpoint_decode(span_from(buf_span(&bytes), 4), &r, &err),
	    err);
	CHECK_INT(r.number, 7);
	CHECK(r.slots == 1ULL << 40);
	CHECK_INT(r.ticks, 3);
	CHECK_INT(r.chain[2], 3);
	CHECK_SPAN(buf_span(&r.build), "a build");
	CHECK(span_equal(buf_span(&r.image), buf_span(&image)));
	CHECK(bytes.len < 200 + len * 3 / 4);
	checkpoint_record_release(&r);
	buf_release(&bytes);
	buf_release(&image);
}

TEST(checkpoint, gives_back_what_was_encoded)
{
	check_round(0);
	check_round(1);
	check_round(1000);
	check_round(3 << 20);
}

static void
check_none(struct span in)
{
	struct checkpoint_record r = { .number = 99 };
	struct error err;

	CHECK_INT(checkpoint_decode(in, &r, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_INT(r.number, 99);
}

TEST(checkpoint, is_none_when_a_bit_is_wrong_or_bytes_are_missing)
{
	struct buf image = make_image(500);
	struct buf bytes = encoded(buf_span(&image));

	for (size_t i = 4; i < bytes.len; i++) {
		check_none(span_of(bytes.p + 4, i - 4));
		bytes.p[i] ^= (uint8_t)(1 << i % 8);
		check_none(span_from(buf_span(&bytes), 4));
		bytes.p[i] ^= (uint8_t)(1 << i % 8);
	}
	buf_add_byte(&bytes, 0);
	check_none(span_from(buf_span(&bytes), 4));
	buf_release(&bytes);
	buf_release(&image);
}

/* Of a right hash, so that the lengths within are looked at. */
static void
check_lie(size_t at, uint32_t value)
{
	struct buf image = make_image(500);
	struct buf bytes = encoded(buf_span(&image));
	struct sha256_digest hash;

	memcpy(bytes.p + 4 + at, &value, sizeof(value));
	hash = sha256(span_from(buf_span(&bytes), 4 + SHA256_BYTES));
	memcpy(bytes.p + 4, hash.bytes, SHA256_BYTES);
	check_none(span_from(buf_span(&bytes), 4));
	buf_release(&bytes);
	buf_release(&image);
}

TEST(checkpoint, believes_no_length)
{
	/* behind hash, version, number, slots, ticks and chain */
	size_t build = SHA256_BYTES + 1 + 8 + 8 + 4 + SHA256_BYTES;
	size_t image = build + 4 + strlen("a build");

	check_lie(build, UINT32_MAX);
	check_lie(build, CHECKPOINT_BUILD_MAX + 1);
	check_lie(build, 6);
	check_lie(image, UINT32_MAX);
	check_lie(image, CHECKPOINT_IMAGE_MAX);
	check_lie(image, 499);
	check_lie(image, 501);
	check_lie(SHA256_BYTES, 2); /* the version */
}
