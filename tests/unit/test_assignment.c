#include "ao/assignment.h"
#include "test.h"

static const struct assignment example = {
	.process = { { 1 } },
	.message = { { 2 } },
	.slot = 7,
	.timestamp_ms = 1795195414667,
	.height = 1440012,
	.hash_chain = { 3 },
};

static void
check_tag(const struct message *m, size_t i, const char *name,
    const char *value)
{
	CHECK_SPAN(m->tags[i].name, name);
	CHECK_SPAN(m->tags[i].value, value);
}

static struct message *
sign(const struct assignment *a, const struct keypair *kp)
{
	struct buf item = BUF_INIT;
	struct message *m;
	struct error err;
	struct id id;

	buf_add_text(&item, "before");
	CHECK_OK(assignment_sign(a, kp, &item, &id, &err), err);
	CHECK_OK(message_verify(span_from(buf_span(&item), 6), &m, &err), err);
	CHECK(id_equal(&m->id, &id));
	buf_release(&item);
	return m;
}

TEST(assignment, has_the_tags_of_the_network_in_their_order)
{
	struct keypair *kp = keypair_new();
	struct message *m = sign(&example, kp);
	struct id chain = { { 3 } };

	CHECK_INT(m->tag_count, 10);
	check_tag(m, 0, "Process", id_encode(&example.process).text);
	check_tag(m, 1, "Epoch", "0");
	check_tag(m, 2, "Nonce", "7");
	check_tag(m, 3, "Hash-Chain", id_encode(&chain).text);
	check_tag(m, 4, "Block-Height", "000001440012");
	check_tag(m, 5, "Timestamp", "1795195414667");
	check_tag(m, 6, "Data-Protocol", "ao");
	check_tag(m, 7, "Type", "Assignment");
	check_tag(m, 8, "Variant", "ao.TN.1");
	check_tag(m, 9, "Message", id_encode(&example.message).text);
	CHECK(!m->has_target);
	CHECK_INT(m->data.len, 0);
	CHECK_INT(m->anchor.len, ANCHOR_BYTES);
	message_unref(m);
	keypair_free(kp);
}

TEST(assignment, reads_back_what_was_signed)
{
	struct keypair *kp = keypair_new();
	struct message *m = sign(&example, kp);
	struct assignment a;
	struct error err;
	struct id id;

	CHECK_OK(assignment_decode(buf_span(&m->bytes), &a, &id, &err), err);
	CHECK(id_equal(&id, &m->id));
	CHECK(id_equal(&a.process, &example.process));
	CHECK(id_equal(&a.message, &example.message));
	CHECK_INT(a.slot, example.slot);
	CHECK_INT(a.timestamp_ms, example.timestamp_ms);
	CHECK_INT(a.height, example.height);
	CHECK(!memcmp(a.hash_chain, example.hash_chain, SHA256_BYTES));
	message_unref(m);
	keypair_free(kp);
}

TEST(assignment, slot_0_is_the_process_itself_and_names_no_message)
{
	struct keypair *kp = keypair_new();
	struct assignment first = example;
	struct assignment a;
	struct message *m;
	struct error err;
	struct id id;

	first.slot = 0;
	first.message = first.process;
	m = sign(&first, kp);
	CHECK_INT(m->tag_count, 9);
	CHECK_INT(message_tag_or_empty(m, "Message").len, 0);
	CHECK_OK(assignment_decode(buf_span(&m->bytes), &a, &id, &err), err);
	CHECK_INT(a.slot, 0);
	CHECK(id_equal(&a.message, &first.process));
	message_unref(m);
	keypair_free(kp);
}

TEST(assignment, signed_again_it_is_the_same_item)
{
	struct keypair *kp = keypair_new();
	struct assignment next = example;
	struct message *a = sign(&example, kp);
	struct message *b = sign(&example, kp);
	struct message *c;

	CHECK(span_equal(buf_span(&a->bytes), buf_span(&b->bytes)));
	next.slot++;
	c = sign(&next, kp);
	CHECK(!span_equal(a->anchor, c->anchor));
	message_unref(a);
	message_unref(b);
	message_unref(c);
	keypair_free(kp);
}

