/* All items of tests/vectors/ans104; its README.md says what each field is. */
#include <jansson.h>

#include "codec/ans104.h"
#include "codec/deep_hash.h"
#include "test.h"

static json_t *
load_json(const char *name)
{
	struct buf text = test_vector(name);
	json_error_t why;
	json_t *json =
	    json_loadb((const char *)text.p, text.len, JSON_ALLOW_NUL, &why);

	if (!json)
		fail_msg("%s: %s", name, why.text);
	buf_release(&text);
	return json;
}

static const char *
text_of(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* A vector's bytes, alone in their memory, so that a read past them shows. */
struct vector {
	const char *name;
	bool valid;
	unsigned type;
	uint8_t *bytes;
	struct span item;
	json_t *fields; /* owned; of a valid one */
};

static void
vector_load(struct vector *v, const json_t *entry)
{
	struct buf name = BUF_INIT;
	struct buf bytes;

	v->name = text_of(entry, "name");
	v->valid = json_is_true(json_object_get(entry, "valid"));
	v->type = (unsigned)json_integer_value(
	    json_object_get(entry, "signature_type"));
	buf_printf(&name, "ans104/%s", text_of(entry, "file"));
	bytes = test_vector(buf_text(&name));
	v->bytes = malloc(bytes.len ? bytes.len : 1);
	if (bytes.len)
		memcpy(v->bytes, bytes.p, bytes.len);
	v->item = span_of(v->bytes, bytes.len);
	v->fields = NULL;
	if (v->valid) {
		buf_clear(&name);
		buf_printf(&name, "ans104/valid/%s.json", v->name);
		v->fields = load_json(buf_text(&name));
	}
	buf_release(&bytes);
	buf_release(&name);
}

static void
vector_release(struct vector *v)
{
	free(v->bytes);
	json_decref(v->fields);
}

/* Call fn for every vector of the index. */
static void
each_vector(void (*fn)(const struct vector *v))
{
	json_t *index = load_json("ans104/index.json");
	json_t *items = json_object_get(index, "items");
	size_t i;
	json_t *entry;

	CHECK_INT(json_array_size(items), 335);
	json_array_foreach(items, i, entry)
	{
		struct vector v;

		vector_load(&v, entry);
		fn(&v);
		vector_release(&v);
	}
	json_decref(index);
}

/* A field against base64url text, or against null when it is empty. */
static void
check_field(const struct vector *v, const char *field, struct span s)
{
	const char *wanted = text_of(v->fields, field);
	struct buf text = BUF_INIT;

	base64url_encode(s, &text);
	if (strcmp(buf_text(&text), wanted ? wanted : "") != 0)
		fail_msg("%s: %s is '%s', not '%s'", v->name, field,
		    buf_text(&text), wanted ? wanted : "");
	buf_release(&text);
}

static void
check_tags(const struct vector *v, const struct data_item *item)
{
	json_t *tags = json_object_get(v->fields, "tags");
	size_t i;
	json_t *tag;

	CHECK_INT(item->tag_count, json_array_size(tags));
	CHECK_INT(item->tag_bytes.len,
	    json_integer_value(json_object_get(v->fields, "tag_bytes")));
	json_array_foreach(tags, i, tag)
	{
		json_t *name = json_object_get(tag, "name");
		json_t *value = json_object_get(tag, "value");

		CHECK(span_equal(item->tags[i].name,
		    span_of(json_string_value(name),
			json_string_length(name))));
		CHECK(span_equal(item->tags[i].value,
		    span_of(json_string_value(value),
			json_string_length(value))));
	}
}

static void
check_fields(const struct vector *v)
{
	struct sha384_digest hash;
	struct sha256_digest data;
	struct buf hex = BUF_INIT;
	struct data_item item;
	struct error err;
	struct id id;

	if (!v->valid)
		return;
	if (ans104_decode(v->item, &item, &err) < 0)
		fail_msg("%s: %s", v->name, err.text);
	CHECK_INT(item.signature_type, v->type);
	check_field(v, "signature", item.signature);
	check_field(v, "owner", item.owner);
	check_field(v, "target", item.target);
	check_field(v, "anchor", item.anchor);
	check_tags(v, &item);
	CHECK_INT(item.data.len,
	    json_integer_value(json_object_get(v->fields, "data_size")));
	data = sha256(item.data);
	for (size_t i = 0; i < SHA256_BYTES; i++)
		buf_printf(&hex, "%02x", data.bytes[i]);
	CHECK_TEXT(buf_text(&hex), text_of(v->fields, "data_sha256"));
	buf_release(&hex);
	hash = ans104_deep_hash(&item);
	check_field(v, "deep_hash", span_of(hash.bytes, SHA384_BYTES));
	id = ans104_id(&item);
	CHECK_TEXT(id_encode(&id).text, text_of(v->fields, "id"));
	CHECK_TEXT(scheduler_address(item.owner).text,
	    text_of(v->fields, "scheduler_address"));
	CHECK_TEXT(owner_address(item.owner).text,
	    text_of(v->fields, "address"));
}

TEST(ans104, every_valid_item_has_the_listed_fields)
{
	each_vector(check_fields);
}

static int
decode_and_verify(struct span in, struct error *err)
{
	struct data_item item;

	return ans104_decode(in, &item, err) < 0 ? -1
						 : ans104_verify(&item, err);
}

static void
check_verdict(const struct vector *v)
{
	struct error err = { ERR_NONE, "" };
	int rc = decode_and_verify(v->item, &err);

	if (v->valid && rc != 0)
		fail_msg("%s is refused: %s", v->name, err.text);
	if (!v->valid && rc == 0)
		fail_msg("%s is taken", v->name);
	if (!v->valid && err.text[0] == 0)
		fail_msg("%s is refused without a reason", v->name);
}

TEST(ans104, valid_items_are_taken_and_others_refused)
{
	each_vector(check_verdict);
}

/* Bytes in front of the data: all of them must be there to decode at all. */
static size_t
head_bytes(struct span whole)
{
	struct data_item item;
	struct error err;

	CHECK_OK(ans104_decode(whole, &item, &err), err);
	return whole.len - item.data.len;
}

static void
check_cut(const struct vector *v, size_t n)
{
	uint8_t *cut = malloc(n ? n : 1);
	struct error err;
	int rc;

	memcpy(cut, v->bytes, n);
	rc = decode_and_verify(span_of(cut, n), &err);
	free(cut);
	if (rc == 0)
		fail_msg("%s: cut to %zu bytes it is taken", v->name, n);
	if (n < head_bytes(v->item) && err.code != ERR_SHORT)
		fail_msg("%s: cut to %zu bytes: %s", v->name, n, err.text);
}

enum {
	LONG_ITEM = 10007, /* bytes; two vectors are longer */
};

static void
check_cuts(const struct vector *v)
{
	size_t head;

	if (!v->valid)
		return;
	head = head_bytes(v->item);
	/* each cut of long data hashes the rest: of two items some must do */
	for (size_t n = 0; n < v->item.len; n++)
		if (v->item.len < LONG_ITEM || n < head + 100 ||
		    n + 2 > v->item.len || n % LONG_ITEM == 0)
			check_cut(v, n);
}

TEST(ans104, every_cut_of_every_item_is_refused)
{
	each_vector(check_cuts);
}

/* A secret of 32 bytes, as keys/ has it in hexadecimal. */
static struct keypair *
key_from_hex(unsigned type, const char *hex)
{
	struct keypair *kp = NULL;
	uint8_t secret[SEED_BYTES];
	struct error err;

	for (size_t i = 0; i < SEED_BYTES; i++) {
		char pair[] = { hex[2 * i], hex[2 * i + 1], 0 };

		secret[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
	CHECK_OK(keypair_from_secret(type, secret, &kp, &err), err);
	return kp;
}

/* An Arweave key of keys/, from its members. */
static struct keypair *
key_from_jwk(const json_t *json)
{
	static const char *const names[RSA_NUMBERS] = { "n", "e", "d", "p", "q",
		"dp", "dq", "qi" };
	struct buf bytes[RSA_NUMBERS] = { BUF_INIT };
	struct span numbers[RSA_NUMBERS];
	struct keypair *kp = NULL;
	struct error err;

	for (int i = 0; i < RSA_NUMBERS; i++) {
		CHECK_OK(base64url_decode(span_text(text_of(json, names[i])),
			     &bytes[i], &err),
		    err);
		numbers[i] = buf_span(&bytes[i]);
	}
	CHECK_OK(keypair_from_rsa(numbers, &kp, &err), err);
	for (int i = 0; i < RSA_NUMBERS; i++)
		buf_release(&bytes[i]);
	return kp;
}

/* The pair of keys/ that made a vector, or NULL: it is not among them. */
static struct keypair *
vector_key(const struct data_item *item)
{
	static const char *const files[] = { "arweave-a.jwk", "arweave-b.jwk",
		"ed25519", "ethereum", "ethereum-b", "solana" };

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		struct buf name = BUF_INIT;
		struct keypair *kp;
		const char *hex;
		json_t *json;

		buf_printf(&name, "ans104/keys/%s.json", files[i]);
		json = load_json(buf_text(&name));
		buf_release(&name);
		hex = text_of(json, "seed_hex");
		if (!hex)
			hex = text_of(json, "private_key_hex");
		if (!hex != (item->signature_type == SIGNATURE_ARWEAVE)) {
			json_decref(json);
			continue;
		}
		kp = hex ? key_from_hex(item->signature_type, hex)
			 : key_from_jwk(json);
		json_decref(json);
		if (span_equal(keypair_owner(kp), item->owner))
			return kp;
		keypair_free(kp);
	}
	return NULL;
}

static size_t signed_again[8];

/* RSA's salt is random, so its items only verify. */
static void
check_round_trip(const struct vector *v)
{
	struct keypair *kp;
	struct buf out = BUF_INIT;
	struct data_item again;
	struct data_item item;
	struct error err;

	if (!v->valid)
		return;
	CHECK_OK(ans104_decode(v->item, &item, &err), err);
	kp = vector_key(&item);
	if (!kp)
		fail_msg("%s: no key for it", v->name);
	buf_add_text(&out, "before");
	CHECK_OK(ans104_sign(&item, kp, &out, &err), err);
	if (v->type != SIGNATURE_ARWEAVE)
		CHECK(span_equal(span_from(buf_span(&out), 6), v->item));
	CHECK_OK(ans104_decode(span_from(buf_span(&out), 6), &again, &err),
	    err);
	CHECK_OK(ans104_verify(&again, &err), err);
	CHECK(!memcmp(ans104_deep_hash(&item).bytes,
	    ans104_deep_hash(&again).bytes, SHA384_BYTES));
	signed_again[v->type]++;
	buf_release(&out);
	keypair_free(kp);
}

TEST(ans104, signing_the_same_fields_gives_the_same_bytes)
{
	each_vector(check_round_trip);
	CHECK(signed_again[1] && signed_again[2] && signed_again[3] &&
	    signed_again[4] && signed_again[7]);
}

/* Pieces of every size up to a block of the hash and beyond. */
static void
check_pieces(const struct vector *v)
{
	struct data_item item;
	struct error err;

	if (!v->valid)
		return;
	CHECK_OK(ans104_decode(v->item, &item, &err), err);
	for (size_t piece = 1; piece < 300; piece += 13) {
		struct ans104_hash h;
		struct sha384_digest hash;

		ans104_hash_init(&h, &item);
		for (size_t at = 0; at < item.data.len; at += piece)
			ans104_hash_update(&h,
			    span_first(span_from(item.data, at), piece));
		hash = ans104_hash_final(&h);
		CHECK(!memcmp(hash.bytes, ans104_deep_hash(&item).bytes,
		    SHA384_BYTES));
		CHECK_OK(ans104_verify_hash(&item, &hash, &err), err);
		if (v->type == SIGNATURE_ARWEAVE || item.data.len > 10000)
			break;
	}
}

TEST(ans104, data_may_come_in_pieces)
{
	each_vector(check_pieces);
}

TEST(ans104, the_head_of_an_item_is_enough_to_decode_it)
{
	struct keypair *kp = keypair_new();
	struct buf out = BUF_INIT;
	struct ans104_signing s;
	struct data_item item = { .tag_count = 1,
		.tags = { { span_text("name"), span_text("value") } } };
	struct data_item again;
	uint8_t data[3 * ANS104_HEAD_MAX] = { 0 };
	struct error err;
	size_t head;

	CHECK_OK(ans104_sign_begin(&s, &item, kp, &err), err);
	ans104_sign_update(&s, span_of(data, 1000));
	ans104_sign_update(&s, span_of(data, sizeof(data) - 1000));
	CHECK_OK(ans104_sign_end(&s, &out, &err), err);
	head = out.len;
	buf_add(&out, data, sizeof(data));
	CHECK_OK(ans104_decode(span_first(buf_span(&out), ANS104_HEAD_MAX),
		     &again, &err),
	    err);
	CHECK_INT(again.data.len, ANS104_HEAD_MAX - head);
	CHECK_OK(ans104_decode(buf_span(&out), &again, &err), err);
	CHECK_OK(ans104_verify(&again, &err), err);
	/* begun and given up */
	CHECK_OK(ans104_sign_begin(&s, &item, kp, &err), err);
	CHECK_OK(ans104_sign_end(&s, NULL, &err), err);
	buf_release(&out);
	keypair_free(kp);
}

TEST(ans104, the_folded_hash_is_that_of_the_whole_list)
{
	static const unsigned types[] = { 1, 2, 3, 4, 7 };
	struct data_item item = { .owner = span_text("owner"),
		.target = span_text("0123456789abcdef0123456789abcdef"),
		.tag_bytes = span_text("tags"),
		.data = span_text("data") };

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		char type[8];
		struct span blobs[] = { span_text("dataitem"), span_text("1"),
			span_of(type, 1), item.owner, item.target, item.anchor,
			item.tag_bytes, item.data };

		snprintf(type, sizeof(type), "%u", types[i]);
		item.signature_type = types[i];
		CHECK(!memcmp(ans104_deep_hash(&item).bytes,
		    deep_hash_list(blobs, 8).bytes, SHA384_BYTES));
	}
}

TEST(ans104, a_type_that_is_not_read_is_unsupported)
{
	static const uint8_t types[] = { 5, 6, 101 };
	struct data_item item;
	struct error err;

	for (size_t i = 0; i < sizeof(types); i++) {
		uint8_t bytes[300] = { types[i] };

		CHECK_INT(
		    ans104_decode(span_of(bytes, sizeof(bytes)), &item, &err),
		    -1);
		CHECK_INT(err.code, ERR_UNSUPPORTED);
	}
}

TEST(ans104, a_failure_to_sign_leaves_the_output_as_it_was)
{
	struct keypair *kp = keypair_new();
	struct buf out = BUF_INIT;
	struct data_item item = { .target = span_text("short") };
	struct error err;

	buf_add_text(&out, "kept");
	CHECK_INT(ans104_sign(&item, kp, &out, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text, "the target has 5 bytes, not 32 or none");
	item.target = span_of(NULL, 0);
	item.tag_count = 1;
	item.tags[0] = (struct tag){ span_text(""), span_text("x") };
	CHECK_INT(ans104_sign(&item, kp, &out, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	item.tags[0] = (struct tag){ span_text("n"), span_text("\xc0\x80") };
	CHECK_INT(ans104_sign(&item, kp, &out, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_SPAN(buf_span(&out), "kept");
	buf_release(&out);
	keypair_free(kp);
}

TEST(ans104, huge_lengths_are_refused_by_their_limits)
{
	uint8_t bytes[2 + 64 + 32 + 2 + 16] = { 2 };
	uint8_t *head = bytes + sizeof(bytes) - 16;
	struct data_item item;
	struct error err;

	memset(head, 0xff, 16);
	CHECK_INT(ans104_decode(span_of(bytes, sizeof(bytes)), &item, &err),
	    -1);
	CHECK_INT(err.code, ERR_LIMIT);
	CHECK_TEXT(err.text,
	    "the tags have 18446744073709551615 bytes, at most 4096 fit");
	memset(head + 8, 0, 8);
	CHECK_INT(ans104_decode(span_of(bytes, sizeof(bytes)), &item, &err),
	    -1);
	CHECK_INT(err.code, ERR_LIMIT);
}
