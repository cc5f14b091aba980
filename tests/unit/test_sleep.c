#include <time.h>

#include "store/journal.h"
#include "engine/engine.h"
#include "node_kit.h"

enum {
	PROCESSES = 60,
	ROUNDS = 5,
	BUDGET = 1 << 20,
};

static struct node *
open_small(const char *dir)
{
	const struct engine_config config = { .dir = dir, .memory = BUDGET };
	struct error err;
	struct node *n;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

struct sum {
	uint64_t memory;
	size_t awake;
	size_t count;
};

static bool
add(void *arg, const struct process_info *info)
{
	struct sum *s = arg;

	s->count++;
	s->awake += info->memory > 0;
	s->memory += info->memory;
	return true;
}

static struct sum
sum_of(struct node *n)
{
	struct sum s = { 0 };
	struct error err;

	CHECK_OK(n->ops->list(n, add, &s, &err), err);
	return s;
}

/* Of those that are put to sleep some are still on their way. */
static void
wait_for_budget(struct node *n)
{
	uint64_t end = (uint64_t)time(NULL) + KIT_WAIT_MS / 1000;

	while (sum_of(n).memory > BUDGET)
		if ((uint64_t)time(NULL) > end)
			fail_msg("%zu bytes stay awake",
			    (size_t)sum_of(n).memory);
}

/* Each process has more than a template, so that few of them have room. */
static void
fill(struct node *n, struct id *p)
{
	for (int i = 0; i < PROCESSES; i++) {
		p[i] = kit_spawn(n, "p");
		CHECK_EVAL(n, &p[i], "Count = 0 Big = ('x'):rep(200000)", "");
	}
}

TEST(sleep, the_coldest_go_when_memory_is_short_and_come_back_as_they_were)
{
	struct node *n = open_small(NULL);
	struct id p[PROCESSES];

	fill(n, p);
	for (int round = 1; round <= ROUNDS; round++)
		for (int i = 0; i < PROCESSES; i++)
			CHECK_EVAL(n, &p[i], "Count = Count + 1", "");
	for (int i = 0; i < PROCESSES; i++)
		CHECK_DRY(n, &p[i], "Count .. ' ' .. #Big", "5 200000");
	wait_for_budget(n);
	CHECK_INT(sum_of(n).count, PROCESSES);
	CHECK(sum_of(n).awake > 0 && sum_of(n).awake < 10);
	n->ops->close(n);
}

TEST(sleep, messages_between_sleepers_all_arrive)
{
	struct node *n = open_small(NULL);
	struct id p[PROCESSES];
	struct buf code = BUF_INIT;

	fill(n, p);
	for (int i = 0; i < PROCESSES; i++) {
		buf_clear(&code);
		buf_printf(&code,
		    "Handlers.add('go', 'Go', function(m) Count = Count + 1"
		    " if Count < 20 then Send({Target = '%s', Action = 'Go'})"
		    " end end)",
		    id_encode(&p[(i + 7) % PROCESSES]).text);
		free(kit_eval(n, &p[i], buf_text(&code)));
	}
	for (int i = 0; i < PROCESSES; i++)
		free(kit_eval(n, &p[i],
		    "Send({Target = ao.id, Action = 'Go'})"));
	kit_settle(n);
	/* nineteen from its neighbour, one of its own */
	for (int i = 0; i < PROCESSES; i++)
		CHECK_DRY(n, &p[i], "Count", "20");
	buf_release(&code);
	n->ops->close(n);
}

TEST(sleep, a_process_that_slept_goes_on_in_the_next_run)
{
	char dir[64];
	struct node *n;
	struct id p[PROCESSES];

	kit_make_dir(dir);
	n = open_small(dir);
	fill(n, p);
	for (int i = 0; i < PROCESSES; i++)
		CHECK_EVAL(n, &p[i], "Count = Count + 1", "");
	n->ops->close(n);
	n = open_small(dir);
	CHECK_INT(sum_of(n).awake, 0);
	for (int i = 0; i < PROCESSES; i++)
		CHECK_EVAL(n, &p[i], "Count = Count + 1 return Count", "2");
	n->ops->close(n);
	kit_remove_dir(dir);
}

TEST(sleep, a_new_process_has_its_first_slot_evaluated_when_somebody_asks)
{
	struct node *n = open_small(NULL);
	struct id quiet = kit_spawn(n, "quiet");
	struct id asked = kit_spawn(n, "asked");
	struct process_info info;
	struct kit_slot s;
	struct error err;

	kit_settle(n);
	CHECK_OK(n->ops->process(n, &quiet, &info, &err), err);
	CHECK_INT(info.slots, 1);
	CHECK_INT(info.evaluated, 0);
	s = kit_result(n, &asked, 0);
	CHECK_INT(s.verdict, VERDICT_OK);
	buf_release(&s.json);
	kit_settle(n);
	CHECK_OK(n->ops->process(n, &quiet, &info, &err), err);
	CHECK_INT(info.evaluated, 0);
	CHECK_EVAL(n, &quiet, "Name", "quiet");
	n->ops->close(n);
}

TEST(sleep, a_new_process_is_not_evaluated_by_the_next_start_either)
{
	char dir[64];
	struct process_info info;
	struct error err;
	struct node *n;
	struct id p;

	kit_make_dir(dir);
	n = open_small(dir);
	p = kit_spawn(n, "p");
	n->ops->close(n);
	n = open_small(dir);
	kit_settle(n);
	CHECK_OK(n->ops->process(n, &p, &info, &err), err);
	CHECK_INT(info.evaluated, 0);
	CHECK_DRY(n, &p, "Name", "p");
	n->ops->close(n);
	kit_remove_dir(dir);
}

/* So much that a checkpoint is due. */
static const char long_loop[] = "for i = 1, 2e7 do end X = 'old'";

/* The checkpoint of the first process of a store, read or put in its place. */
static void
with_checkpoint(const char *dir, struct checkpoint_record *c, bool put)
{
	struct checkpoint changed;
	struct journal *j;
	struct error err;
	struct batch *b;

	CHECK_OK(journal_open(dir, &j, &err), err);
	if (!put) {
		CHECK_OK(journal_read_checkpoint(j, 1, c, &err), err);
	} else {
		changed = (struct checkpoint){ .number = c->number,
			.slots = c->slots,
			.ticks = c->ticks,
			.build = buf_span(&c->build),
			.image = buf_span(&c->image) };
		memcpy(changed.chain, c->chain, sizeof(changed.chain));
		b = batch_new();
		batch_add_checkpoint(b, &changed);
		CHECK_OK(journal_write(j, b, &err), err);
	}
	journal_close(j);
}

/* A log of two states, and the checkpoints of both. */
static struct id
make_two_states(const char *dir, struct checkpoint_record *was,
    struct checkpoint_record *is)
{
	struct node *n = open_small(dir);
	struct id p = kit_spawn(n, "p");

	CHECK_EVAL(n, &p, long_loop, "");
	n->ops->close(n);
	with_checkpoint(dir, was, false);
	n = open_small(dir);
	CHECK_EVAL(n, &p, "for i = 1, 2e7 do end X = 'new'", "");
	n->ops->close(n);
	with_checkpoint(dir, is, false);
	CHECK_INT(is->slots, was->slots + 1);
	return p;
}

TEST(sleep, waking_begins_at_the_checkpoint_if_it_is_of_the_log)
{
	struct checkpoint_record was;
	struct checkpoint_record is;
	struct node *n;
	struct id p;
	char dir[64];

	kit_make_dir(dir);
	p = make_two_states(dir, &was, &is);
	/* an older state in the newer one's place is seen to be used */
	buf_clear(&is.image);
	buf_add_span(&is.image, buf_span(&was.image));
	with_checkpoint(dir, &is, true);
	n = open_small(dir);
	CHECK_DRY(n, &p, "X", "old");
	n->ops->close(n);
	/* with a chain that the log does not have it is none */
	is.chain[0] ^= 1;
	with_checkpoint(dir, &is, true);
	n = open_small(dir);
	CHECK_DRY(n, &p, "X", "new");
	n->ops->close(n);
	/* and so it is for another program */
	is.chain[0] ^= 1;
	buf_add_text(&is.build, "x");
	with_checkpoint(dir, &is, true);
	n = open_small(dir);
	CHECK_DRY(n, &p, "X", "new");
	n->ops->close(n);
	checkpoint_record_release(&was);
	checkpoint_record_release(&is);
	kit_remove_dir(dir);
}
