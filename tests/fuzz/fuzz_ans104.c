/* Any bytes as a data item: a verdict, and what is taken is whole. */
#include "ao/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* All parts lie in the input, one behind the other, up to its end. */
static void
check_parts(struct span in, const struct data_item *item)
{
	ASSERT(item->signature.p == in.p + 2);
	ASSERT(item->owner.p == item->signature.p + item->signature.len);
	ASSERT(item->target.len == 0 || item->target.len == TARGET_BYTES);
	ASSERT(item->anchor.len == 0 || item->anchor.len == ANCHOR_BYTES);
	ASSERT(item->tag_count <= TAGS_MAX);
	ASSERT(item->data.p + item->data.len == in.p + in.len);
}

/* The same fields, signed with another key, decode to the same fields. */
static void
check_again(const struct data_item *item)
{
	static const uint8_t seed[SEED_BYTES] = { 7 };
	static struct keypair *kp; /* made once: signing is slow enough */
	struct buf out = BUF_INIT;
	struct data_item again;
	struct error err;

	if (!kp)
		kp = keypair_from_seed(seed);
	ASSERT(ans104_sign(item, kp, &out, &err) == 0);
	ASSERT(ans104_decode(buf_span(&out), &again, &err) == 0);
	ASSERT(ans104_verify(&again, &err) == 0);
	ASSERT(span_equal(item->target, again.target));
	ASSERT(span_equal(item->anchor, again.anchor));
	ASSERT(span_equal(item->tag_bytes, again.tag_bytes));
	ASSERT(span_equal(item->data, again.data));
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct message *m;
	struct data_item item;
	struct error err;

	if (ans104_decode(in, &item, &err) < 0) {
		ASSERT(message_decode(in, &m, &err) < 0);
		return 0;
	}
	check_parts(in, &item);
	check_again(&item);
	ASSERT(message_decode(in, &m, &err) == 0);
	message_unref(m);
	if (message_verify(in, &m, &err) == 0)
		message_unref(m);
	return 0;
}
