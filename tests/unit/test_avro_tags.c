#include <jansson.h>

#include "codec/avro_tags.h"
#include "codec/utf8.h"
#include "test.h"

static struct buf
from_hex(const char *hex)
{
	struct buf b = BUF_INIT;

	for (; hex[0] && hex[1]; hex += 2) {
		char pair[] = { hex[0], hex[1], 0 };

		buf_add_byte(&b, (uint8_t)strtoul(pair, NULL, 16));
	}
	return b;
}

static struct span
member(const json_t *object, const char *name)
{
	json_t *v = json_object_get(object, name);

	return span_of(json_string_value(v), json_string_length(v));
}

static void
check_listed(const json_t *tags, struct span bytes)
{
	size_t count = json_array_size(tags);
	struct tag wanted[TAGS_MAX];
	struct tag got[TAGS_MAX];
	struct buf out = BUF_INIT;
	struct error err;

	for (size_t i = 0; i < count; i++) {
		json_t *tag = json_array_get(tags, i);

		wanted[i].name = member(tag, "name");
		wanted[i].value = member(tag, "value");
	}
	CHECK_OK(avro_tags_encode(wanted, count, &out, &err), err);
	CHECK(span_equal(buf_span(&out), bytes));
	CHECK_OK(avro_tags_decode(bytes, count, got, &err), err);
	for (size_t i = 0; i < count; i++) {
		CHECK(span_equal(got[i].name, wanted[i].name));
		CHECK(span_equal(got[i].value, wanted[i].value));
	}
	buf_release(&out);
}

TEST(avro_tags, encodes_and_decodes_the_listed_blocks)
{
	struct buf text = test_vector("ans104/parts.json");
	json_t *parts =
	    json_loadb((const char *)text.p, text.len, JSON_ALLOW_NUL, NULL);
	json_t *cases = json_object_get(parts, "tag_encoding");

	CHECK(json_array_size(cases) > 3);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		json_t *c = json_array_get(cases, i);
		struct buf bytes =
		    from_hex(json_string_value(json_object_get(c, "hex")));

		check_listed(json_object_get(c, "tags"), buf_span(&bytes));
		buf_release(&bytes);
	}
	json_decref(parts);
	buf_release(&text);
}

TEST(avro_tags, refuses_all_but_the_canonical_form)
{
	static const struct {
		uint64_t count;
		const char *hex;
	} wrong[] = {
		{ 1, "" },                       /* a count without bytes */
		{ 0, "00" },                     /* bytes without a count */
		{ 0, "020261026200" },           /* likewise */
		{ 2, "020261026200" },           /* another count */
		{ 1, "0202610262" },             /* no end */
		{ 1, "02026102620000" },         /* bytes behind the end */
		{ 1, "0202610262020261026200" }, /* two blocks */
		{ 1, "01080261026200" },   /* a negative count, and size */
		{ 1, "8200026102620000" }, /* a long with a spare byte */
		{ 1, "02820061026200" },   /* likewise, of a length */
		{ 1, "02016100" },         /* a negative length */
		{ 1, "0202610462" },       /* a value past the end */
		{ 1, "02feffffffffffffffff0161" },   /* a length of 2^63 - 1 */
		{ 1, "02ffffffffffffffffff7f61" },   /* more than 64 bits */
		{ 1, "02808080808080808080808061" }, /* a long without end */
		{ 1, "020261" },                     /* no value at all */
		{ 1, "0202ff026200" },               /* not UTF-8 */
		{ 1, "0206eda080026200" },           /* a surrogate */
		{ 1, "0204c080026200" },             /* an overlong form */
	};
	struct tag tags[TAGS_MAX];
	struct error err;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct buf bytes = from_hex(wrong[i].hex);

		if (avro_tags_decode(buf_span(&bytes), wrong[i].count, tags,
			&err) == 0)
			fail_msg("%s is taken", wrong[i].hex);
		CHECK_INT(err.code, ERR_FORMAT);
		buf_release(&bytes);
	}
}

static int
encode_one(size_t name, size_t value, struct error *err)
{
	static uint8_t letters[TAGS_MAX_BYTES];
	struct buf out = BUF_INIT;
	struct tag tag;
	int rc;

	memset(letters, 'x', sizeof(letters));
	tag = (struct tag){ span_of(letters, name), span_of(letters, value) };
	rc = avro_tags_encode(&tag, 1, &out, err);
	if (rc < 0)
		CHECK_INT(out.len, 0);
	buf_release(&out);
	return rc;
}

TEST(avro_tags, keeps_the_limits_to_the_byte)
{
	struct tag many[TAGS_MAX + 1];
	struct buf out = BUF_INIT;
	struct error err;

	CHECK_OK(encode_one(1, 0, &err), err);
	CHECK_OK(encode_one(TAG_NAME_MAX, 1, &err), err);
	CHECK_OK(encode_one(1, TAG_VALUE_MAX, &err), err);
	CHECK_INT(encode_one(0, 1, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	CHECK_TEXT(err.text, "tag 1: the name is empty");
	CHECK_INT(encode_one(TAG_NAME_MAX + 1, 1, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	CHECK_INT(encode_one(1, TAG_VALUE_MAX + 1, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	/* the block: count, two lengths of two bytes, end */
	CHECK_OK(
	    encode_one(TAG_NAME_MAX, TAGS_MAX_BYTES - 6 - TAG_NAME_MAX, &err),
	    err);
	CHECK_INT(
	    encode_one(TAG_NAME_MAX, TAGS_MAX_BYTES - 5 - TAG_NAME_MAX, &err),
	    -1);
	CHECK_INT(err.code, ERR_LIMIT);
	for (size_t i = 0; i <= TAGS_MAX; i++)
		many[i] = (struct tag){ span_text("n"), span_text("v") };
	CHECK_OK(avro_tags_encode(many, TAGS_MAX, &out, &err), err);
	CHECK_INT(avro_tags_encode(many, TAGS_MAX + 1, &out, &err), -1);
	CHECK_TEXT(err.text, "129 tags, at most 128 fit");
	buf_release(&out);
}

TEST(avro_tags, utf8_knows_the_borders)
{
	static const char *const good[] = { "", "a", "\x7f", "\xc2\x80",
		"\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf" };
	static const char *const bad[] = { "\x80", "\xc1\xbf", "\xc2",
		"\xc2\x41", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xe1\x80",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
		"\xff" };

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		CHECK(utf8_valid(span_text(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK(!utf8_valid(span_text(bad[i])));
}
