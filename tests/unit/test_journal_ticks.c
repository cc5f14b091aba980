#include <unistd.h>

#include "store/journal.h"
#include "store/kv.h"
#include "node_kit.h"

static struct journal *
opened(const char *dir)
{
	struct journal *j = NULL;
	struct error err;

	CHECK_OK(journal_open(dir, &j, &err), err);
	return j;
}

static void
written(struct journal *j, struct batch *b)
{
	struct error err;

	CHECK_OK(journal_write(j, b, &err), err);
}

static struct id
message_id(uint64_t number, uint64_t slot)
{
	return (struct id){ { (uint8_t)number, (uint8_t)slot } };
}

static void
add_slot(struct batch *b, uint64_t number, uint64_t slot)
{
	const struct assignment a = { .process = message_id(number, 0),
		.message = message_id(number, slot),
		.slot = slot };
	const struct batch_slot s = { .number = number,
		.assignment = &a,
		.id = { { 0xff, (uint8_t)number, (uint8_t)slot } },
		.assignment_item = span_text("assignment"),
		.message_item = span_text("message") };

	batch_add_slot(b, &s);
}

static const uint8_t chain[SHA256_BYTES] = { 5 };

static void
add_result(struct batch *b, uint64_t number, uint64_t slot)
{
	struct result r = RESULT_INIT;

	buf_add_text(&r.json, "slot");
	batch_add_result(b, number, slot, &r, chain, 0);
	buf_release(&r.json);
}

/* Tick number n of the log, of schedule n % 2. */
static void
add_tick(struct batch *b, uint64_t number, struct position at, uint64_t n)
{
	const struct journal_tick t = { .number = number,
		.at = at,
		.timestamp_ms = 1000 * n,
		.height = 7,
		.schedule = n % 2,
		.interval = span_text(n % 2 ? "1-odd" : "2-even"),
		.ticks = n,
		.count = (n + 1) / 2,
		.late = n / 4 };

	batch_add_tick(b, &t);
}

static void
add_tick_result(struct batch *b, uint64_t number, struct position at,
    uint64_t n, uint32_t pushes)
{
	struct result r = RESULT_INIT;
	const struct batch_tick_result t = { .number = number,
		.at = at,
		.ticks = n,
		.pushes = pushes,
		.result = &r,
		.chain = chain };

	buf_printf(&r.json, "tick %d", (int)n);
	batch_add_tick_result(b, &t);
	buf_release(&r.json);
}

static struct position
at(uint64_t slot, uint32_t tick)
{
	return (struct position){ slot, tick };
}

static struct journal_process
process(struct journal *j, uint64_t number)
{
	struct id id = message_id(number, 0);
	struct journal_process p;
	struct error err;

	CHECK_OK(journal_find(j, &id, &p, &err), err);
	return p;
}

/* The first entry at or behind `from` is `to`. */
static void
check_entry(struct journal *j, struct position from, struct position to,
    const char *result)
{
	struct slot_record r;
	struct error err;

	CHECK_OK(journal_read_entry(j, 1, &from, &r, &err), err);
	CHECK_INT(position_compare(from, to), 0);
	CHECK_INT(position_compare(r.at, to), 0);
	CHECK_INT(r.evaluated, result != NULL);
	if (result)
		CHECK_SPAN(buf_span(&r.result.json), result);
	if (!to.tick)
		CHECK_SPAN(buf_span(&r.message), "message");
	slot_record_release(&r);
}

/* Slots 0 and 1 of process 1, ticks 0+1, 0+2, 1+1, 1+2, 1+3; some results. */
static void
write_sample(struct journal *j)
{
	struct batch *b = batch_new();

	batch_add_cron(b, 1, 2);
	add_slot(b, 1, 0);
	add_result(b, 1, 0);
	add_slot(b, 2, 0);
	written(j, b);
	b = batch_new();
	add_tick(b, 1, at(0, 1), 1);
	add_tick(b, 1, at(0, 2), 2);
	add_tick_result(b, 1, at(0, 1), 1, 2);
	written(j, b);
	b = batch_new();
	add_slot(b, 1, 1);
	add_tick(b, 1, at(1, 1), 3);
	add_tick(b, 1, at(1, 2), 4);
	add_tick(b, 1, at(1, 3), 5);
	add_tick_result(b, 1, at(0, 2), 2, 0);
	add_result(b, 1, 1);
	add_tick_result(b, 1, at(1, 1), 3, 1);
	batch_add_monitor(b, 1, true);
	batch_add_pushed(b, &(struct push_key){ 1, 0, 0, 1 });
	written(j, b);
}

