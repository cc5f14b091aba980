/*
 * The head of an item is read in one go, since it has a greatest size, and with
 * it the first bytes of the data; the rest of the data runs through the hashes.
 *
 * What a bundle's head says is looked at once, before any item is believed. It
 * may be that of a file that somebody writes to, so each entry is held to the
 * bundle's end again when it is used.
 *
 * Nested bundles are a stack of walks with a fixed number of places, no
 * recursion: their depth is for whoever made the file to choose.
 */
#include "codec/item_read.h"

#include <inttypes.h>

enum {
	ENTRIES_AT_ONCE = 64,
};

/* --- sources --- */

static ssize_t
read_memory(void *arg, uint64_t at, uint8_t *out, size_t n, struct error *err)
{
	const struct span *bytes = arg;
	size_t left;

	(void)err;
	if (at >= bytes->len)
		return 0;
	left = bytes->len - (size_t)at;
	if (n > left)
		n = left;
	memcpy(out, bytes->p + at, n);
	return (ssize_t)n;
}

struct byte_source
byte_source_of(const struct span *bytes)
{
	/* arg is no pointer to const, since other sources change */
	union {
		const struct span *in;
		void *arg;
	} u = { .in = bytes };

	return (struct byte_source){ read_memory, u.arg };
}

static int
became_shorter(struct error *err)
{
	return FAIL(err, ERR_SYSTEM, "it became shorter while it was read");
}

/* A part whose length is known to be there. */
static int
read_exactly(const struct item_reader *r, uint64_t at, uint8_t *out, size_t n,
    struct error *err)
{
	ssize_t got = r->from.read(r->from.arg, at, out, n, err);

	if (got < 0)
		return -1;
	if ((size_t)got < n)
		return became_shorter(err);
	return 0;
}

/* --- items --- */

bool
item_is_verdict(enum error_code code)
{
	switch (code) {
	case ERR_FORMAT:
	case ERR_SHORT:
	case ERR_LIMIT:
	case ERR_UNSUPPORTED:
	case ERR_SIGNATURE:
		return true;
	default:
		return false;
	}
}

/* Bytes 8 to 31 of a count are zero; of an item they are of its signature. */
static bool
looks_like_item(struct span start)
{
	for (size_t i = 8; i < start.len; i++)
		if (start.p[i])
			return true;
	return false;
}

bool
item_seems_bundle(const struct item_view *view)
{
	return view->head_len >= BUNDLE_COUNT_BYTES &&
	    !looks_like_item(span_of(view->head, BUNDLE_COUNT_BYTES));
}

/* The smaller of two sizes, as one that fits into memory. */
static size_t
at_most(uint64_t len, size_t room)
{
	return len < room ? (size_t)len : room;
}

static int
read_head(const struct item_reader *r, uint64_t at, uint64_t len,
    struct item_view *out, struct error *err)
{
	size_t want = at_most(len, sizeof(out->head));
	ssize_t n = r->from.read(r->from.arg, at, out->head, want, err);

	if (n < 0)
		return -1;
	if ((size_t)n < want && len != TO_THE_END)
		return became_shorter(err);
	out->head_len = (size_t)n;
	if (ans104_decode(span_of(out->head, out->head_len), &out->item, err) <
	    0)
		return -1;
	out->decoded = true;
	out->id = ans104_id(&out->item);
	out->data_at = at + out->head_len - out->item.data.len;
	out->data_size = 0;
	return 0;
}

/* The hashes of the data in the making. */
struct data_hashes {
	struct ans104_hash deep;
	struct sha256 plain;
};

static void
add_data(const struct item_reader *r, struct data_hashes *h, struct span data,
    struct item_view *out)
{
	ans104_hash_update(&h->deep, data);
	if (r->data_hash)
		sha256_update(&h->plain, data);
	out->data_size += data.len;
}

