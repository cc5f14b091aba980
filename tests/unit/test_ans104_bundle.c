/* The bundles of tests/vectors/ans104, and what no library would make. */
#include <jansson.h>

#include "codec/item_read.h"
#include "test.h"

enum {
	PIECE = 100, /* small, so that data comes in several */
};

static uint8_t piece[PIECE];

static struct item_reader
reader_of(const struct span *bytes)
{
	return (struct item_reader){
		.from = byte_source_of(bytes),
		.piece = piece,
		.room = sizeof(piece),
	};
}

/* Walk the whole, and count the items, nested ones not. */
static int
walk(struct span bytes, uint64_t *count, struct error *err)
{
	struct item_reader r = reader_of(&bytes);
	struct item_walk w;
	struct item_place place;
	struct item_view view;
	int rc;

	if (item_walk_find(&r, bytes.len, &w, err) < 0)
		return -1;
	*count = 0;
	while ((rc = item_walk_next(&r, &w, &place, err)) > 0) {
		if (item_walk_check(&r, &place, &view, err) < 0)
			return FAIL_IN(err, "item %u",
			    (unsigned)place.index + 1);
		++*count;
	}
	return rc;
}

static void
refuse(struct span bytes, enum error_code code, const char *text)
{
	struct error err = { 0 };
	uint64_t count;

	CHECK_INT(walk(bytes, &count, &err), -1);
	CHECK_TEXT(err.text, text);
	CHECK_INT(err.code, code);
}

static const char *const names[] = { "bad-count", "bad-id", "bad-item",
	"bad-size", "cut", "cut-header", "empty", "huge-count", "nested",
	"one-item", "three-items", "trailing" };

enum {
	NAMES = sizeof(names) / sizeof(*names)
};

/* One vector: its bytes, owned, and what is said of it. */
static struct buf
vector(const char *name, json_t **fields)
{
	struct buf path = BUF_INIT;
	struct buf text;
	struct buf bytes;

	buf_printf(&path, "ans104/bundles/%s.json", name);
	text = test_vector(buf_text(&path));
	*fields = json_loadb((const char *)text.p, text.len, 0, NULL);
	CHECK(*fields != NULL);
	buf_clear(&path);
	buf_printf(&path, "ans104/bundles/%s.bin", name);
	bytes = test_vector(buf_text(&path));
	buf_release(&path);
	buf_release(&text);
	return bytes;
}

TEST(ans104_bundle, valid_ones_are_taken_and_others_refused)
{
	for (size_t i = 0; i < NAMES; i++) {
		json_t *fields;
		struct buf bytes = vector(names[i], &fields);
		bool valid = json_is_true(json_object_get(fields, "valid"));
		struct error err = { 0 };
		uint64_t count = 0;
		int rc = walk(buf_span(&bytes), &count, &err);

		if (valid != (rc == 0))
			fail_msg("%s: %s", names[i], err.text);
		if (valid)
			CHECK_INT(count,
			    json_integer_value(
				json_object_get(fields, "count")));
		if (!valid && !item_is_verdict(err.code))
			fail_msg("%s: no verdict: %s", names[i], err.text);
		json_decref(fields);
		buf_release(&bytes);
	}
}

/* The head that says the same of the same items. */
static void
encode_again(struct span bytes, const json_t *fields)
{
	struct item_reader r = reader_of(&bytes);
	struct buf head = BUF_INIT;
	struct item_place place;
	struct item_walk w;
	struct error err;
	int rc;

	CHECK_OK(item_walk_open(&r, 0, bytes.len, &w, &err), err);
	item_bundle_add_count(w.count, &head);
	while ((rc = item_walk_next(&r, &w, &place, &err)) > 0) {
		size_t i = (size_t)place.index;
		const json_t *ids = json_object_get(fields, "ids");
		const json_t *sizes = json_object_get(fields, "sizes");

		CHECK_TEXT(id_encode(&place.entry.id).text,
		    json_string_value(json_array_get(ids, i)));
		CHECK_INT(place.entry.size,
		    json_integer_value(json_array_get(sizes, i)));
		item_bundle_add_entry(&place.entry, &head);
	}
	CHECK_OK(rc, err);
	CHECK(span_equal(buf_span(&head), span_first(bytes, head.len)));
	CHECK_INT(head.len, BUNDLE_COUNT_BYTES + w.count * BUNDLE_ENTRY_BYTES);
	buf_release(&head);
}

