#include "engine/engine.h"
#include "node_kit.h"

static struct node *
open_engine(const char *dir, struct engine_limits limits)
{
	const struct engine_config config = { .dir = dir,
		.workers = 2,
		.limits = limits };
	struct node *n;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

/* An item that spawns a process with one tag more. Owned. */
static struct buf
spawn_item(struct node *n, const char *name, const char *value)
{
	const struct tag tag = { span_text(name), span_text(value) };

	return kit_spawn_item(n, "limited", &tag, 1);
}

static struct id
spawn_with(struct node *n, const char *name, const char *value)
{
	const struct tag tag = { span_text(name), span_text(value) };

	return kit_spawn_with(n, "limited", &tag, 1);
}

static void
check_refused(struct node *n, const char *name, const char *value,
    enum error_code code, const char *text)
{
	struct buf item = spawn_item(n, name, value);
	struct receipt r;
	struct error err;

	CHECK_INT(n->ops->send(n, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, code);
	CHECK_TEXT(err.text, text);
	buf_release(&item);
}

static const char endless[] = "x = 1 while true do end";
static const char large[] = "x = 1 return #('x'):rep(20 << 20)";

TEST(engine_limits, a_process_has_those_of_its_spawn)
{
	struct node *n = open_engine(NULL, (struct engine_limits){ 0 });
	struct id p = spawn_with(n, "Compute-Limit", "3000000");
	struct id q = spawn_with(n, "Memory-Limit", "16-mb");

	CHECK_EVAL(n, &p, endless,
	    "too many instructions: the limit is 3000000");
	CHECK_EVAL(n, &p, large, "20971520");
	CHECK_EVAL(n, &q, large, "out of memory: the limit is 16 MiB");
	CHECK_EVAL(n, &q, "return tostring(x)", "nil");
	n->ops->close(n);
}

TEST(engine_limits, tags_that_cannot_be_had_are_refused)
{
	struct node *n = open_engine(NULL,
	    (struct engine_limits){ .memory = 64 << 20, .compute = 5000000 });

	check_refused(n, "Memory-Limit", "65-mb", ERR_LIMIT,
	    "tag 'Memory-Limit' asks for 65-mb, this node's limit is 64-mb");
	check_refused(n, "Compute-Limit", "9000000000000", ERR_LIMIT,
	    "tag 'Compute-Limit' asks for 9000000000000, this node's limit is "
	    "5000000");
	check_refused(n, "Memory-Limit", "lots", ERR_FORMAT,
	    "tag 'Memory-Limit': 'lots' is no size like 512-mb or 1-gb");
	n->ops->close(n);
	n = open_engine(NULL, (struct engine_limits){ 0 });
	check_refused(n, "Memory-Limit", "3-gb", ERR_LIMIT,
	    "tag 'Memory-Limit' asks for 3-gb, this node's limit is 2-gb");
	spawn_with(n, "Compute-Limit", "9000000000000");
	n->ops->close(n);
}

TEST(engine_limits, a_node_has_its_own)
{
	struct node *n = open_engine(NULL,
	    (struct engine_limits){ .memory = 16 << 20,
		.compute = 5000000,
		.output = 100000,
		.outbox = 3 });
	struct id p = kit_spawn(n, "p");

	CHECK_EVAL(n, &p, endless,
	    "too many instructions: this node's limit is 5000000");
	CHECK_EVAL(n, &p, large, "out of memory: this node's limit is 16 MiB");
	CHECK_EVAL(n, &p, "x = 1 return ('x'):rep(200000)",
	    "result too large: the limit is 100000 bytes");
	CHECK_EVAL(n, &p, "x = 1 for i = 1, 4 do Send({ Target = 'a' }) end",
	    "too many messages, spawns and assignments: the limit is 3");
	CHECK_DRY(n, &p, endless,
	    "too many instructions: this node's limit is 5000000");
	CHECK_EVAL(n, &p, "return tostring(x)", "nil");
	n->ops->close(n);
	n = open_engine(NULL, (struct engine_limits){ .time_ns = 30000000 });
	p = spawn_with(n, "Compute-Limit", "9000000000000");
	CHECK_EVAL(n, &p, endless, "out of time: the limit is 0.03 s");
	CHECK_DRY(n, &p, endless, "out of time: the limit is 0.03 s");
	n->ops->close(n);
}

/* What was evaluated under other limits is there still, and spawned twice is
 * spawned once. */
TEST(engine_limits, lower_ones_harm_no_log)
{
	const struct engine_limits low = { .compute = 1000000,
		.memory = 16 << 20,
		.time_ns = 1000000000,
		.output = 100000,
		.outbox = 3 };
	char dir[64];
	struct node *n;
	struct buf item;
	struct receipt first;
	struct receipt again;

	kit_make_dir(dir);
	n = open_engine(dir, (struct engine_limits){ 0 });
	item = spawn_item(n, "Memory-Limit", "64-mb");
	first = kit_send(n, &item);
	CHECK_EVAL(n, &first.process, "y = 1 return #('x'):rep(20 << 20)",
	    "20971520");
	CHECK_EVAL(n, &first.process,
	    "for i = 1, 5000000 do y = i end return y", "5000000");
	CHECK_EVAL(n, &first.process,
	    "for i = 1, 9 do Send({ Target = 'a' }) end y = y + 1 "
	    "return #('x'):rep(200000)",
	    "200000");
	n->ops->close(n);
	n = open_engine(dir, low);
	CHECK_EVAL(n, &first.process, "return y", "5000001");
	CHECK_EVAL(n, &first.process, endless,
	    "too many instructions: this node's limit is 1000000");
	CHECK_EVAL(n, &first.process, large,
	    "out of memory: this node's limit is 16 MiB");
	again = kit_send(n, &item);
	CHECK_INT(again.slot, 0);
	CHECK(id_equal(&again.process, &first.process));
	n->ops->close(n);
	/* nor does it when they are gone */
	n = open_engine(dir, (struct engine_limits){ 0 });
	CHECK_EVAL(n, &first.process, "return tostring(x) .. y", "nil5000001");
	n->ops->close(n);
	buf_release(&item);
	kit_remove_dir(dir);
}
