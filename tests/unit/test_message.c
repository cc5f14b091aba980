#include "base/thread.h"
#include "ao/message.h"
#include "test.h"

static const struct tag tags[] = {
	{ { (const uint8_t *)"Action", 6 }, { (const uint8_t *)"Eval", 4 } },
	{ { (const uint8_t *)"Action", 6 }, { (const uint8_t *)"Other", 5 } },
	{ { (const uint8_t *)"action", 6 }, { (const uint8_t *)"third", 5 } },
	{ { (const uint8_t *)"Empty", 5 }, { NULL, 0 } },
};

static struct buf
sign(const struct message_draft *draft, const struct keypair *kp)
{
	struct buf out = BUF_INIT;
	struct error err;

	CHECK_OK(message_sign(draft, kp, &out, &err), err);
	return out;
}

TEST(message, what_is_signed_comes_back_verified)
{
	struct id target = { { 1, 2, 3 } };
	struct message_draft draft = { .target = &target,
		.anchor = span_text("00000000000000000000000000000042"),
		.data = span_text("1 + 1"),
		.tags = tags,
		.tag_count = 4 };
	struct keypair *kp = keypair_new();
	struct buf bytes = sign(&draft, kp);
	struct sha256_digest id;
	struct message *m;
	struct error err;
	struct span value;

	CHECK_OK(message_verify(buf_span(&bytes), &m, &err), err);
	CHECK(span_equal(buf_span(&m->bytes), buf_span(&bytes)));
	memset(bytes.p, 0, bytes.len); /* it has a copy of its own */
	id = sha256(m->signature);
	CHECK(!memcmp(id.bytes, m->id.bytes, ID_BYTES));
	CHECK_TEXT(m->owner.text, keypair_address(kp).text);
	CHECK(span_equal(m->owner_key, keypair_owner(kp)));
	CHECK(m->has_target && id_equal(&m->target, &target));
	CHECK_SPAN(m->anchor, "00000000000000000000000000000042");
	CHECK_SPAN(m->data, "1 + 1");
	CHECK_INT(m->tag_count, 4);
	CHECK(message_tag(m, "Action", &value));
	CHECK_SPAN(value, "Eval");
	CHECK(message_tag(m, "Empty", &value));
	CHECK_INT(value.len, 0);
	value = span_text("kept");
	CHECK(!message_tag(m, "Actio", &value));
	CHECK_SPAN(value, "kept");
	CHECK_INT(message_tag_or_empty(m, "None").len, 0);
	CHECK_SPAN(message_tag_or_empty(m, "action"), "third");
	message_unref(m);
	buf_release(&bytes);
	keypair_free(kp);
}

TEST(message, nothing_but_a_signed_item_passes_the_gate)
{
	struct message_draft draft = { .data = span_text("x") };
	struct keypair *kp = keypair_new();
	struct buf bytes = sign(&draft, kp);
	struct message *m = NULL;
	struct error err;

	bytes.p[bytes.len - 1] ^= 1;
	CHECK_INT(message_verify(buf_span(&bytes), &m, &err), -1);
	CHECK_INT(err.code, ERR_SIGNATURE);
	CHECK(!m);
	/* our own store is believed */
	CHECK_OK(message_decode(buf_span(&bytes), &m, &err), err);
	CHECK(!m->has_target && m->anchor.len == 0 && m->tag_count == 0);
	message_unref(m);
	m = NULL;
	CHECK_INT(message_verify(span_of(NULL, 0), &m, &err), -1);
	CHECK_INT(err.code, ERR_SHORT);
	CHECK_INT(message_decode(span_text("\x02\0\0"), &m, &err), -1);
	CHECK_INT(err.code, ERR_SHORT);
	CHECK(!m);
	buf_release(&bytes);
	keypair_free(kp);
}

TEST(message, too_many_tags_are_refused)
{
	struct tag many[TAGS_MAX + 1];
	struct message_draft draft = { .tags = many,
		.tag_count = TAGS_MAX + 1 };
	struct keypair *kp = keypair_new();
	struct buf out = BUF_INIT;
	struct error err;

	for (size_t i = 0; i <= TAGS_MAX; i++)
		many[i] = tags[0];
	CHECK_INT(message_sign(&draft, kp, &out, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	CHECK_INT(out.len, 0);
	keypair_free(kp);
}

TEST(message, a_draft_is_a_copy)
{
	char text[] = "hello";
	struct id target = { { 9 } };
	struct message_draft draft = { .target = &target,
		.data = span_text(text),
		.tags = tags,
		.tag_count = 4 };
	struct address owner = { "somebody" };
	struct message *m = message_from_draft(&draft, &owner);

	memset(text, 'x', 5);
	target.bytes[0] = 0;
	CHECK_SPAN(m->data, "hello");
	CHECK_INT(m->target.bytes[0], 9);
	CHECK_SPAN(message_tag_or_empty(m, "Action"), "Eval");
	CHECK_SPAN(message_from(m), "somebody");
	CHECK_INT(m->bytes.len, 0);
	CHECK_INT(m->signature.len, 0);
	message_unref(m);
	message_unref(NULL);
}

static struct message *
from_draft(const char *first, const char *second)
{
	struct tag from[] = { { span_text("From-Process"), span_text(first) },
		{ span_text("From-Process"), span_text(second) } };
	struct message_draft draft = { .tags = from, .tag_count = 2 };
	struct address owner = { "signer" };

	return message_from_draft(&draft, &owner);
}

TEST(message, from_is_the_first_from_process_or_the_signer)
{
	struct message *m = from_draft("process", "other");

	CHECK_SPAN(message_from(m), "process");
	message_unref(m);
	m = from_draft("", "other");
	CHECK_SPAN(message_from(m), "signer");
	message_unref(m);
}

enum {
	THREADS = 4,
	ROUNDS = 2000
};

static void *
use(void *arg)
{
	struct message *m = arg;

	for (int i = 0; i < ROUNDS; i++) {
		message_ref(m);
		message_unref(m);
	}
	message_unref(m);
	return NULL;
}

TEST(message, threads_share_a_message)
{
	struct message *m = from_draft("a", "b");
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		CHECK_INT(
		    pthread_create(&threads[i], NULL, use, message_ref(m)), 0);
	for (int i = 0; i < THREADS; i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	CHECK_INT(atomic_load(&m->refs), 1);
	message_unref(m);
}
