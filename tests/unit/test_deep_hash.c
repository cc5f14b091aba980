#include <jansson.h>

#include "codec/deep_hash.h"
#include "test.h"

static struct sha384_digest
hash_hex(const char *hex)
{
	struct sha384_digest d;
	struct buf b = BUF_INIT;

	for (; hex[0] && hex[1]; hex += 2) {
		char pair[] = { hex[0], hex[1], 0 };

		buf_add_byte(&b, (uint8_t)strtoul(pair, NULL, 16));
	}
	d = deep_hash_blob(buf_span(&b));
	buf_release(&b);
	return d;
}

/* A hex text is a blob, a list holds such; the vectors nest four deep. */
static struct sha384_digest
hash_json(const json_t *in)
{
	struct sha384_digest list;

	if (json_is_string(in))
		return hash_hex(json_string_value(in));
	list = deep_hash_start(json_array_size(in));
	for (size_t i = 0; i < json_array_size(in); i++)
		list = deep_hash_fold(list, hash_json(json_array_get(in, i)));
	return list;
}

TEST(deep_hash, gives_the_listed_hashes)
{
	struct buf text = test_vector("ans104/parts.json");
	json_t *parts =
	    json_loadb((const char *)text.p, text.len, JSON_ALLOW_NUL, NULL);
	json_t *cases = json_object_get(parts, "deep_hash");

	CHECK(json_array_size(cases) > 5);
	for (size_t i = 0; i < json_array_size(cases); i++) {
		json_t *c = json_array_get(cases, i);
		struct sha384_digest d =
		    hash_json(json_object_get(c, "input_hex"));
		struct buf hex = BUF_INIT;

		for (size_t k = 0; k < SHA384_BYTES; k++)
			buf_printf(&hex, "%02x", d.bytes[k]);
		CHECK_TEXT(buf_text(&hex),
		    json_string_value(json_object_get(c, "sha384_hex")));
		buf_release(&hex);
	}
	json_decref(parts);
	buf_release(&text);
}

TEST(deep_hash, what_stands_as_a_constant_is_what_is_computed)
{
	uint8_t bytes[32] = { 1, 2, 3 };
	struct span blob = span_of(bytes, sizeof(bytes));
	struct sha384_digest head = sha384(span_text("blob32"));
	struct sha384_digest body = sha384(blob);
	struct span parts[] = { span_of(head.bytes, SHA384_BYTES),
		span_of(body.bytes, SHA384_BYTES) };

	CHECK(!memcmp(deep_hash_blob(blob).bytes, sha384_parts(parts, 2).bytes,
	    SHA384_BYTES));
	head = sha384(span_text("blob0"));
	body = sha384(span_of(NULL, 0));
	CHECK(!memcmp(deep_hash_blob(span_of(NULL, 0)).bytes,
	    sha384_parts(parts, 2).bytes, SHA384_BYTES));
}

TEST(deep_hash, a_flat_list_is_its_blobs_folded)
{
	struct span blobs[] = { span_text("a"), span_text("b") };
	struct sha384_digest list = deep_hash_start(2);

	list = deep_hash_fold(list, deep_hash_blob(blobs[0]));
	list = deep_hash_fold(list, deep_hash_blob(blobs[1]));
	CHECK(
	    !memcmp(deep_hash_list(blobs, 2).bytes, list.bytes, SHA384_BYTES));
}
