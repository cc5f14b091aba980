#include "vm/vm.h"
#include "engine/engine.h"
#include "node_kit.h"

/* A single worker: whoever is busy would hold up everybody. */
static struct node *
open_narrow(void)
{
	const struct engine_config config = { .workers = 1,
		.limits = { .time_ns = UINT64_C(600) * 1000 * 1000 * 1000 } };
	struct error err;
	struct node *n;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

static const char endless[] = "while true do end";

/* No limit ends it while a test lasts, however slow the machine is. */
static struct id
spawn_hog(struct node *n)
{
	const struct tag most = { span_text("Compute-Limit"),
		span_text("9000000000000") };

	return kit_spawn_with(n, "hog", &most, 1);
}

/* Send what will take seconds, and do not wait for it. */
static struct receipt
keep_busy(struct node *n, const struct id *process, const char *code)
{
	struct buf item = kit_item(process, kit_eval_tags, 3, code);
	struct receipt r = kit_send(n, &item);

	buf_release(&item);
	return r;
}

static bool
is_done(struct node *n, const struct receipt *r)
{
	struct kit_slot s = { .slot = r->slot };
	struct error err;

	CHECK_OK(n->ops->log(n, &r->process, position_of_slot(r->slot),
		     kit_take_slot, &s, &err),
	    err);
	buf_release(&s.json);
	return s.evaluated;
}

TEST(fairness, busy_processes_do_not_keep_others_waiting)
{
	struct node *n = open_narrow();
	struct id p = kit_spawn(n, "p");
	struct receipt busy[4];

	CHECK_EVAL(n, &p, "Count = 0", "");
	for (int i = 0; i < 4; i++) {
		struct id hog = spawn_hog(n);

		busy[i] = keep_busy(n, &hog, endless);
	}
	for (int i = 1; i <= 3; i++)
		free(kit_eval(n, &p, "Count = Count + 1"));
	for (int i = 0; i < 4; i++)
		CHECK(!is_done(n, &busy[i]));
	CHECK_EVAL(n, &p, "Count", "3");
	for (int i = 0; i < 4; i++)
		n->ops->interrupt(n, &busy[i].process);
	n->ops->close(n);
}

TEST(fairness, who_waits_for_the_same_lane_gets_it_and_both_come_to_an_end)
{
	struct node *n = open_narrow();
	struct id hog = spawn_hog(n);
	struct receipt busy;
	struct id p = hog;

	/* the process that comes so many later shares its lane */
	for (int i = 0; i < VM_LANES; i++)
		p = kit_spawn(n, "p");
	CHECK_EVAL(n, &p, "Count = 0", "");
	CHECK_EVAL(n, &hog, "Mark = 7", "");
	busy = keep_busy(n, &hog, "for i = 1, 5e7 do Mark = i end");
	for (int i = 1; i <= 3; i++)
		free(kit_eval(n, &p, "Count = Count + 1"));
	CHECK(!is_done(n, &busy));
	CHECK_EVAL(n, &p, "Count", "3");
	/* it gave way and was not cut short */
	CHECK_EVAL(n, &hog, "Mark", "50000000");
	n->ops->close(n);
}

TEST(fairness, a_dry_run_gives_way_and_is_answered_all_the_same)
{
	struct node *n = open_narrow();
	struct id hog = spawn_hog(n);
	struct id p = hog;
	struct receipt busy;

	for (int i = 0; i < VM_LANES; i++)
		p = kit_spawn(n, "p");
	CHECK_EVAL(n, &p, "Count = 5", "");
	busy = keep_busy(n, &hog, endless);
	CHECK_DRY(n, &p, "Count", "5");
	CHECK(!is_done(n, &busy));
	n->ops->interrupt(n, &hog);
	n->ops->close(n);
}
