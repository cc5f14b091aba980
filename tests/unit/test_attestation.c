#include "ao/attestation.h"
#include "test.h"

static const struct attestation example = {
	.process = { { 1 } },
	.slot = 7,
	.message = { { 2 } },
	.chain = { 3 },
	.verdict = VERDICT_ERROR,
	.module = { { 4 } },
	.release = { (const uint8_t *)"Lua 5", 5 },
	.result = { (const uint8_t *)"{}", 2 },
};

/* The same of a tick, as long as its numbers may be. */
static struct attestation
tick_example(void)
{
	struct attestation a = example;

	a.tick = 3;
	a.message = (struct id){ { 0 } };
	a.schedule = UINT32_MAX;
	a.timestamp_ms = UINT64_MAX;
	a.height = 0;
	return a;
}

static struct message *
sign(const struct attestation *a, const struct keypair *kp)
{
	struct buf item = BUF_INIT;
	struct message *m;
	struct error err;

	CHECK_OK(attestation_sign(a, kp, &item, &err), err);
	CHECK_OK(message_verify(buf_span(&item), &m, &err), err);
	buf_release(&item);
	return m;
}

static void
check_same(const struct attestation *a, const struct attestation *b)
{
	CHECK(id_equal(&a->process, &b->process));
	CHECK_INT(a->slot, b->slot);
	CHECK_INT(a->tick, b->tick);
	CHECK_INT(a->schedule, b->schedule);
	CHECK(a->timestamp_ms == b->timestamp_ms);
	CHECK(a->height == b->height);
	CHECK(id_equal(&a->message, &b->message));
	CHECK(memcmp(a->chain, b->chain, SHA256_BYTES) == 0);
	CHECK_INT(a->verdict, b->verdict);
	CHECK(id_equal(&a->module, &b->module));
	CHECK(span_equal(a->release, b->release));
	CHECK(span_equal(a->result, b->result));
}

TEST(attestation, comes_back_as_it_went)
{
	struct keypair *kp = keypair_new();
	struct attestation forms[] = { example, example, example, example };
	struct error err;

	forms[1] = tick_example();
	forms[2].release = span_of(NULL, 0);
	forms[2].result = span_of(NULL, 0);
	forms[3].slot = UINT64_MAX;
	forms[3].verdict = VERDICT_OUTPUT;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct message *m = sign(&forms[i], kp);
		struct attestation back;

		CHECK(attestation_is(m));
		CHECK_OK(attestation_decode(m, &back, &err), err);
		check_same(&forms[i], &back);
		CHECK_TEXT(m->owner.text, keypair_address(kp).text);
		message_unref(m);
	}
	keypair_free(kp);
}

TEST(attestation, the_same_is_the_same_item)
{
	struct keypair *kp = keypair_new();
	struct message *a = sign(&example, kp);
	struct message *b = sign(&example, kp);

	CHECK(id_equal(&a->id, &b->id));
	message_unref(a);
	message_unref(b);
	keypair_free(kp);
}

/* Sign the tags of one with one changed, or with so many of them. */
static void
check_spoilt(const struct attestation *of, size_t tag, const char *name,
    const char *value, size_t count)
{
	struct keypair *kp = keypair_new();
	struct message *good = sign(of, kp);
	struct message_draft draft = { .tag_count = count };
	struct tag tags[TAGS_MAX];
	struct buf item = BUF_INIT;
	struct attestation a;
	struct message *m;
	struct error err;

	for (size_t i = 0; i < count; i++)
		tags[i] = good->tags[i % good->tag_count];
	if (name)
		tags[tag].name = span_text(name);
	if (value)
		tags[tag].value = span_text(value);
	draft.tags = tags;
	CHECK_OK(message_sign(&draft, kp, &item, &err), err);
	CHECK_OK(message_verify(buf_span(&item), &m, &err), err);
	CHECK_INT(attestation_decode(m, &a, &err), -1);
	CHECK(err.code == ERR_FORMAT || err.code == ERR_LIMIT);
	message_unref(m);
	message_unref(good);
	buf_release(&item);
	keypair_free(kp);
}

static void
check_refused(size_t tag, const char *name, const char *value, size_t count)
{
	check_spoilt(&example, tag, name, value, count);
}

TEST(attestation, refuses_what_is_none)
{
	static const char *const slots[] = { "", "x", "07", "-1", "7+", "7+0",
		"7+01", "7 ", "18446744073709551616", "1+4294967296" };

	for (size_t i = 0; i < sizeof(slots) / sizeof(*slots); i++)
		check_refused(4, NULL, slots[i], 11);
	check_refused(1, NULL, "Assignment", 11);
	check_refused(0, "Data-protocol", NULL, 11);
	check_refused(3, NULL, "short", 11);
	check_refused(6, NULL, "short", 11);
	check_refused(7, NULL, "fine", 11);
	check_refused(0, NULL, NULL, 9);
	check_refused(0, NULL, NULL, 12);
	check_refused(10, NULL,
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "0123456789012345678901234567890123456789012345678901234567890123"
	    "4",
	    11);
}

TEST(attestation, refuses_what_is_none_of_a_tick)
{
	const struct attestation tick = tick_example();
	static const char *const numbers[] = { "", "x", "07", "-1", "1+1", "7 ",
		"18446744073709551616" };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		for (size_t tag = 5; tag <= 7; tag++)
			check_spoilt(&tick, tag, NULL, numbers[i], 13);
	check_spoilt(&tick, 5, NULL, "4294967296", 13);
	check_spoilt(&tick, 4, NULL, "7", 13);
	check_spoilt(&tick, 5, "Message", NULL, 13);
	check_spoilt(&tick, 0, NULL, NULL, 11);
	check_spoilt(&tick, 0, NULL, NULL, 14);
	/* and of a slot with the place of one */
	check_refused(4, NULL, "7+1", 11);
}
