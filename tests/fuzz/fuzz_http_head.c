/*
 * Any bytes as the fields of a request's head, "name: value" on a line each. What
 * is let through can be read in one way only.
 */
#include "base/error.h"
#include "net/http_head.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct http_head h = { 0 };
	const char *why;
	unsigned status;

	while (in.len) {
		const uint8_t *end = memchr(in.p, '\n', in.len);
		size_t row = end ? (size_t)(end - in.p) : in.len;
		const uint8_t *colon = row ? memchr(in.p, ':', row) : NULL;
		size_t name = colon ? (size_t)(colon - in.p) : row;
		struct span line = span_first(in, row);

		http_head_add(&h, span_first(line, name),
		    span_from(line, name + (colon != NULL)));
		in = span_from(in, row + (end != NULL));
	}
	status = http_head_status(&h, len & 1, &why);
	ASSERT((status != 0) == (why != NULL));
	ASSERT(status || h.lengths + h.codings <= 1);
	ASSERT(status || h.weight <= HTTP_HEAD_MAX);
	return 0;
}