TEST(assignment, the_chain_is_over_raw_bytes)
{
	struct id process = { { 1 } };
	struct id id = { { 2 } };
	uint8_t first[SHA256_BYTES];
	uint8_t next[SHA256_BYTES];
	uint8_t both[2 * SHA256_BYTES] = { 2 };

	assignment_chain_first(&process, first);
	CHECK(!memcmp(first, sha256(id_span(&process)).bytes, SHA256_BYTES));
	assignment_chain_next(&id, first, next);
	memcpy(both + SHA256_BYTES, first, SHA256_BYTES);
	CHECK(!memcmp(next, sha256(span_of(both, sizeof(both))).bytes,
	    SHA256_BYTES));
}

/* Sign an assignment's tags with number i changed to `value`. */
static void
check_refused(size_t i, const char *value, const char *why)
{
	struct keypair *kp = keypair_new();
	struct message *m = sign(&example, kp);
	struct message_draft draft = { .tags = m->tags,
		.tag_count = m->tag_count };
	struct buf item = BUF_INIT;
	struct assignment a;
	struct error err;
	struct id id;

	m->tags[i].value = span_text(value);
	CHECK_OK(message_sign(&draft, kp, &item, &err), err);
	CHECK_INT(assignment_decode(buf_span(&item), &a, &id, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text, why);
	buf_release(&item);
	message_unref(m);
	keypair_free(kp);
}

TEST(assignment, broken_records_are_refused)
{
	struct keypair *kp = keypair_new();
	struct message_draft none = { .data = span_text("x") };
	struct buf item = BUF_INIT;
	struct assignment a;
	struct error err;
	struct id id;

	check_refused(2, "x", "assignment: a tag is not a number");
	check_refused(2, "", "assignment: a tag is not a number");
	check_refused(2, "18446744073709551616",
	    "assignment: a tag is not a number");
	check_refused(2, "0", "assignment: slot 0 with 10 tags");
	check_refused(0, "x",
	    "assignment: tag 'Process': an id has 43 characters, not 1");
	check_refused(9, "x",
	    "assignment: tag 'Message': an id has 43 characters, not 1");
	CHECK_OK(message_sign(&none, kp, &item, &err), err);
	CHECK_INT(assignment_decode(buf_span(&item), &a, &id, &err), -1);
	CHECK_TEXT(err.text, "assignment: it has 0 tags");
	CHECK_INT(assignment_decode(span_text("x"), &a, &id, &err), -1);
	CHECK_INT(err.code, ERR_SHORT);
	buf_release(&item);
	keypair_free(kp);
}

/* What can be read back of `a` when it was signed. */
static struct assignment
signed_and_read(const struct assignment *a, const struct keypair *kp)
{
	struct message *m = sign(a, kp);
	struct assignment back;
	struct error err;
	struct id id;

	CHECK_OK(assignment_decode(buf_span(&m->bytes), &back, &id, &err), err);
	message_unref(m);
	return back;
}

TEST(assignment, slot_0_says_what_was_decided_of_the_process)
{
	struct keypair *kp = keypair_new();
	struct assignment first = { .process = { { 1 } },
		.message = { { 1 } },
		.facts = { .has_runs = true,
		    .runs = { { 9 } },
		    .authority = { "somebody" } } };
	struct message *m = sign(&first, kp);
	struct assignment a = signed_and_read(&first, kp);

	CHECK_INT(m->tag_count, 11);
	check_tag(m, 9, "Runs-Module", id_encode(&first.facts.runs).text);
	check_tag(m, 10, "Authority-Alias", "somebody");
	CHECK(a.facts.has_runs);
	CHECK(id_equal(&a.facts.runs, &first.facts.runs));
	CHECK_TEXT(a.facts.authority.text, "somebody");
	CHECK_TEXT(a.facts.scheduler.text, keypair_address(kp).text);
	first.facts.has_runs = false;
	a = signed_and_read(&first, kp);
	CHECK(!a.facts.has_runs);
	CHECK_TEXT(a.facts.authority.text, "somebody");
	/* of other slots it is not to be said */
	first.slot = 1;
	a = signed_and_read(&first, kp);
	CHECK_TEXT(a.facts.authority.text, "");
	message_unref(m);
	keypair_free(kp);
}

TEST(assignment, excluded_fields_have_a_tag_each)
{
	struct keypair *kp = keypair_new();
	struct assignment next = example;
	struct assignment a;
	struct message *m;

	for (int set = 0; set <= FIELD_ALL; set++) {
		next.exclude = (uint8_t)set;
		a = signed_and_read(&next, kp);
		CHECK_INT(a.exclude, set);
	}
	m = sign(&next, kp);
	CHECK_INT(m->tag_count, 14);
	check_tag(m, 10, "Exclude", "Data");
	check_tag(m, 11, "Exclude", "Tags");
	check_tag(m, 12, "Exclude", "Anchor");
	check_tag(m, 13, "Exclude", "Signature");
	message_unref(m);
	keypair_free(kp);
}

/* An assignment with its tags of `slot`, and behind them these. */
static int
decode_with(uint64_t slot, const struct tag *more, size_t count)
{
	struct keypair *kp = keypair_new();
	struct assignment base = example;
	struct message_draft draft = { .tag_count = 0 };
	struct tag tags[TAGS_MAX];
	struct buf item = BUF_INIT;
	struct assignment a;
	struct message *m;
	struct error err;
	struct id id;
	int rc;

	base.slot = slot;
	base.message = slot ? base.message : base.process;
	m = sign(&base, kp);
	memcpy(tags, m->tags, m->tag_count * sizeof(*tags));
	memcpy(tags + m->tag_count, more, count * sizeof(*more));
	draft.tags = tags;
	draft.tag_count = m->tag_count + count;
	CHECK_OK(message_sign(&draft, kp, &item, &err), err);
	rc = assignment_decode(buf_span(&item), &a, &id, &err);
	if (rc < 0)
		CHECK_INT(err.code, ERR_FORMAT);
	message_unref(m);
	buf_release(&item);
	keypair_free(kp);
	return rc;
}

TEST(assignment, tags_that_are_not_ours_are_refused)
{
	static const char id[] = "8MGp9kOU4JYxAlPT1AyL7O3cedd97y-w8X4ciBsf_Xo";
	const struct tag runs = { span_text("Runs-Module"), span_text(id) };
	const struct tag alias = { span_text("Authority-Alias"),
		span_text(id) };
	const struct tag data = { span_text("Exclude"), span_text("Data") };
	const struct tag tags = { span_text("Exclude"), span_text("Tags") };
	const struct tag owner = { span_text("Exclude"), span_text("Owner") };
	const struct tag bad[] = { { span_text("Runs-Module"),
				       span_text("short") },
		{ span_text("Authority-Alias"), span_text("") },
		{ span_text("Authority-Alias"), span_text("a b") },
		{ span_text("Authority-Alias"),
		    span_text("12345678901234567890123456789012345678901234") },
		{ span_text("Other"), span_text("x") } };

	CHECK_INT(decode_with(0, (struct tag[]){ runs, alias }, 2), 0);
	CHECK_INT(decode_with(0, (struct tag[]){ alias, runs }, 2), -1);
	CHECK_INT(decode_with(0, (struct tag[]){ runs, runs }, 2), -1);
	CHECK_INT(decode_with(0, &data, 1), -1);
	CHECK_INT(decode_with(1, &runs, 1), -1);
	CHECK_INT(decode_with(1, (struct tag[]){ data, tags }, 2), 0);
	CHECK_INT(decode_with(1, (struct tag[]){ tags, data }, 2), -1);
	CHECK_INT(decode_with(1, (struct tag[]){ data, data }, 2), -1);
	CHECK_INT(decode_with(1, &owner, 1), -1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_INT(decode_with(0, &bad[i], 1), -1);
}

TEST(assignment, fields_are_named_in_a_list)
{
	struct error err;
	uint8_t set;

	CHECK_OK(assignment_fields(span_text(""), &set, &err), err);
	CHECK_INT(set, 0);
	CHECK_OK(assignment_fields(span_text("Tags,Data"), &set, &err), err);
	CHECK_INT(set, FIELD_TAGS | FIELD_DATA);
	CHECK_OK(assignment_fields(span_text(",Anchor,,Anchor,Signature,"),
		     &set, &err),
	    err);
	CHECK_INT(set, FIELD_ANCHOR | FIELD_SIGNATURE);
	CHECK_INT(assignment_fields(span_text("Data,Owner"), &set, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text,
	    "'Owner' cannot be excluded, only Data, Tags, Anchor and "
	    "Signature");
	CHECK_INT(assignment_fields(span_text("data"), &set, &err), -1);
	CHECK_TEXT(assignment_fields_text(0).text, "");
	CHECK_TEXT(assignment_fields_text(FIELD_ALL).text,
	    "Data,Tags,Anchor,Signature");
	CHECK_TEXT(assignment_fields_text(FIELD_TAGS).text, "Tags");
}