TEST(ans104_bundle, what_decodes_encodes_to_the_same_bytes)
{
	for (size_t i = 0; i < NAMES; i++) {
		json_t *fields;
		struct buf bytes = vector(names[i], &fields);

		if (json_is_true(json_object_get(fields, "valid")))
			encode_again(buf_span(&bytes), fields);
		json_decref(fields);
		buf_release(&bytes);
	}
}

TEST(ans104_bundle, every_cut_of_every_bundle_is_refused)
{
	for (size_t i = 0; i < NAMES; i++) {
		json_t *fields;
		struct buf bytes = vector(names[i], &fields);

		/* without its last bytes, trailing is a good one */
		if (strcmp(names[i], "trailing") == 0)
			bytes.len = 1000;
		for (size_t n = 0; n < bytes.len; n++) {
			uint8_t *cut = malloc(n ? n : 1);
			struct error err;
			uint64_t count;

			memcpy(cut, bytes.p, n);
			if (walk(span_of(cut, n), &count, &err) == 0)
				fail_msg("%s cut to %zu bytes", names[i], n);
			CHECK(item_is_verdict(err.code));
			free(cut);
		}
		json_decref(fields);
		buf_release(&bytes);
	}
}

TEST(ans104_bundle, failures_name_the_part)
{
	json_t *fields;
	struct buf bytes = vector("three-items", &fields);
	size_t third = (size_t)json_integer_value(
	    json_array_get(json_object_get(fields, "sizes"), 2));
	struct span all;

	buf_add_byte(&bytes, 0);
	refuse(buf_span(&bytes), ERR_FORMAT,
	    "1 bytes stand behind the last item");
	all = span_first(buf_span(&bytes), bytes.len - 1);
	refuse(span_first(all, 31), ERR_SHORT,
	    "the bundle ends in its number of items");
	refuse(span_first(all, 100), ERR_SHORT,
	    "the bundle ends in its list of 3 items");
	refuse(span_first(all, all.len - 1), ERR_SHORT,
	    "the bundle ends in item 3: 1 bytes are missing");
	bytes.p[32 + 64 + 20] = 1;
	refuse(all, ERR_FORMAT, "item 2: its size is out of range");
	bytes.p[32 + 64 + 20] = 0;
	bytes.p[32 + 32] ^= 1;
	refuse(all, ERR_FORMAT,
	    "item 1: the list of the bundle has another id for it: "
	    "UGvPnq0Fw6HW_OrKg1MasXWwt8oyn_t2CkYI-V6XgyM");
	bytes.p[32 + 32] ^= 1;
	/* in the signature of the last: what is wrong with it goes first */
	bytes.p[all.len - third + 20] ^= 1;
	refuse(all, ERR_SIGNATURE,
	    "item 3: the ethereum signature does not hold");
	json_decref(fields);
	buf_release(&bytes);
}

TEST(ans104_bundle, huge_counts_and_sizes_are_refused)
{
	static const uint64_t counts[] = { UINT64_MAX, UINT64_MAX / 64,
		UINT64_MAX / 64 + 1, (UINT64_MAX - 31) / 64, 2, 3 };
	struct error err;
	uint64_t n;

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		struct buf bytes = BUF_INIT;
		struct bundle_entry entry = { UINT64_MAX, { { 0 } } };

		item_bundle_add_count(counts[i], &bytes);
		item_bundle_add_entry(&entry, &bytes);
		CHECK_INT(walk(buf_span(&bytes), &n, &err), -1);
		CHECK_INT(err.code, ERR_SHORT);
		buf_release(&bytes);
	}
}

TEST(ans104_bundle, a_count_is_held_against_the_whole_size)
{
	struct buf bytes = BUF_INIT;
	struct error err;
	uint64_t n;

	item_bundle_add_count(UINT64_MAX / 64, &bytes);
	CHECK_OK(item_bundle_count(buf_span(&bytes), UINT64_MAX, &n, &err),
	    err);
	CHECK(n == UINT64_MAX / 64);
	CHECK_INT(
	    item_bundle_count(buf_span(&bytes), UINT64_MAX - 64, &n, &err), -1);
	CHECK_INT(err.code, ERR_SHORT);
	buf_release(&bytes);
}