/* What is behind the head, up to the item's or the source's end. */
static int
read_data(const struct item_reader *r, uint64_t at, uint64_t len,
    struct data_hashes *h, struct item_view *out, struct error *err)
{
	bool open_end = len == TO_THE_END;

	while (len > 0) {
		size_t want = at_most(len, r->room);
		ssize_t n = r->from.read(r->from.arg, at, r->piece, want, err);

		if (n < 0)
			return -1;
		add_data(r, h, span_of(r->piece, (size_t)n), out);
		if ((size_t)n < want)
			return open_end ? 0 : became_shorter(err);
		at += (size_t)n;
		if (!open_end)
			len -= (size_t)n;
	}
	return 0;
}

int
item_read(const struct item_reader *r, uint64_t at, uint64_t len,
    struct item_view *out, struct error *err)
{
	struct data_hashes h;

	out->decoded = false;
	out->head_len = 0;
	if (read_head(r, at, len, out, err) < 0)
		return -1;
	ans104_hash_init(&h.deep, &out->item);
	sha256_init(&h.plain);
	add_data(r, &h, out->item.data, out);
	if (len != TO_THE_END)
		len -= out->head_len;
	/* fewer bytes than were asked for: that was all */
	if (out->head_len == sizeof(out->head) &&
	    read_data(r, at + sizeof(out->head), len, &h, out, err) < 0)
		return -1;
	out->deep_hash = ans104_hash_final(&h.deep);
	out->data_sha256 = sha256_final(&h.plain);
	return ans104_verify_hash(&out->item, &out->deep_hash, err);
}

/* --- bundles --- */

/* The sizes of all entries, which leave nothing of `rest`. */
static int
check_sizes(const struct item_reader *r, uint64_t at, uint64_t count,
    uint64_t rest, struct error *err)
{
	uint8_t bytes[ENTRIES_AT_ONCE * BUNDLE_ENTRY_BYTES];
	struct span in = { NULL, 0 };

	for (uint64_t i = 0; i < count; i++) {
		struct bundle_entry entry;

		if (in.len == 0) {
			size_t n = at_most(count - i, ENTRIES_AT_ONCE) *
			    BUNDLE_ENTRY_BYTES;

			if (read_exactly(r, at, bytes, n, err) < 0)
				return -1;
			in = span_of(bytes, n);
			at += n;
		}
		if (item_bundle_entry(in, &entry, err) < 0)
			return FAIL_IN(err, "item %" PRIu64, i + 1);
		in = span_from(in, BUNDLE_ENTRY_BYTES);
		if (entry.size > rest)
			return FAIL(err, ERR_SHORT,
			    "the bundle ends in item %" PRIu64 ": %" PRIu64
			    " bytes are missing",
			    i + 1, entry.size - rest);
		rest -= entry.size;
	}
	if (rest)
		return FAIL(err, ERR_FORMAT,
		    "%" PRIu64 " bytes stand behind the last item", rest);
	return 0;
}

int
item_walk_open(const struct item_reader *r, uint64_t at, uint64_t len,
    struct item_walk *w, struct error *err)
{
	uint8_t start[BUNDLE_COUNT_BYTES];
	size_t n = at_most(len, sizeof(start));
	uint64_t count;
	uint64_t head;

	if (read_exactly(r, at, start, n, err) < 0 ||
	    item_bundle_count(span_of(start, n), len, &count, err) < 0)
		return -1;
	head = BUNDLE_COUNT_BYTES + count * BUNDLE_ENTRY_BYTES;
	if (check_sizes(r, at + BUNDLE_COUNT_BYTES, count, len - head, err) < 0)
		return -1;
	*w = (struct item_walk){
		.count = count,
		.entry_at = at + BUNDLE_COUNT_BYTES,
		.item_at = at + head,
		.end = at + len,
	};
	return 0;
}

int
item_walk_find(const struct item_reader *r, uint64_t len, struct item_walk *w,
    struct error *err)
{
	uint8_t start[BUNDLE_COUNT_BYTES];
	size_t n = at_most(len, sizeof(start));
	struct item_view holder;

