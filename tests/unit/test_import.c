#include "ao/attestation.h"
#include "engine/engine.h"
#include "node_kit.h"

enum {
	SLOTS_MAX = 16
};

/* A log of one engine, as another is given it. */
struct copy {
	size_t count;
	struct import_slot slots[SLOTS_MAX];
	struct buf bytes[SLOTS_MAX][3];
};

static struct node *
open_node(void)
{
	static const struct engine_config config = { .workers = 1 };
	struct node *n;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

static bool
copy_slot(void *arg, const struct log_entry *e)
{
	struct copy *c = arg;
	struct buf *b = c->bytes[c->count];
	struct import_slot *s = &c->slots[c->count++];

	buf_add_span(&b[0], e->assignment_item);
	buf_add_span(&b[1], buf_span(&e->message->bytes));
	buf_add_span(&b[2], e->result_json);
	s->assignment = buf_span(&b[0]);
	s->message = buf_span(&b[1]);
	s->result_json = buf_span(&b[2]);
	s->verdict = e->verdict;
	memcpy(s->chain, e->chain, SHA256_BYTES);
	return true;
}

static struct copy
copy_log(struct node *n, const struct id *id)
{
	struct copy c = { 0 };
	struct error err;

	CHECK_OK(n->ops->log(n, id, position_of_slot(0), copy_slot, &c, &err),
	    err);
	return c;
}

static void
copy_release(struct copy *c)
{
	for (size_t i = 0; i < c->count; i++)
		for (int k = 0; k < 3; k++)
			buf_release(&c->bytes[i][k]);
}

/* Two engines, and a process with a few slots in the first. */
struct two {
	struct node *from;
	struct node *to;
	struct id id;
	struct copy copy;
};

static struct two
open_two(void)
{
	struct two t = { open_node(), open_node() };

	t.id = kit_spawn(t.from, "p");
	CHECK_EVAL(t.from, &t.id, "X = 5 return X", "5");
	CHECK_EVAL(t.from, &t.id,
	    "Send({Target = ao.id, Data = 'x'}) X = X + 1", "");
	kit_settle(t.from);
	t.copy = copy_log(t.from, &t.id);
	CHECK_INT(t.copy.count, 4);
	return t;
}

static void
close_two(struct two *t)
{
	copy_release(&t->copy);
	t->from->ops->close(t->from);
	t->to->ops->close(t->to);
}

static void
check_same_log(struct two *t)
{
	struct copy there = copy_log(t->to, &t->id);

	CHECK_INT(there.count, t->copy.count);
	for (size_t i = 0; i < there.count; i++) {
		for (int k = 0; k < 3; k++)
			CHECK(span_equal(buf_span(&there.bytes[i][k]),
			    buf_span(&t->copy.bytes[i][k])));
		CHECK(memcmp(there.slots[i].chain, t->copy.slots[i].chain,
			  SHA256_BYTES) == 0);
	}
	copy_release(&there);
}

TEST(import, a_process_is_there_as_it_was)
{
	struct two t = open_two();
	struct process_info info;
	struct id found;
	struct error err;

	CHECK_OK(t.to->ops->import(t.to, t.copy.slots, t.copy.count, &err),
	    err);
	check_same_log(&t);
	CHECK_DRY(t.to, &t.id, "X", "6");
	CHECK_OK(t.to->ops->process(t.to, &t.id, &info, &err), err);
	CHECK_INT(info.evaluated, 4);
	CHECK_OK(t.to->ops->find(t.to, span_text("p"), NULL, &found, &err),
	    err);
	CHECK(id_equal(&found, &t.id));
	/* what it sent was pushed where it came from, and is not again */
	kit_settle(t.to);
	CHECK_INT(info.slots, 4);
	close_two(&t);
}

TEST(import, goes_on_where_it_was_also_when_the_process_is_awake)
{
	struct two t = open_two();
	struct error err;

	CHECK_OK(t.to->ops->import(t.to, t.copy.slots, 2, &err), err);
	CHECK_DRY(t.to, &t.id, "X", "5");
	CHECK_OK(t.to->ops->import(t.to, t.copy.slots, 2, &err), err);
	CHECK_OK(t.to->ops->import(t.to, t.copy.slots, t.copy.count, &err),
	    err);
	check_same_log(&t);
	CHECK_DRY(t.to, &t.id, "X", "6");
	close_two(&t);
}

TEST(import, a_copy_takes_no_messages)
{
	struct two t = open_two();
	struct buf item = kit_item(&t.id, kit_eval_tags, 3, "X = 0");
	struct buf old = BUF_INIT;
	struct receipt r;
	struct error err;

	CHECK_OK(t.to->ops->import(t.to, t.copy.slots, t.copy.count, &err),
	    err);
	CHECK_INT(t.to->ops->send(t.to, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, ERR_DENIED);
	CHECK(strstr(err.text, "copy of a log") != NULL);
	/* one that has its slot is answered as ever */
	buf_add_span(&old, t.copy.slots[1].message);
	CHECK_INT(kit_send(t.to, &old).slot, 1);
	/* and where it came from it goes on */
	CHECK_INT(kit_send(t.from, &item).slot, 4);
	buf_release(&item);
	buf_release(&old);
	close_two(&t);
}

/* Import must fail with that code and leave nothing. */
static void
check_refused(struct two *t, size_t from, size_t count, enum error_code code)
{
	struct process_info info;
	struct error err;

	CHECK_INT(t->to->ops->import(t->to, t->copy.slots + from, count, &err),
	    -1);
	if (err.code != code)
		fail_msg("%s", err.text);
	CHECK_INT(t->to->ops->process(t->to, &t->id, &info, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
}

TEST(import, refuses_what_is_not_a_log)
{
	struct two t = open_two();
	struct import_slot *s = t.copy.slots;
	struct import_slot good = s[2];

	check_refused(&t, 1, 2, ERR_NOT_FOUND);
	s[2].assignment = s[1].assignment;
	check_refused(&t, 0, 4, ERR_FORMAT);
	s[2] = good;
	s[2].message = s[1].message;
	check_refused(&t, 0, 4, ERR_FORMAT);
	s[2] = s[3];
	check_refused(&t, 0, 3, ERR_FORMAT);
	s[2] = good;
	s[2].chain[0] ^= 1;
	check_refused(&t, 0, 4, ERR_FORMAT);
	s[2] = good;
	s[2].result_json = span_text("{}");
	check_refused(&t, 0, 4, ERR_FORMAT);
	s[2] = good;
	t.copy.bytes[2][1].p[t.copy.bytes[2][1].len - 1] ^= 1;
	check_refused(&t, 0, 4, ERR_SIGNATURE);
	t.copy.bytes[2][1].p[t.copy.bytes[2][1].len - 1] ^= 1;
	t.copy.bytes[2][0].p[100] ^= 1;
	check_refused(&t, 0, 4, ERR_SIGNATURE);
	t.copy.bytes[2][0].p[100] ^= 1;
	close_two(&t);
}

TEST(import, refuses_another_log_of_a_process_that_is_there)
{
	struct two t = open_two();
	struct import_slot *s = t.copy.slots;
	struct error err;

	CHECK_OK(t.to->ops->import(t.to, s, 3, &err), err);
	s[2].chain[0] ^= 1;
	CHECK_INT(t.to->ops->import(t.to, s, 4, &err), -1);
	CHECK_INT(err.code, ERR_EXISTS);
	s[2].chain[0] ^= 1;
	CHECK_OK(t.to->ops->import(t.to, s, 4, &err), err);
	check_same_log(&t);
	close_two(&t);
}

TEST(import, attestations_of_both_engines_say_the_same)
{
	struct two t = open_two();
	struct node *nodes[] = { t.from, t.to };
	struct attestation a[2];
	struct message *m[2];
	struct error err;

	CHECK_OK(t.to->ops->import(t.to, t.copy.slots, t.copy.count, &err),
	    err);
	for (int i = 0; i < 2; i++) {
		struct buf item = BUF_INIT;

		CHECK_OK(nodes[i]->ops->attest(nodes[i], &t.id,
			     position_of_slot(3), true, &item, &err),
		    err);
		CHECK_OK(message_verify(buf_span(&item), &m[i], &err), err);
		CHECK_OK(attestation_decode(m[i], &a[i], &err), err);
		buf_release(&item);
	}
	CHECK(strcmp(m[0]->owner.text, m[1]->owner.text) != 0);
	CHECK(memcmp(a[0].chain, a[1].chain, SHA256_BYTES) == 0);
	CHECK(span_equal(a[0].result, a[1].result));
	CHECK_SPAN(a[1].release, "Lua 5.4.4 64-bit native 2");
	CHECK_INT(a[0].slot, 3);
	message_unref(m[0]);
	message_unref(m[1]);
	close_two(&t);
}

TEST(import, attests_nothing_that_is_not_there)
{
	struct two t = open_two();
	struct buf item = BUF_INIT;
	struct error err;

	CHECK_INT(t.from->ops->attest(t.from, &t.id, position_of_slot(4), true,
		      &item, &err),
	    -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_INT(t.to->ops->attest(t.to, &t.id, position_of_slot(0), true,
		      &item, &err),
	    -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_INT(item.len, 0);
	close_two(&t);
}