/* Sizes whose sum wraps round to what is there. */
TEST(ans104_bundle, sizes_cannot_wrap_round)
{
	struct buf bytes = BUF_INIT;
	struct bundle_entry entry = { UINT64_MAX - 9, { { 0 } } };

	item_bundle_add_count(2, &bytes);
	item_bundle_add_entry(&entry, &bytes);
	entry.size = 20;
	item_bundle_add_entry(&entry, &bytes);
	buf_add(&bytes, "0123456789", 10);
	refuse(buf_span(&bytes), ERR_SHORT,
	    "the bundle ends in item 1: 18446744073709551596 bytes are "
	    "missing");
	buf_release(&bytes);
}

/* A bundle of one item of that data, which itself is a bundle or not. */
static struct buf
bundle_of(const struct keypair *kp, struct span data, bool is_bundle)
{
	struct data_item item = { .data = data,
		.tag_count = is_bundle ? 2 : 0,
		.tags = { { span_text("Bundle-Format"), span_text("binary") },
		    { span_text("Bundle-Version"), span_text("2.0.0") } } };
	struct bundle_entry entry;
	struct buf bytes = BUF_INIT;
	struct buf out = BUF_INIT;
	struct error err;

	CHECK_OK(ans104_sign(&item, kp, &bytes, &err), err);
	CHECK_OK(ans104_decode(buf_span(&bytes), &item, &err), err);
	entry.size = bytes.len;
	entry.id = ans104_id(&item);
	item_bundle_add_count(1, &out);
	item_bundle_add_entry(&entry, &out);
	buf_add_span(&out, buf_span(&bytes));
	buf_release(&bytes);
	return out;
}

/* `depth` bundles inside one another around an item. */
static struct buf
nested(const struct keypair *kp, struct span data, size_t depth)
{
	struct buf all = bundle_of(kp, data, false);

	for (size_t i = 1; i < depth; i++) {
		struct buf outer = bundle_of(kp, buf_span(&all), true);

		buf_release(&all);
		all = outer;
	}
	return all;
}

TEST(ans104_bundle, nesting_has_a_limit)
{
	struct keypair *kp = keypair_new();
	struct span data = span_text("x");
	struct buf bytes = nested(kp, data, BUNDLE_DEPTH_MAX);
	struct error err;
	uint64_t n;

	CHECK_OK(walk(buf_span(&bytes), &n, &err), err);
	buf_release(&bytes);
	bytes = nested(kp, data, BUNDLE_DEPTH_MAX + 1);
	refuse(buf_span(&bytes), ERR_LIMIT,
	    "item 1: item 1 in it: item 1 in it: item 1 in it: item 1 in it: "
	    "item 1 in it: item 1 in it: item 1 in it: "
	    "bundles in bundles, more than 8 deep");
	buf_release(&bytes);
	keypair_free(kp);
}

/* Holders sign what they hold as bytes, good or bad. */
TEST(ans104_bundle, a_bad_item_deep_inside_makes_its_holder_invalid)
{
	struct keypair *kp = keypair_new();
	struct buf inner = nested(kp, span_text("data"), 1);
	struct buf bytes;
	struct error err;
	uint64_t n;

	inner.p[32 + 40] ^= 1;
	bytes = bundle_of(kp, buf_span(&inner), true);
	buf_release(&inner);
	inner = bytes;
	bytes = bundle_of(kp, buf_span(&inner), true);
	CHECK_INT(walk(buf_span(&bytes), &n, &err), -1);
	CHECK(span_starts_with(span_text(err.text),
	    "item 1: item 1 in it: item 1 in it: the list of the "
	    "bundle has another id for it: "));
	buf_release(&inner);
	buf_release(&bytes);
	/* no bundle at all in an item that says so */
	bytes = bundle_of(kp, span_text("short"), true);
	refuse(buf_span(&bytes), ERR_SHORT,
	    "item 1: the bundle that it holds: "
	    "the bundle ends in its number of items");
	buf_release(&bytes);
	keypair_free(kp);
}

TEST(ans104_bundle, an_item_that_holds_one_will_do)
{
	struct buf bytes =
	    test_vector("ans104/valid/arweave-nested-bundle.bin");
	struct error err;
	uint64_t n;

	CHECK_OK(walk(buf_span(&bytes), &n, &err), err);
	CHECK_INT(n, 3);
	bytes.p[bytes.len - 1] ^= 1;
	CHECK_INT(walk(buf_span(&bytes), &n, &err), -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	buf_release(&bytes);
	bytes = test_vector("ans104/valid/arweave-plain.bin");
	refuse(buf_span(&bytes), ERR_FORMAT,
	    "an item without the tags Bundle-Format: binary and "
	    "Bundle-Version: 2.0.0");
	buf_release(&bytes);
}
