/* A record of a damaged journal: read or refused, never past its end. */
#include "store/journal_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct record r;
	struct error err;

	if (record_decode(span_of(p, len), &r, &err) < 0)
		ASSERT(err.code == ERR_STORE);
	else
		ASSERT(r.item.len + r.text.len + r.tick.interval.len <= len);
	return 0;
}
