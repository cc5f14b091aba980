#include "base/clock.h"
#include "vm/replay.h"
#include "engine/engine.h"
#include "node_kit.h"

static struct node *
open_node(void)
{
	static const struct engine_config config = { .workers = 1 };
	struct node *n;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

static int
no_module(void *arg, const struct id *id, struct buf *out, struct error *err)
{
	(void)arg;
	(void)id;
	(void)out;
	return FAIL(err, ERR_NOT_FOUND, "none");
}

/* What is done to an entry of that place before it is judged. */
struct spoiling {
	struct replay replay;
	uint64_t slot;
	void (*spoil)(struct log_entry *e);
	struct replay_finding found; /* the last one */
};

static bool
judge(void *arg, const struct log_entry *entry)
{
	struct spoiling *s = arg;
	struct log_entry e = *entry;
	struct error err;

	CHECK(e.evaluated);
	if (s->spoil && e.slot == s->slot)
		s->spoil(&e);
	CHECK_OK(replay_slot(&s->replay, &e, &s->found, &err), err);
	result_release(&s->found.result);
	return !s->found.differs;
}

/* A process with some slots; its log is judged with one of them spoilt. */
static struct replay_finding
judge_spoilt(uint64_t slot, void (*spoil)(struct log_entry *e))
{
	struct node *n = open_node();
	struct id id = kit_spawn(n, "p");
	struct spoiling s = { .slot = slot, .spoil = spoil };
	struct error err;

	CHECK_EVAL(n, &id, "X = 5 return X", "5");
	free(kit_eval(n, &id, "error('no')"));
	CHECK_EVAL(n, &id, "return X + 1", "6");
	replay_init(&s.replay, &id, 0, no_module, NULL);
	CHECK_OK(n->ops->log(n, &id, position_of_slot(0), judge, &s, &err),
	    err);
	replay_release(&s.replay);
	n->ops->close(n);
	return s.found;
}

static void
check_differs(uint64_t slot, void (*spoil)(struct log_entry *e),
    const char *differs)
{
	struct replay_finding f = judge_spoilt(slot, spoil);

	CHECK(f.differs != NULL);
	CHECK_TEXT(f.differs, differs);
	CHECK_INT(f.at.slot, slot);
}

static void
other_chain(struct log_entry *e)
{
	e->chain[0] ^= 1;
}

/* Another result, with a chain that fits it: somebody evaluated otherwise. */
static uint8_t before[SHA256_BYTES];

static void
keep_chain(struct log_entry *e)
{
	memcpy(before, e->chain, sizeof(before));
}

static void
other_place(struct log_entry *e)
{
	e->slot++;
}

static void
other_time(struct log_entry *e)
{
	e->timestamp_ms++;
}

static void
other_verdict(struct log_entry *e)
{
	e->verdict = VERDICT_OK;
}

static void
false_fact(struct log_entry *e)
{
	e->verdict = VERDICT_TIME;
}

static void
broken_assignment(struct log_entry *e)
{
	e->assignment_item = span_first(e->assignment_item, 100);
}

TEST(replay, a_good_log_is_as_it_says)
{
	struct replay_finding f = judge_spoilt(0, NULL);

	CHECK(f.differs == NULL);
	CHECK_INT(f.at.slot, 3);
	CHECK(!f.taken);
}

TEST(replay, names_what_differs_and_where)
{
	check_differs(0, other_chain, "release");
	check_differs(2, other_chain, "chain");
	check_differs(2, other_verdict, "verdict");
	check_differs(1, false_fact, "verdict");
	check_differs(1, other_time, "assignment");
	check_differs(3, broken_assignment, "assignment");
}

TEST(replay, a_slot_that_is_missing_is_named)
{
	struct replay_finding f = judge_spoilt(2, other_place);

	CHECK_TEXT(f.differs, "slot");
	CHECK(strstr(f.text, "slot 2 ") != NULL);
}

static struct buf forged;

static void
forge(struct log_entry *e)
{
	static const char text[] =
	    "{\"Assignments\":[],\"Messages\":[],\"Output\":{\"data\":\"7\"},"
	    "\"Spawns\":[]}";

	buf_clear(&forged);
	buf_add_text(&forged, text);
	e->result_json = buf_span(&forged);
	result_chain_next(before, &e->message->id, e->result_json, e->chain);
}

/* The chain before the slot that is forged is kept on the way. */
static void
forge_last(struct log_entry *e)
{
	if (e->slot == 3)
		forge(e);
	else
		keep_chain(e);
}

static bool
judge_forged(void *arg, const struct log_entry *entry)
{
	struct spoiling *s = arg;
	struct log_entry e = *entry;
	struct error err;

	forge_last(&e);
	CHECK_OK(replay_slot(&s->replay, &e, &s->found, &err), err);
	result_release(&s->found.result);
	return !s->found.differs;
}

TEST(replay, another_output_in_a_chain_that_fits_is_named)
{
	struct node *n = open_node();
	struct id id = kit_spawn(n, "p");
	struct spoiling s = { .slot = 3 };
	struct error err;

	CHECK_EVAL(n, &id, "X = 5 return X", "5");
	CHECK_EVAL(n, &id, "return X", "5");
	CHECK_EVAL(n, &id, "return X + 1", "6");
	replay_init(&s.replay, &id, 1, no_module, NULL);
	CHECK_OK(
	    n->ops->log(n, &id, position_of_slot(0), judge_forged, &s, &err),
	    err);
	CHECK_TEXT(s.found.differs, "Output");
	CHECK(strstr(s.found.text, "\"7\"") != NULL);
	replay_release(&s.replay);
	buf_release(&forged);
	n->ops->close(n);
}

/* An endless evaluation ends when it is told to, and is no result. */
static void *
interrupt(void *arg)
{
	replay_interrupt(arg);
	return NULL;
}

static bool
judge_stopped(void *arg, const struct log_entry *e)
{
	struct spoiling *s = arg;
	struct error err;

	CHECK_INT(replay_slot(&s->replay, e, &s->found, &err), -1);
	CHECK_INT(err.code, ERR_INTERRUPTED);
	return false;
}

TEST(replay, is_interrupted_from_another_thread)
{
	struct node *n = open_node();
	struct id id = kit_spawn(n, "p");
	struct spoiling s = { .slot = 0 };
	pthread_t thread;
	struct error err;

	CHECK_EVAL(n, &id, "1", "1");
	replay_init(&s.replay, &id, 2, no_module, NULL);
	CHECK_OK(thread_start(&thread, "stop", interrupt, &s.replay, &err),
	    err);
	thread_join(thread);
	CHECK_OK(
	    n->ops->log(n, &id, position_of_slot(0), judge_stopped, &s, &err),
	    err);
	replay_release(&s.replay);
	n->ops->close(n);
}

/* 667 ms behind a second */
static const uint64_t start = 1795195414667;

/* A process with a tick each second, that has had three. */
static struct id
spawn_ticking(struct node *n)
{
	const struct tag cron[] = {
		{ span_text("Cron-Interval"), span_text("1-second") },
		{ span_text("Cron-Tag-Action"), span_text("Cron") },
	};
	struct id id;

	clock_set_virtual(start);
	id = kit_spawn_with(n, "p", cron, 2);
	clock_set_virtual(start + 3000);
	CHECK_EVAL(n, &id, "return 1", "1");
	return id;
}

static void
other_schedule(struct log_entry *e)
{
	if (e->tick == 2)
		e->schedule = 1;
}

static void
not_due(struct log_entry *e)
{
	if (e->tick == 2)
		e->timestamp_ms++;
}

static void
another_due(struct log_entry *e)
{
	if (e->tick == 2)
		e->timestamp_ms += 1000;
}

static void
once_more(struct log_entry *e)
{
	if (e->tick == 2)
		e->timestamp_ms -= 1000;
}

static void
other_height(struct log_entry *e)
{
	if (e->tick == 2)
		e->height++;
}

static void
no_tick(struct log_entry *e)
{
	if (e->tick == 2)
		e->tick = 3;
}

static void
check_ticks(struct node *n, const struct id *id,
    void (*spoil)(struct log_entry *), const char *differs)
{
	struct spoiling s = { .slot = 0, .spoil = spoil };
	struct error err;

	replay_init(&s.replay, id, 0, no_module, NULL);
	CHECK_OK(n->ops->log(n, id, position_of_slot(0), judge, &s, &err), err);
	if (!differs) {
		CHECK(s.found.differs == NULL);
		CHECK_INT(s.replay.count, 5);
		CHECK_INT(s.found.at.slot, 1);
	} else {
		CHECK_TEXT(s.found.differs, differs);
		CHECK_INT(s.found.at.slot, 0);
	}
	replay_release(&s.replay);
}

TEST(replay, ticks_are_evaluated_and_are_part_of_the_chain)
{
	struct node *n = open_node();
	struct id id = spawn_ticking(n);

	check_ticks(n, &id, NULL, NULL);
	check_ticks(n, &id, other_schedule, "message");
	check_ticks(n, &id, not_due, "message");
	check_ticks(n, &id, another_due, "chain");
	check_ticks(n, &id, once_more, "message");
	check_ticks(n, &id, other_height, "message");
	check_ticks(n, &id, no_tick, "slot");
	n->ops->close(n);
	clock_set_virtual(0);
}