static bool
note_push(void *arg, const struct push_key *k)
{
	buf_printf(arg, "%d:%d+%d.%d ", (int)k->process, (int)k->slot,
	    (int)k->tick, (int)k->entry);
	return true;
}

static bool
note_process(void *arg, const struct journal_process *p)
{
	buf_printf(arg, "%d ", (int)p->number);
	return true;
}

static void
check_sample(struct journal *j)
{
	struct journal_process p = process(j, 1);
	struct journal_schedule s;
	struct slot_record r;
	struct position from = at(1, 2);
	struct buf text = BUF_INIT;
	struct error err;

	CHECK_INT(p.slots, 2);
	CHECK_INT(p.evaluated, 2);
	CHECK_INT(position_compare(p.end, at(1, 4)), 0);
	CHECK_INT(position_compare(p.done, at(1, 2)), 0);
	CHECK_INT(p.ticks, 5);
	CHECK_INT(p.ticks_done, 3);
	CHECK_INT(p.crons, 2);
	CHECK(p.monitored);
	check_entry(j, at(0, 0), at(0, 0), "slot");
	check_entry(j, at(0, 1), at(0, 1), "tick 1");
	check_entry(j, at(0, 2), at(0, 2), "tick 2");
	check_entry(j, at(0, 3), at(1, 0), "slot");
	check_entry(j, at(1, 1), at(1, 1), "tick 3");
	check_entry(j, at(1, 3), at(1, 3), NULL);
	CHECK_OK(journal_read_entry(j, 1, &from, &r, &err), err);
	CHECK_INT(r.tick.timestamp_ms, 4000);
	CHECK_INT(r.tick.height, 7);
	CHECK_INT(r.tick.schedule, 0);
	CHECK_SPAN(r.tick.interval, "2-even");
	slot_record_release(&r);
	from = at(1, 4);
	CHECK_INT(journal_read_entry(j, 1, &from, &r, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_OK(journal_read_schedule(j, 1, 1, &s, &err), err);
	CHECK_INT(s.count, 3);
	CHECK_INT(s.late, 1);
	CHECK_INT(s.last_ms, 5000);
	CHECK_INT(position_compare(s.last, at(1, 3)), 0);
	CHECK_INT(journal_read_schedule(j, 1, 2, &s, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	CHECK_OK(journal_walk_unpushed(j, note_push, &text, &err), err);
	CHECK_TEXT(buf_text(&text), "1:0+1.1 1:1+1.0 ");
	buf_clear(&text);
	CHECK_OK(journal_walk_cron(j, note_process, &text, &err), err);
	CHECK_TEXT(buf_text(&text), "1 ");
	buf_clear(&text);
	CHECK_OK(journal_walk_unevaluated(j, note_process, &text, &err), err);
	CHECK_TEXT(buf_text(&text), "1 2 ");
	buf_release(&text);
	p = process(j, 2);
	CHECK_INT(p.crons, 0);
	CHECK_INT(position_compare(p.end, at(0, 1)), 0);
	CHECK_INT(position_compare(p.done, at(0, 0)), 0);
}

TEST(journal_ticks, lie_between_the_slots)
{
	struct journal *j = opened(NULL);

	write_sample(j);
	check_sample(j);
	journal_close(j);
}

/* The value of a key of the store, behind the journal's back; NULL: delete. */
static void
set_in_store(const char *dir, const char *tree, const char *key,
    const char *value)
{
	const char *trees[] = { tree, NULL };
	struct kv_txn *txn;
	struct kv *kv;
	struct error err;

	CHECK_OK(kv_open_lmdb(dir, trees, &kv, &err), err);
	CHECK_OK(kv_begin(kv, true, &txn, &err), err);
	if (value)
		CHECK_OK(kv_put(txn, 0, span_text(key), span_text(value), &err),
		    err);
	else
		CHECK_OK(kv_delete(txn, 0, span_text(key), &err), err);
	CHECK_OK(kv_commit(txn, &err), err);
	kv_close(kv);
}

TEST(journal_ticks, are_there_again_however_much_was_indexed)
{
	struct journal *j;
	char dir[64];

	kit_make_dir(dir);
	j = opened(dir);
	write_sample(j);
	journal_close(j);
	j = opened(dir);
	check_sample(j);
	journal_close(j);
	/* all in the trees, and derived over it once more */
	set_in_store(dir, "meta", "indexed", NULL);
	j = opened(dir);
	check_sample(j);
	journal_close(j);
	kit_remove_dir(dir);
}

/* A process value and a store as they were before there was cron. */
TEST(journal_ticks, an_older_store_is_taken_over)
{
	struct journal_process p;
	struct journal *j;
	struct batch *b;
	char dir[64];

	kit_make_dir(dir);
	j = opened(dir);
	b = batch_new();
	add_slot(b, 1, 0);
	add_slot(b, 1, 1);
	add_result(b, 1, 0);
	written(j, b);
	journal_close(j);
	set_in_store(dir, "meta", "format", "aosh-1");
	j = opened(dir);
	p = process(j, 1);
	CHECK_INT(position_compare(p.end, at(1, 1)), 0);
	CHECK_INT(position_compare(p.done, at(0, 1)), 0);
	CHECK_INT(p.ticks, 0);
	CHECK(!p.monitored);
	b = batch_new();
	batch_add_monitor(b, 1, true);
	add_tick(b, 1, at(1, 1), 1);
	written(j, b);
	journal_close(j);
	j = opened(dir);
	p = process(j, 1);
	CHECK_INT(position_compare(p.end, at(1, 2)), 0);
	CHECK_INT(position_compare(p.done, at(0, 1)), 0);
	CHECK_INT(p.ticks, 1);
	CHECK(p.monitored);
	journal_close(j);
	kit_remove_dir(dir);
}

/* The last word on a switch counts, also when all is derived again. */
TEST(journal_ticks, a_switch_may_be_turned_off)
{
	struct journal *j;
	struct batch *b;
	char dir[64];

	kit_make_dir(dir);
	j = opened(dir);
	b = batch_new();
	add_slot(b, 1, 0);
	batch_add_monitor(b, 1, true);
	batch_add_stop(b, 1, true);
	batch_add_monitor(b, 1, false);
	add_slot(b, 2, 0);
	batch_add_stop(b, 2, true);
	batch_add_stop(b, 2, false);
	batch_add_monitor(b, 2, true);
	written(j, b);
	for (int i = 0; i < 2; i++) {
		CHECK(!process(j, 1).monitored);
		CHECK(process(j, 1).stopped);
		CHECK(process(j, 2).monitored);
		CHECK(!process(j, 2).stopped);
		journal_close(j);
		set_in_store(dir, "meta", "indexed", NULL);
		j = opened(dir);
	}
	journal_close(j);
	kit_remove_dir(dir);
}

static bool
count_process(void *arg, const struct journal_process *p)
{
	uint64_t *sum = arg;

	*sum = *sum * 10 + p->number;
	return true;
}

/* The start of an engine must hear of it, even when nothing waits in it. */
TEST(journal_ticks, a_stopped_process_is_walked)
{
	struct journal *j;
	struct batch *b;
	struct error err;
	uint64_t sum = 0;

	CHECK_OK(journal_open(NULL, &j, &err), err);
	b = batch_new();
	for (uint64_t number = 1; number <= 3; number++) {
		add_slot(b, number, 0);
		add_result(b, number, 0);
	}
	batch_add_stop(b, 2, true);
	written(j, b);
	CHECK_OK(journal_walk_unevaluated(j, count_process, &sum, &err), err);
	CHECK_INT(sum, 2);
	journal_close(j);
}

/* Stores of the format before had none. */
TEST(journal_ticks, a_store_without_stopped_processes_may_have_one)
{
	struct journal *j;
	struct batch *b;
	char dir[64];

	kit_make_dir(dir);
	j = opened(dir);
	b = batch_new();
	add_slot(b, 1, 0);
	batch_add_monitor(b, 1, true);
	written(j, b);
	journal_close(j);
	set_in_store(dir, "meta", "format", "aosh-2");
	j = opened(dir);
	CHECK(process(j, 1).monitored);
	CHECK(!process(j, 1).stopped);
	b = batch_new();
	batch_add_stop(b, 1, true);
	written(j, b);
	journal_close(j);
	j = opened(dir);
	CHECK(process(j, 1).monitored);
	CHECK(process(j, 1).stopped);
	journal_close(j);
	kit_remove_dir(dir);
}
