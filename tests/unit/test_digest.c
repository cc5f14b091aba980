#include "crypto/digest.h"
#include "test.h"

static void
check_hex(const uint8_t *p, size_t n, const char *hex)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%02x", p[i]);
	CHECK_TEXT(buf_text(&b), hex);
	buf_release(&b);
}

TEST(digest, knows_the_examples_of_the_standard)
{
	check_hex(sha256(span_text("abc")).bytes, SHA256_BYTES,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check_hex(sha384(span_text("abc")).bytes, SHA384_BYTES,
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	    "8086072ba1e7cc2358baeca134c825a7");
	check_hex(sha256(span_of(NULL, 0)).bytes, SHA256_BYTES,
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(digest, parts_are_hashed_as_one_text)
{
	uint8_t bytes[300];
	struct span whole = span_of(bytes, sizeof(bytes));

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct span parts[] = { span_first(whole, n), span_of(NULL, 0),
			span_from(whole, n) };

		CHECK(!memcmp(sha256_parts(parts, 3).bytes, sha256(whole).bytes,
		    SHA256_BYTES));
		CHECK(!memcmp(sha384_parts(parts, 3).bytes, sha384(whole).bytes,
		    SHA384_BYTES));
	}
}