	if (read_exactly(r, 0, start, n, err) < 0)
		return -1;
	if (!looks_like_item(span_of(start, n)))
		return item_walk_open(r, 0, len, w, err);
	if (item_read(r, 0, len, &holder, err) < 0)
		return holder.decoded && item_bundle_holds(&holder.item)
		    ? FAIL_IN(err, "the item that holds the bundle")
		    : FAIL_IN(err, "neither bundle nor item");
	if (!item_bundle_holds(&holder.item))
		return FAIL(err, ERR_FORMAT,
		    "an item without the tags Bundle-Format: binary and "
		    "Bundle-Version: 2.0.0");
	return item_walk_open(r, holder.data_at, holder.data_size, w, err);
}

int
item_walk_next(const struct item_reader *r, struct item_walk *w,
    struct item_place *out, struct error *err)
{
	uint8_t bytes[BUNDLE_ENTRY_BYTES];
	struct bundle_entry entry;

	if (w->index == w->count)
		return 0;
	if (read_exactly(r, w->entry_at, bytes, sizeof(bytes), err) < 0)
		return -1;
	if (item_bundle_entry(span_of(bytes, sizeof(bytes)), &entry, err) < 0 ||
	    entry.size > w->end - w->item_at)
		return FAIL(err, ERR_SYSTEM, "it changed while it was read");
	*out = (struct item_place){ w->index, w->item_at, entry };
	w->index++;
	w->entry_at += BUNDLE_ENTRY_BYTES;
	w->item_at += entry.size;
	return 1;
}

/* An item without what it may hold. */
static int
check_item(const struct item_reader *r, const struct item_place *place,
    struct item_view *out, struct error *err)
{
	if (item_read(r, place->at, place->entry.size, out, err) < 0)
		return -1;
	if (!id_equal(&out->id, &place->entry.id))
		return FAIL(err, ERR_FORMAT,
		    "the list of the bundle has another id for it: %s",
		    id_encode(&place->entry.id).text);
	return 0;
}

/* The walks of the bundles that are open, the innermost last. */
struct nest {
	struct item_walk walks[BUNDLE_DEPTH_MAX - 1];
	size_t depth;
};

static int
enter(const struct item_reader *r, const struct item_view *holder,
    struct nest *nest, struct error *err)
{
	if (nest->depth == BUNDLE_DEPTH_MAX - 1)
		return FAIL(err, ERR_LIMIT,
		    "bundles in bundles, more than %d deep", BUNDLE_DEPTH_MAX);
	if (item_walk_open(r, holder->data_at, holder->data_size,
		&nest->walks[nest->depth], err) < 0)
		return FAIL_IN(err, "the bundle that it holds");
	nest->depth++;
	return 0;
}

/* One item of the innermost bundle, or its end. */
static int
step(const struct item_reader *r, struct nest *nest, struct item_view *inner,
    struct error *err)
{
	struct item_place place;
	int rc = item_walk_next(r, &nest->walks[nest->depth - 1], &place, err);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		nest->depth--;
		return 0;
	}
	if (check_item(r, &place, inner, err) < 0)
		return -1;
	return item_bundle_holds(&inner->item) ? enter(r, inner, nest, err) : 0;
}

int
item_walk_check(const struct item_reader *r, const struct item_place *place,
    struct item_view *out, struct error *err)
{
	struct nest nest = { .depth = 0 };
	struct item_view inner;
	int rc = check_item(r, place, out, err);

	if (rc == 0 && item_bundle_holds(&out->item))
		rc = enter(r, out, &nest, err);
	while (rc == 0 && nest.depth > 0)
		rc = step(r, &nest, &inner, err);
	if (rc == 0)
		return 0;
	while (nest.depth > 0)
		error_prefix(err, "item %" PRIu64 " in it",
		    nest.walks[--nest.depth].index);
	return -1;
}
