/*
 * Any bytes as a bundle: a verdict, and what is taken is whole and encodes to
 * itself. The first byte is the room for pieces of data.
 */
#include "codec/item_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* Items follow one another from behind the head to the end. */
static void
check_place(struct span in, const struct item_place *place, uint64_t *at)
{
	ASSERT(place->at == *at);
	ASSERT(place->entry.size <= in.len - *at);
	*at += place->entry.size;
}

/* The item in pieces is the item as a whole. */
static void
check_view(struct span in, const struct item_place *place,
    const struct item_view *view)
{
	struct span bytes = span_first(span_from(in, (size_t)place->at),
	    (size_t)place->entry.size);
	struct sha384_digest hash;
	struct data_item item;
	struct error err;

	ASSERT((ans104_decode(bytes, &item, &err) == 0) == view->decoded);
	if (!view->decoded)
		return;
	hash = ans104_deep_hash(&item);
	ASSERT(memcmp(&hash, &view->deep_hash, sizeof(hash)) == 0);
	ASSERT(view->data_size == item.data.len);
}

static void
walk(struct span in, const struct item_reader *r, struct item_walk *w)
{
	struct buf head = BUF_INIT;
	struct item_place place;
	struct item_view view;
	struct error err;
	uint64_t start = w->item_at;
	uint64_t at = start;

	item_bundle_add_count(w->count, &head);
	while (item_walk_next(r, w, &place, &err) > 0) {
		check_place(in, &place, &at);
		if (item_walk_check(r, &place, &view, &err) == 0)
			ASSERT(id_equal(&view.id, &place.entry.id));
		else
			ASSERT(item_is_verdict(err.code));
		check_view(in, &place, &view);
		item_bundle_add_entry(&place.entry, &head);
	}
	ASSERT(w->index == w->count && at == w->end);
	ASSERT(span_equal(buf_span(&head),
	    span_first(span_from(in, (size_t)start - head.len), head.len)));
	buf_release(&head);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	uint8_t piece[256];
	struct item_reader r = { byte_source_of(&in), piece, 0, false };
	struct item_walk w;
	struct error err;
	uint8_t room;

	if (!take_u8(&in, &room))
		return 0;
	r.room = room + 1;
	if (item_walk_find(&r, in.len, &w, &err) == 0)
		walk(in, &r, &w);
	else
		ASSERT(item_is_verdict(err.code));
	return 0;
}
