#include "base/clock.h"
#include "ao/attestation.h"
#include "engine/engine.h"
#include "node_kit.h"

enum {
	ENTRIES_MAX = 64
};

/* A log of one engine, as another is given it. */
struct copy {
	size_t count;
	struct import_entry entries[ENTRIES_MAX];
	struct buf bytes[ENTRIES_MAX][3];
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
copy_entry(void *arg, const struct log_entry *e)
{
	struct copy *c = arg;
	struct buf *b = c->bytes[c->count];
	struct import_entry *s = &c->entries[c->count++];

	*s = (struct import_entry){ .at = log_entry_at(e),
		.timestamp_ms = e->timestamp_ms,
		.height = e->height,
		.schedule = e->schedule };
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

	CHECK_OK(n->ops->log(n, id, position_of_slot(0), copy_entry, &c, &err),
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

/* So many of the copy into the other engine. */
static int
import(const struct two *t, size_t from, size_t count, struct error *err)
{
	return t->to->ops->import(t->to, &t->id, t->copy.entries + from, count,
	    err);
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
		CHECK(memcmp(there.entries[i].chain, t->copy.entries[i].chain,
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

	CHECK_OK(import(&t, 0, t.copy.count, &err), err);
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

	CHECK_OK(import(&t, 0, 2, &err), err);
	CHECK_DRY(t.to, &t.id, "X", "5");
	CHECK_OK(import(&t, 0, 2, &err), err);
	CHECK_OK(import(&t, 0, t.copy.count, &err), err);
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

	CHECK_OK(import(&t, 0, t.copy.count, &err), err);
	CHECK_INT(t.to->ops->send(t.to, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, ERR_DENIED);
	CHECK(strstr(err.text, "copy of a log") != NULL);
	/* one that has its slot is answered as ever */
	buf_add_span(&old, t.copy.entries[1].message);
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

	CHECK_INT(import(t, from, count, &err), -1);
	if (err.code != code)
		fail_msg("%s", err.text);
	CHECK_INT(t->to->ops->process(t->to, &t->id, &info, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
}

TEST(import, refuses_what_is_not_a_log)
{
	struct two t = open_two();
	struct import_entry *s = t.copy.entries;
	struct import_entry good = s[2];

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
	struct import_entry *s = t.copy.entries;
	struct error err;

	CHECK_OK(import(&t, 0, 3, &err), err);
	s[2].chain[0] ^= 1;
	CHECK_INT(import(&t, 0, 4, &err), -1);
	CHECK_INT(err.code, ERR_EXISTS);
	s[2].chain[0] ^= 1;
	CHECK_OK(import(&t, 0, 4, &err), err);
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

	CHECK_OK(import(&t, 0, t.copy.count, &err), err);
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

/* --- ticks --- */

/* 667 ms behind a second */
static const uint64_t start = 1795195414667;

static void
set_clock(uint64_t seconds)
{
	clock_set_virtual(start + seconds * 1000);
}

/* A tick each second, and in each second one more. */
static struct id
spawn_ticking(struct node *n)
{
	const struct tag cron[] = {
		{ span_text("Cron-Interval"), span_text("1-second") },
		{ span_text("Cron-Tag-Action"), span_text("Cron") },
		{ span_text("Cron-Interval"), span_text("2-seconds") },
		{ span_text("Cron-Tag-Action"), span_text("Rare") },
	};
	struct id id = kit_spawn_with(n, "p", cron, 4);

	CHECK_EVAL(n, &id,
	    "N = 0 Handlers.add('c', 'Cron', function(m) N = N + 1 "
	    "print('tick ' .. N) Send({Target = ao.id, Action = 'Told'}) end)",
	    "");
	return id;
}

/* 0, 1, 1+1 to 1+6, 2, 2+1, 2+2, 3: of four seconds, and of one more. */
static void
fill_ticking(struct node *n, const struct id *id)
{
	set_clock(4);
	CHECK_EVAL(n, id, "return N", "4");
	set_clock(5);
	CHECK_EVAL(n, id, "return N", "5");
	kit_settle(n);
}

static struct two
open_ticking(void)
{
	struct two t;

	set_clock(0);
	t = (struct two){ open_node(), open_node() };
	t.id = spawn_ticking(t.from);
	fill_ticking(t.from, &t.id);
	t.copy = copy_log(t.from, &t.id);
	CHECK_INT(t.copy.count, 11);
	return t;
}

static void
close_ticking(struct two *t)
{
	close_two(t);
	clock_set_virtual(0);
}

TEST(import, a_log_with_ticks_is_there_as_it_was)
{
	struct two t = open_ticking();
	struct process_info info;
	struct error err;

	CHECK_OK(import(&t, 0, t.copy.count, &err), err);
	check_same_log(&t);
	CHECK_DRY(t.to, &t.id, "N", "5");
	CHECK_OK(t.to->ops->process(t.to, &t.id, &info, &err), err);
	CHECK_INT(info.slots, 4);
	CHECK_INT(info.ticks, 7);
	CHECK_INT(info.crons, 0);
	close_ticking(&t);
}

/* Also between two ticks of one moment, and while it is awake. */
TEST(import, ticks_come_in_pieces)
{
	struct two t = open_ticking();
	struct error err;

	for (size_t i = 0; i < t.copy.count; i++) {
		CHECK_OK(import(&t, i, 1, &err), err);
		if (i == 4)
			CHECK_DRY(t.to, &t.id, "N", "2");
	}
	check_same_log(&t);
	CHECK_OK(import(&t, 3, 5, &err), err);
	check_same_log(&t);
	CHECK_DRY(t.to, &t.id, "N", "5");
	close_ticking(&t);
}

TEST(import, a_copy_has_no_cron)
{
	struct two t = open_ticking();
	struct error err;

	CHECK_OK(import(&t, 0, t.copy.count, &err), err);
	CHECK_OK(t.to->ops->monitor(t.to, &t.id, true, &err), err);
	set_clock(20);
	/* both have their machines in the same places: one after the other */
	CHECK_EVAL(t.from, &t.id, "return N", "20");
	kit_settle(t.from);
	CHECK_DRY(t.to, &t.id, "N", "5");
	kit_settle(t.to);
	check_same_log(&t);
	/* where it came from it goes on, and so does the copy by import */
	copy_release(&t.copy);
	t.copy = copy_log(t.from, &t.id);
	CHECK_OK(import(&t, 0, t.copy.count, &err), err);
	CHECK_DRY(t.to, &t.id, "N", "20");
	check_same_log(&t);
	close_ticking(&t);
}

/* Each of these is of 1+2, the third entry of the log from 1 on. */
TEST(import, refuses_a_tick_that_was_not_due)
{
	struct two t = open_ticking();
	struct import_entry *e = &t.copy.entries[3];
	const struct import_entry good = *e;

	CHECK_INT(e->at.slot, 1);
	CHECK_INT(e->at.tick, 2);
	e->schedule = 2;
	check_refused(&t, 0, 11, ERR_FORMAT);
	*e = good;
	e->schedule = 1 - e->schedule;
	check_refused(&t, 0, 11, ERR_FORMAT);
	*e = good;
	e->timestamp_ms++;
	check_refused(&t, 0, 11, ERR_FORMAT);
	*e = good;
	e->timestamp_ms += 1000;
	check_refused(&t, 0, 11, ERR_FORMAT);
	*e = good;
	e->height++;
	check_refused(&t, 0, 11, ERR_FORMAT);
	*e = good;
	e->result_json = t.copy.entries[4].result_json;
	check_refused(&t, 0, 11, ERR_FORMAT);
	*e = t.copy.entries[2];
	e->at.tick = 2;
	check_refused(&t, 0, 11, ERR_FORMAT);
	*e = t.copy.entries[4];
	check_refused(&t, 0, 11, ERR_FORMAT);
	*e = good;
	check_refused(&t, 2, 9, ERR_NOT_FOUND);
	t.copy.entries[0] = good;
	t.copy.entries[0].at = (struct position){ 0, 1 };
	check_refused(&t, 0, 1, ERR_NOT_FOUND);
	close_ticking(&t);
}

TEST(import, refuses_another_tick_where_one_is)
{
	struct two t = open_ticking();
	struct import_entry *e = &t.copy.entries[3];
	struct error err;

	CHECK_OK(import(&t, 0, 11, &err), err);
	e->height++;
	CHECK_INT(import(&t, 0, 11, &err), -1);
	CHECK_INT(err.code, ERR_EXISTS);
	e->height--;
	e->timestamp_ms += 1000;
	CHECK_INT(import(&t, 0, 11, &err), -1);
	CHECK_INT(err.code, ERR_EXISTS);
	e->timestamp_ms -= 1000;
	CHECK_OK(import(&t, 0, 11, &err), err);
	check_same_log(&t);
	close_ticking(&t);
}

static struct node *
open_in(const char *dir)
{
	const struct engine_config config = { .dir = dir, .workers = 1 };
	struct node *n;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

/* The key is there, the store was lost: the log is its own. */
TEST(import, the_cron_of_ones_own_log_rests_until_it_is_monitored)
{
	struct two t = { NULL };
	char lost[64];
	char dir[64];
	char command[200];
	struct process_info info;
	struct error err;

	kit_make_dir(lost);
	kit_make_dir(dir);
	set_clock(0);
	t.from = open_in(lost);
	t.id = spawn_ticking(t.from);
	fill_ticking(t.from, &t.id);
	t.copy = copy_log(t.from, &t.id);
	t.from->ops->close(t.from);
	snprintf(command, sizeof(command), "cp '%s/node.json' '%s'", lost, dir);
	CHECK_INT(system(command), 0);
	t.to = open_in(dir);
	CHECK_OK(import(&t, 0, 6, &err), err);
	for (int i = 0; i < 2; i++) {
		set_clock(20);
		CHECK_DRY(t.to, &t.id, "N", "3");
		/* over a restart, too */
		t.to->ops->close(t.to);
		t.to = open_in(dir);
	}
	CHECK_OK(import(&t, 0, t.copy.count, &err), err);
	check_same_log(&t);
	CHECK_OK(t.to->ops->monitor(t.to, &t.id, true, &err), err);
	CHECK_EVAL(t.to, &t.id, "return N", "20");
	CHECK_OK(t.to->ops->process(t.to, &t.id, &info, &err), err);
	CHECK_INT(info.crons, 2);
	CHECK_INT(import(&t, 0, t.copy.count, &err), -1);
	CHECK_INT(err.code, ERR_EXISTS);
	t.to->ops->close(t.to);
	t.to = open_in(dir);
	set_clock(22);
	CHECK_EVAL(t.to, &t.id, "return N", "22");
	t.to->ops->close(t.to);
	copy_release(&t.copy);
	clock_set_virtual(0);
	kit_remove_dir(lost);
	kit_remove_dir(dir);
}
