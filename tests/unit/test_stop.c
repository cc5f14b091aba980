#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#include "base/fault.h"
#include "store/journal.h"
#include "engine/engine.h"
#include "node_kit.h"

static struct node *
opened(const char *dir)
{
	const struct engine_config config = { .dir = dir, .workers = 2 };
	struct node *n = NULL;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

static struct process_info
info_of(struct node *n, const struct id *id)
{
	struct process_info info;
	struct error err;

	CHECK_OK(n->ops->process(n, id, &info, &err), err);
	return info;
}

static void
stop(struct node *n, const struct id *id, bool on)
{
	struct error err;

	CHECK_OK(n->ops->stop(n, id, on, &err), err);
	CHECK_INT(info_of(n, id).stopped, on);
}

/* What is open where, and how many are stopped. */
static void
check_status(struct node *n, uint64_t waiting, uint64_t stopped, uint64_t held)
{
	struct node_status s;
	struct error err;

	CHECK_OK(n->ops->status(n, &s, &err), err);
	CHECK_INT(s.waiting, waiting);
	CHECK_INT(s.stopped, stopped);
	CHECK_INT(s.held, held);
}

/* Send code to be evaluated; the slot. */
static uint64_t
say(struct node *n, const struct id *process, const char *code)
{
	struct buf item = kit_item(process, kit_eval_tags, 3, code);
	struct receipt r = kit_send(n, &item);

	buf_release(&item);
	return r.slot;
}

static bool
see_waiting(void *arg, const struct log_entry *e)
{
	bool *waits = arg;

	*waits = !e->evaluated && e->stopped;
	return false;
}

/* Its log has that slot, without a result, and says why. */
static void
check_waits(struct node *n, const struct id *id, uint64_t slot)
{
	bool waits = false;
	struct error err;

	CHECK_OK(n->ops->log(n, id, position_of_slot(slot), see_waiting, &waits,
		     &err),
	    err);
	CHECK(waits);
}

/* The output of a slot that gets a result. */
static void
check_result(struct node *n, const struct id *id, uint64_t slot,
    const char *expected)
{
	struct kit_slot s = kit_result(n, id, slot);
	char *text = kit_output(buf_span(&s.json));

	CHECK_TEXT(text, expected);
	free(text);
	buf_release(&s.json);
}

TEST(stop, messages_wait_in_the_log_until_the_start)
{
	struct node *n = opened(NULL);
	struct id id = kit_spawn(n, "p");
	struct id other = kit_spawn(n, "other");
	uint64_t slot;

	CHECK_EVAL(n, &id, "X = 1 return X", "1");
	stop(n, &id, true);
	stop(n, &id, true);
	slot = say(n, &id, "X = X + 1 return X");
	say(n, &id, "X = X + 1 return X");
	check_waits(n, &id, slot);
	check_status(n, 0, 1, 2);
	/* nobody else is held up, and the state is there to be looked at */
	kit_settle(n);
	CHECK_EVAL(n, &other, "return 5", "5");
	CHECK_DRY(n, &id, "X", "1");
	CHECK_INT(info_of(n, &id).slots, 4);
	CHECK_INT(info_of(n, &id).evaluated, 2);
	stop(n, &id, false);
	stop(n, &id, false);
	check_result(n, &id, slot, "2");
	check_result(n, &id, slot + 1, "3");
	kit_settle(n);
	check_status(n, 0, 0, 0);
	n->ops->close(n);
}

TEST(stop, stays_over_a_restart)
{
	struct node *n;
	struct id id;
	uint64_t slot;
	char dir[64];

	kit_make_dir(dir);
	n = opened(dir);
	id = kit_spawn(n, "p");
	CHECK_EVAL(n, &id, "X = 1 return X", "1");
	stop(n, &id, true);
	slot = say(n, &id, "X = X + 1 return X");
	for (int i = 0; i < 2; i++) {
		n->ops->close(n);
		n = opened(dir);
		check_status(n, 0, 1, 1);
		CHECK(info_of(n, &id).stopped);
		check_waits(n, &id, slot);
		CHECK_DRY(n, &id, "X", "1");
		kit_settle(n);
		check_waits(n, &id, slot);
	}
	stop(n, &id, false);
	check_result(n, &id, slot, "2");
	n->ops->close(n);
	n = opened(dir);
	check_status(n, 0, 0, 0);
	CHECK(!info_of(n, &id).stopped);
	CHECK_EVAL(n, &id, "return X", "2");
	n->ops->close(n);
	kit_remove_dir(dir);
}

static const struct timespec moment = { .tv_nsec = 1000 * 1000 };

/* Until this program has used so much more of a processor. */
static void
await_busy(void)
{
	clock_t end = clock() + CLOCKS_PER_SEC / 20;

	while (clock() < end)
		(void)nanosleep(&moment, NULL);
}

TEST(stop, what_runs_is_begun_again_and_did_not_fail)
{
	struct node *n = opened(NULL);
	struct id id = kit_spawn(n, "p");
	struct kit_slot s;
	uint64_t slot;

	CHECK_EVAL(n, &id, "X = 1 return X", "1");
	slot = say(n, &id, "X = X + 1 while X < 10 do end return X");
	for (int i = 0; i < 3; i++) {
		await_busy();
		stop(n, &id, true);
		check_waits(n, &id, slot);
		CHECK_DRY(n, &id, "X", "1");
		stop(n, &id, false);
	}
	await_busy();
	n->ops->interrupt(n, &id);
	s = kit_result(n, &id, slot);
	CHECK_INT(s.verdict, VERDICT_INTERRUPTED);
	buf_release(&s.json);
	CHECK_EVAL(n, &id, "return X", "1");
	n->ops->close(n);
}

/* Nothing of its own is evaluated, so that it has no state to look at. */
TEST(stop, one_that_never_ran_has_nothing_to_show)
{
	struct node *n = opened(NULL);
	struct id id = kit_spawn(n, "p");
	struct message_draft draft = { .target = &id,
		.data = span_text("1"),
		.tags = kit_eval_tags,
		.tag_count = 3 };
	struct address owner = keypair_address(kit_key);
	struct result result;
	struct error err;

	stop(n, &id, true);
	CHECK_INT(n->ops->dry_run(n, &draft, &owner, -1, &result, &err), -1);
	CHECK_INT(err.code, ERR_EVAL);
	CHECK(strstr(err.text, "is stopped") != NULL);
	say(n, &id, "return 1");
	kit_settle(n);
	CHECK_INT(n->ops->dry_run(n, &draft, &owner, -1, &result, &err), -1);
	stop(n, &id, false);
	CHECK_DRY(n, &id, "1", "1");
	n->ops->close(n);
}

/* A process that keeps itself busy for ever. */
TEST(stop, ends_a_flood)
{
	struct node *n = opened(NULL);
	struct id id = kit_spawn(n, "p");
	uint64_t slots;

	CHECK_EVAL(n, &id,
	    "N = 0 Handlers.add('again', 'Again', function() N = N + 1 "
	    "Send({Target = ao.id, Action = 'Again'}) end)",
	    "");
	say(n, &id, "Send({Target = ao.id, Action = 'Again'})");
	for (int i = 0; i < 20; i++) {
		stop(n, &id, true);
		kit_settle(n);
		slots = info_of(n, &id).slots;
		free(kit_dry(n, &id, "N"));
		kit_settle(n);
		CHECK_INT(info_of(n, &id).slots, slots);
		stop(n, &id, false);
		/* it goes on */
		check_result(n, &id, say(n, &id, "return 1"), "1");
	}
	stop(n, &id, true);
	kit_settle(n);
	n->ops->close(n);
}

TEST(stop, of_what_is_not_there_says_so)
{
	struct node *n = opened(NULL);
	struct id id = { { 9 } };
	struct error err;

	CHECK_INT(n->ops->stop(n, &id, true, &err), -1);
	CHECK_INT(err.code, ERR_NOT_FOUND);
	check_status(n, 0, 0, 0);
	n->ops->close(n);
}

/* --- what is to be delivered --- */

/* In a child that dies with a result on disk and nothing of it delivered. */
static void
die_before_delivery(const char *dir, const struct id *from, const char *code)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct node *n;

		setenv("AOSH_FAULT", "PUSH_DIES_BEFORE_DELIVERY", 1);
		fault_init();
		n = opened(dir);
		say(n, from, code);
		kit_settle(n);
		_exit(0);
	}
	CHECK(pid > 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Nobody is quick enough to stop it before it is delivered, but this is. */
static void
stop_in_store(const char *dir, const struct id *id)
{
	struct batch *b = batch_new();
	struct journal_process p;
	struct journal *j;
	struct error err;

	CHECK_OK(journal_open(dir, &j, &err), err);
	CHECK_OK(journal_find(j, id, &p, &err), err);
	batch_add_stop(b, p.number, true);
	CHECK_OK(journal_write(j, b, &err), err);
	journal_close(j);
}

TEST(stop, holds_what_is_not_delivered_yet)
{
	struct node *n;
	struct node_status s;
	struct id from;
	struct id to;
	struct error err;
	char dir[64];
	char code[200];

	kit_make_dir(dir);
	n = opened(dir);
	from = kit_spawn(n, "from");
	to = kit_spawn(n, "to");
	CHECK_EVAL(n, &from, "X = 1", "");
	CHECK_EVAL(n, &to,
	    "N = 0 Handlers.add('hi', 'Hi', function() N = N + 1 end)", "");
	n->ops->close(n);
	snprintf(code, sizeof(code),
	    "X = 2 Send({Target = '%s', Action = 'Hi'}) return X",
	    id_encode(&to).text);
	die_before_delivery(dir, &from, code);
	stop_in_store(dir, &from);
	n = opened(dir);
	kit_settle(n);
	CHECK_DRY(n, &to, "N", "0");
	CHECK_DRY(n, &from, "X", "2");
	CHECK_OK(n->ops->status(n, &s, &err), err);
	CHECK_INT(s.pushes, 1);
	stop(n, &from, false);
	kit_settle(n);
	CHECK_DRY(n, &to, "N", "1");
	check_status(n, 0, 0, 0);
	n->ops->close(n);
	kit_remove_dir(dir);
}

/* What is sent to it is delivered: it has its slot there. */
TEST(stop, takes_what_others_send)
{
	struct node *n = opened(NULL);
	struct id from = kit_spawn(n, "from");
	struct id to = kit_spawn(n, "to");
	char code[200];

	CHECK_EVAL(n, &to,
	    "N = 0 Handlers.add('hi', 'Hi', function() N = N + 1 end)", "");
	stop(n, &to, true);
	snprintf(code, sizeof(code),
	    "Send({Target = '%s', Action = 'Hi'}) return 1",
	    id_encode(&to).text);
	CHECK_EVAL(n, &from, code, "1");
	kit_settle(n);
	CHECK_INT(info_of(n, &to).slots, 3);
	check_waits(n, &to, 2);
	CHECK_DRY(n, &to, "N", "0");
	stop(n, &to, false);
	kit_settle(n);
	CHECK_DRY(n, &to, "N", "1");
	n->ops->close(n);
}

/* A backlog is no reason to stay in memory. */
TEST(stop, one_with_a_backlog_may_sleep)
{
	const struct engine_config config = { .workers = 1, .memory = 1 };
	struct node *n;
	struct id ids[3];
	struct error err;
	uint64_t slot;

	CHECK_OK(engine_open(&config, &n, &err), err);
	for (int i = 0; i < 3; i++) {
		ids[i] = kit_spawn(n, "p");
		CHECK_EVAL(n, &ids[i], "X = 1 return X", "1");
	}
	stop(n, &ids[0], true);
	slot = say(n, &ids[0], "X = X + 1 return X");
	CHECK_DRY(n, &ids[0], "X", "1");
	CHECK_EVAL(n, &ids[1], "return X", "1");
	CHECK_EVAL(n, &ids[2], "return X", "1");
	for (int i = 0; info_of(n, &ids[0]).memory > 0; i++) {
		CHECK(i < KIT_WAIT_MS);
		(void)nanosleep(&moment, NULL);
	}
	stop(n, &ids[0], false);
	check_result(n, &ids[0], slot, "2");
	n->ops->close(n);
}

/* The next of the large ones: it counts, and its place in the order shows. */
static uint64_t
say_large(struct node *n, const struct id *process, int number, size_t bytes)
{
	struct buf code = BUF_INIT;
	uint64_t slot;

	buf_printf(&code, "N = (N or 0) + 1 return N .. '=%d' --", number);
	for (size_t i = 0; i < bytes; i++)
		buf_add_byte(&code, 'x');
	slot = say(n, process, buf_text(&code));
	buf_release(&code);
	return slot;
}

/* They are not kept in memory, but read back, in their order, with what comes
 * in behind the start. */
TEST(stop, large_messages_wait_on_disk_and_keep_their_order)
{
	static const size_t sizes[] = { 10, 2000000, 300000, 1, 900000 };
	enum {
		COUNT = 40,
		LATE = 20
	};
	uint64_t slots[COUNT + LATE];
	struct node *n = opened(NULL);
	struct id id = kit_spawn(n, "p");
	char expected[40];

	CHECK_EVAL(n, &id, "return 1", "1");
	for (int i = 0; i < COUNT + LATE; i++) {
		if (i == COUNT / 2)
			stop(n, &id, true);
		if (i == COUNT)
			stop(n, &id, false);
		slots[i] = say_large(n, &id, i + 1, sizes[i % 5]);
	}
	for (int i = 0; i < COUNT + LATE; i++) {
		snprintf(expected, sizeof(expected), "%d=%d", i + 1, i + 1);
		check_result(n, &id, slots[i], expected);
	}
	kit_settle(n);
	CHECK_INT(info_of(n, &id).slots, COUNT + LATE + 2);
	check_status(n, 0, 0, 0);
	n->ops->close(n);
}
