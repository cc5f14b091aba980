/*
 * Any bytes as a checkpoint, under a hash that is right, since nobody would
 * guess one: refused, or whole and the same when encoded again.
 */
#include "store/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_again(const struct checkpoint_record *r)
{
	struct checkpoint c = { r->number, r->slots, r->ticks, { 0 },
		buf_span(&r->build), buf_span(&r->image) };
	struct checkpoint_record again;
	struct buf out = BUF_INIT;
	struct error err;

	memcpy(c.chain, r->chain, sizeof(c.chain));
	checkpoint_encode(&c, &out);
	ASSERT(checkpoint_decode(buf_span(&out), &again, &err) == 0);
	ASSERT(again.number == r->number && again.slots == r->slots &&
	    again.ticks == r->ticks);
	ASSERT(memcmp(again.chain, r->chain, sizeof(r->chain)) == 0);
	ASSERT(span_equal(buf_span(&again.build), buf_span(&r->build)));
	ASSERT(span_equal(buf_span(&again.image), buf_span(&r->image)));
	checkpoint_record_release(&again);
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct sha256_digest hash = sha256(span_of(p, len));
	struct checkpoint_record r;
	struct buf in = BUF_INIT;
	struct error err;

	if (checkpoint_decode(span_of(p, len), &r, &err) == 0)
		checkpoint_record_release(&r);
	else
		ASSERT(err.code == ERR_FORMAT);
	buf_add(&in, hash.bytes, SHA256_BYTES);
	buf_add(&in, p, len);
	if (checkpoint_decode(buf_span(&in), &r, &err) == 0) {
		check_again(&r);
		checkpoint_record_release(&r);
	} else {
		ASSERT(err.code == ERR_FORMAT);
	}
	buf_release(&in);
	return 0;
}
