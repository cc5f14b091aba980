/* Any bytes as base64url: what decodes is the one text of its value. */
#include "base/base64url.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct buf bytes = BUF_INIT;
	struct buf text = BUF_INIT;
	struct error err;
	struct id id;

	if (base64url_decode(in, &bytes, &err) == 0) {
		ASSERT(bytes.len == len * 3 / 4);
		base64url_encode(buf_span(&bytes), &text);
		ASSERT(span_equal(buf_span(&text), in));
	} else {
		ASSERT(err.code == ERR_FORMAT && bytes.len == 0);
	}
	if (id_decode(in, &id, &err) == 0)
		ASSERT(span_equal(span_text(id_encode(&id).text), in));
	/* the other way round */
	buf_clear(&text);
	buf_clear(&bytes);
	base64url_encode(in, &text);
	ASSERT(base64url_decode(buf_span(&text), &bytes, &err) == 0);
	ASSERT(span_equal(buf_span(&bytes), in));
	buf_release(&bytes);
	buf_release(&text);
	return 0;
}
