/* A byte for the count, then a tag block: what decodes encodes to itself. */
#include "codec/avro_tags.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct tag tags[TAGS_MAX];
	struct buf out = BUF_INIT;
	struct error err;
	uint8_t count;

	if (!take_u8(&in, &count) ||
	    avro_tags_decode(in, count, tags, &err) < 0)
		return 0;
	ASSERT(avro_tags_encode(tags, count, &out, &err) == 0);
	ASSERT(span_equal(buf_span(&out), in));
	buf_release(&out);
	return 0;
}
