#include "engine/engine.h"
#include "node_kit.h"

static struct node *
open_node(const char *dir)
{
	const struct engine_config config = { .dir = dir, .workers = 2 };
	struct node *n;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

static struct node_status
status_of(struct node *n)
{
	struct node_status s;
	struct error err;

	CHECK_OK(n->ops->status(n, &s, &err), err);
	return s;
}

TEST(status, counts_what_there_is_also_after_a_restart)
{
	char dir[64];
	struct node *n;
	struct node_status first;
	struct node_status again;
	struct id id;

	kit_make_dir(dir);
	n = open_node(dir);
	CHECK_INT(status_of(n).processes, 0);
	id = kit_spawn(n, "a");
	(void)kit_spawn(n, "b");
	CHECK_EVAL(n, &id, "X = 1", "");
	CHECK_EVAL(n, &id, "Send({Target = ao.id}) return X", "1");
	kit_settle(n);
	first = status_of(n);
	CHECK_INT(first.processes, 2);
	CHECK_INT(first.messages, 5);
	CHECK_INT(first.scheduled, 5);
	CHECK_INT(first.waiting, 0);
	CHECK_INT(first.pushes, 0);
	CHECK_INT(first.workers, 2);
	CHECK(first.commits > 0 && first.commits_10s > 0);
	CHECK(first.sync_max_us >= first.sync_mean_us);
	CHECK(first.awake >= 1 && first.memory > 0);
	n->ops->close(n);
	n = open_node(dir);
	again = status_of(n);
	CHECK_INT(again.processes, 2);
	CHECK_INT(again.messages, 5);
	CHECK_INT(again.scheduled, 0);
	CHECK_INT(again.awake, 0);
	CHECK_INT(again.memory, 0);
	CHECK(again.records >= first.records);
	CHECK(again.store_bytes > 0);
	CHECK_EVAL(n, &id, "return X + 1", "2");
	CHECK_INT(status_of(n).messages, 6);
	CHECK_INT(status_of(n).scheduled, 1);
	n->ops->close(n);
	kit_remove_dir(dir);
}

/* In memory the trees hold nothing but what was flushed. */
TEST(status, counts_in_memory_too)
{
	struct node *n = open_node(NULL);
	struct id id = kit_spawn(n, "a");

	for (int i = 0; i < 20; i++)
		CHECK_EVAL(n, &id, "return 1", "1");
	CHECK_INT(status_of(n).messages, 21);
	CHECK_INT(status_of(n).processes, 1);
	CHECK_INT(status_of(n).evaluated, 21);
	n->ops->close(n);
}
