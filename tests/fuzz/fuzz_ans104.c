/* Any bytes as a data item: a verdict, and what is taken is whole. */
#include "codec/item_read.h"
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

/* The data in pieces, and the item through a reader, give the same hash. */
static void
check_pieces(struct span in, const struct data_item *item)
{
	struct sha384_digest whole = ans104_deep_hash(item);
	size_t room = in.p[in.len - 1] + 1u;
	uint8_t piece[256];
	struct item_reader r = { byte_source_of(&in), piece, room, false };
	struct item_view view;
	struct sha384_digest hash;
	struct ans104_hash h;
	struct error err;

	ans104_hash_init(&h, item);
	for (size_t at = 0; at < item->data.len; at += room)
		ans104_hash_update(&h,
		    span_first(span_from(item->data, at), room));
	hash = ans104_hash_final(&h);
	ASSERT(memcmp(&hash, &whole, sizeof(hash)) == 0);
	if (item_read(&r, 0, TO_THE_END, &view, &err) < 0)
		ASSERT(err.code == ERR_SIGNATURE);
	ASSERT(view.decoded && view.data_size == item->data.len);
	ASSERT(memcmp(&view.deep_hash, &whole, sizeof(whole)) == 0);
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
	check_pieces(in, &item);
	check_again(&item);
	ASSERT(message_decode(in, &m, &err) == 0);
	message_unref(m);
	if (message_verify(in, &m, &err) == 0)
		message_unref(m);
	return 0;
}
