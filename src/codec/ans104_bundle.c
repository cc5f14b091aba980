/*
 * Numbers in the head have 32 bytes, of which the low eight are used: more than
 * 2^64 bytes are not to be had.
 */
#include "codec/ans104_bundle.h"

#include <inttypes.h>

enum {
	NUMBER_BYTES = 32,
	NUMBER_USED = 8,
};

/* False when a byte above the low eight is not zero. */
static bool
number_fits(struct span number)
{
	for (size_t i = NUMBER_USED; i < NUMBER_BYTES; i++)
		if (number.p[i])
			return false;
	return true;
}

/* Divides instead of multiplying: a count may be any number. */
int
item_bundle_count(struct span in, uint64_t total, uint64_t *count,
    struct error *err)
{
	uint64_t n;

	if (in.len < BUNDLE_COUNT_BYTES || total < BUNDLE_COUNT_BYTES)
		return FAIL(err, ERR_SHORT,
		    "the bundle ends in its number of items");
	if (!number_fits(in))
		return FAIL(err, ERR_FORMAT,
		    "the number of items is out of range");
	take_u64(&in, &n);
	if (n > (total - BUNDLE_COUNT_BYTES) / BUNDLE_ENTRY_BYTES)
		return FAIL(err, ERR_SHORT,
		    "the bundle ends in its list of %" PRIu64 " items", n);
	*count = n;
	return 0;
}

int
item_bundle_entry(struct span in, struct bundle_entry *entry, struct error *err)
{
	struct span size;
	struct span id;

	if (!take_bytes(&in, NUMBER_BYTES, &size) ||
	    !take_bytes(&in, ID_BYTES, &id))
		return FAIL(err, ERR_SHORT,
		    "the bundle ends in its list of items");
	if (!number_fits(size))
		return FAIL(err, ERR_FORMAT, "its size is out of range");
	take_u64(&size, &entry->size);
	memcpy(entry->id.bytes, id.p, ID_BYTES);
	return 0;
}

static void
add_number(uint64_t n, struct buf *out)
{
	static const uint8_t zeroes[NUMBER_BYTES - NUMBER_USED];

	buf_add_u64(out, n);
	buf_add(out, zeroes, sizeof(zeroes));
}

void
item_bundle_add_count(uint64_t count, struct buf *out)
{
	add_number(count, out);
}

void
item_bundle_add_entry(const struct bundle_entry *entry, struct buf *out)
{
	add_number(entry->size, out);
	buf_add_span(out, id_span(&entry->id));
}

static bool
has_tag(const struct data_item *item, const char *name, const char *value)
{
	for (size_t i = 0; i < item->tag_count; i++)
		if (span_is(item->tags[i].name, name) &&
		    span_is(item->tags[i].value, value))
			return true;
	return false;
}

bool
item_bundle_holds(const struct data_item *item)
{
	return has_tag(item, "Bundle-Format", "binary") &&
	    has_tag(item, "Bundle-Version", "2.0.0");
}
