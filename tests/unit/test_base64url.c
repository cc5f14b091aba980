#include "base/base64url.h"
#include "test.h"

TEST(base64url, round_trips_every_length)
{
	uint8_t bytes[70];
	struct buf text = BUF_INIT;
	struct buf back = BUF_INIT;
	struct error err;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + 250);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		buf_clear(&text);
		buf_clear(&back);
		base64url_encode(span_of(bytes, n), &text);
		CHECK_INT(text.len, (n * 4 + 2) / 3);
		CHECK_OK(base64url_decode(buf_span(&text), &back, &err), err);
		CHECK(span_equal(buf_span(&back), span_of(bytes, n)));
	}
	buf_release(&text);
	buf_release(&back);
}

TEST(base64url, refuses_what_is_not_its_form)
{
	static const char *const wrong[] = { "A", "AB=", "A+", "A/", "AB",
		"a b", "AAAAA", "QUJD\n" };
	struct buf out = BUF_INIT;
	struct error err;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		CHECK_INT(base64url_decode(span_text(wrong[i]), &out, &err),
		    -1);
		CHECK_INT(err.code, ERR_FORMAT);
		CHECK_INT(out.len, 0);
	}
	buf_release(&out);
}

/* A text of one value alone: what decodes is what encoding it would give. */
static bool
is_the_one_text(const uint8_t *text, size_t len)
{
	struct buf bytes = BUF_INIT;
	struct buf again = BUF_INIT;
	struct error err;
	bool good;

	good = base64url_decode(span_of(text, len), &bytes, &err) == 0;
	if (good) {
		base64url_encode(buf_span(&bytes), &again);
		CHECK(span_equal(buf_span(&again), span_of(text, len)));
	}
	buf_release(&bytes);
	buf_release(&again);
	return good;
}

TEST(base64url, every_byte_in_every_place_is_taken_or_refused)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	uint8_t text[11] = "AAAAAAAAAAA";

	for (size_t len = 2; len <= sizeof(text); len++) {
		if (len % 4 == 1)
			continue;
		for (size_t at = 0; at < len; at++) {
			unsigned taken = 0;
			/* a last character also holds bits that must be 0 */
			unsigned wanted = at + 1 < len || len % 4 == 0 ? 64
			    : len % 4 == 2                             ? 4
								       : 16;

			for (unsigned c = 0; c < 256; c++) {
				bool good;

				text[at] = (uint8_t)c;
				good = is_the_one_text(text, len);
				CHECK(!good ||
				    memchr(alphabet, (int)c, 64) != NULL);
				taken += good;
			}
			text[at] = 'A';
			CHECK_INT(taken, wanted);
		}
	}
}

TEST(base64url, a_fault_is_told_by_its_offset)
{
	struct buf out = BUF_INIT;
	struct error err;

	CHECK_INT(base64url_decode(span_text("AAAAAAA+AAAA"), &out, &err), -1);
	CHECK_TEXT(err.text, "not base64url: at offset 7 of 12");
	CHECK_INT(base64url_decode(span_text("AAAAAB"), &out, &err), -1);
	CHECK_TEXT(err.text, "not base64url: at offset 5 of 6");
	CHECK_INT(base64url_decode(span_text("AAAAA"), &out, &err), -1);
	CHECK_TEXT(err.text, "not base64url: at offset 4 of 5");
	CHECK_INT(out.len, 0);
	buf_release(&out);
}

TEST(base64url, an_id_is_43_characters)
{
	const char *text = "8MGp9kOU4JYxAlPT1AyL7O3cedd97y-w8X4ciBsf_Xo";
	struct error err;
	struct id id;

	CHECK_OK(id_decode(span_text(text), &id, &err), err);
	CHECK_TEXT(id_encode(&id).text, text);
	CHECK_INT(id_decode(span_text(text + 1), &id, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
}

TEST(base64url, an_id_is_taken_whole_or_not_at_all)
{
	uint8_t bytes[ID_BYTES + 1];
	struct id id = { { 0 } };

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i + 1);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct span in = span_of(bytes, n);
		bool taken = take_id(&in, &id);

		CHECK(taken == (n >= ID_BYTES));
		CHECK_INT(in.len, taken ? n - ID_BYTES : n);
		CHECK_INT(id.bytes[ID_BYTES - 1], taken ? ID_BYTES : 0);
	}
}
