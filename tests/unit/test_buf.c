#include "base/buf.h"
#include "test.h"

TEST(buf, grows_and_stays_a_text)
{
	struct buf b = BUF_INIT;

	CHECK_TEXT(buf_text(&b), "");
	buf_add_text(&b, "ab");
	buf_add_byte(&b, 'c');
	buf_printf(&b, "%d-%s", 42, "x");
	CHECK_TEXT(buf_text(&b), "abc42-x");
	CHECK_SPAN(buf_span(&b), "abc42-x");
	buf_clear(&b);
	CHECK_INT(b.len, 0);
	CHECK_TEXT(buf_text(&b), "");
	for (int i = 0; i < 100000; i++)
		buf_add_byte(&b, (uint8_t)i);
	CHECK_INT(b.len, 100000);
	for (int i = 0; i < 100000; i++)
		CHECK_INT(b.p[i], (uint8_t)i);
	CHECK_INT(b.p[b.len], 0);
	buf_release(&b);
	CHECK(b.p == NULL);
}

TEST(buf, takes_empty_spans)
{
	struct buf b = BUF_INIT;
	struct span in;
	struct span got = span_text("x");

	buf_add_span(&b, span_of(NULL, 0));
	CHECK_INT(b.len, 0);
	buf_add_block(&b, span_of(NULL, 0));
	in = buf_span(&b);
	CHECK(take_block(&in, &got));
	CHECK_INT(got.len, 0);
	CHECK_INT(in.len, 0);
	buf_release(&b);
}

TEST(buf, reserve_makes_room_and_no_more)
{
	struct buf b = BUF_INIT;

	buf_add_text(&b, "ab");
	memcpy(buf_reserve(&b, 1000), "cd", 2);
	CHECK_SPAN(buf_span(&b), "ab");
	CHECK(b.room >= 1003);
	b.len += 2;
	CHECK_SPAN(buf_span(&b), "abcd");
	buf_release(&b);
}

TEST(buf, reads_back_little_endian)
{
	struct buf b = BUF_INIT;
	struct span in;
	struct span block;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	uint8_t u8;

	buf_add_byte(&b, 0xfe);
	buf_add_u16(&b, 0x0102);
	buf_add_u32(&b, 0x03040506);
	buf_add_u64(&b, 0x0708090a0b0c0d0e);
	buf_add_block(&b, span_text("block"));
	CHECK(memcmp(b.p,
		  "\xfe\x02\x01\x06\x05\x04\x03\x0e\x0d\x0c\x0b\x0a\x09\x08\x07"
		  "\x05\0\0\0block",
		  b.len) == 0);
	in = buf_span(&b);
	CHECK(take_u8(&in, &u8) && u8 == 0xfe);
	CHECK(take_u16(&in, &u16) && u16 == 0x0102);
	CHECK(take_u32(&in, &u32) && u32 == 0x03040506);
	CHECK(take_u64(&in, &u64) && u64 == 0x0708090a0b0c0d0e);
	CHECK(take_block(&in, &block));
	CHECK_SPAN(block, "block");
	CHECK_INT(in.len, 0);
	buf_release(&b);
}

TEST(buf, takes_nothing_from_what_is_too_short)
{
	const uint8_t bytes[11] = { 8 };
	struct span got;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;
	uint8_t u8;
	struct span in = span_of(bytes, 0);

	CHECK(!take_u8(&in, &u8));
	in = span_of(bytes, 1);
	CHECK(!take_u16(&in, &u16));
	in = span_of(bytes, 3);
	CHECK(!take_u32(&in, &u32));
	CHECK(!take_block(&in, &got));
	in = span_of(bytes, 7);
	CHECK(!take_u64(&in, &u64));
	CHECK(!take_bytes(&in, 8, &got));
	in = span_of(bytes, 11);
	CHECK(!take_block(&in, &got));
	CHECK(in.p == bytes && in.len == 11);
}
