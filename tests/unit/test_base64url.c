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
