#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/fault.h"
#include "ao/cron.h"
#include "vm/vm.h"
#include "engine/engine.h"
#include "node_kit.h"

/* 667 ms behind a second, 94.667 s behind the begin of a block */
static const uint64_t start = 1795195414667;
static const uint64_t second = 1795195414000;

static struct node *
opened(const char *dir, enum cron_late late)
{
	const struct engine_config config = { .dir = dir,
		.workers = 2,
		.cron_late = late };
	struct node *n = NULL;
	struct error err;

	CHECK_OK(engine_open(&config, &n, &err), err);
	return n;
}

static void
set_clock(uint64_t seconds)
{
	clock_set_virtual(start + seconds * 1000);
}

#define TAG(name, value)                                            \
	{                                                           \
		{ (const uint8_t *)(name), sizeof(name) - 1 },      \
		{                                                   \
			(const uint8_t *)(value), sizeof(value) - 1 \
		}                                                   \
	}

static struct id
spawn(struct node *n, const struct tag *cron, size_t count)
{
	return kit_spawn_with(n, "ticking", cron, count);
}

static const struct tag each_second[] = { TAG("Cron-Interval", "1-second"),
	TAG("Cron-Tag-Action", "Cron") };

static const char counting[] =
    "N = 0 Handlers.add('c', 'Cron', function(m) N = N + 1 Last = m end)";

/* --- waiting for ticks --- */

struct count {
	uint64_t ticks;
	uint64_t evaluated;
};

static bool
count_entry(void *arg, const struct log_entry *e)
{
	struct count *c = arg;

	c->ticks += e->tick > 0;
	c->evaluated += e->tick > 0 && e->evaluated;
	return true;
}

static struct count
counted(struct node *n, const struct id *p)
{
	struct count c = { 0, 0 };
	struct error err;

	CHECK_OK(n->ops->log(n, p, position_of_slot(0), count_entry, &c, &err),
	    err);
	return c;
}

/* Until so many ticks are evaluated, and then no more are there. */
static void
await_ticks(struct node *n, const struct id *p, uint64_t ticks)
{
	int fd = eventfd(0, EFD_NONBLOCK);
	struct pollfd at = { fd, POLLIN, 0 };
	struct error err;

	CHECK_OK(n->ops->watch(n, p, fd, &err), err);
	while (counted(n, p).evaluated < ticks) {
		eventfd_t ignored;

		if (poll(&at, 1, KIT_WAIT_MS) != 1)
			fail_msg("%d of %d ticks", (int)counted(n, p).evaluated,
			    (int)ticks);
		(void)eventfd_read(fd, &ignored);
	}
	n->ops->unwatch(n, p, fd);
	close(fd);
	kit_settle(n);
	CHECK_INT(counted(n, p).ticks, ticks);
}

/* --- the log as text --- */

/* "1+1 1.000 5-minutes, ": seconds behind the process's own. */
static bool
note_entry(void *arg, const struct log_entry *e)
{
	uint64_t ms = e->timestamp_ms - second;

	buf_printf(arg, "%s %d.%03d", position_text(log_entry_at(e)).text,
	    (int)(ms / 1000), (int)(ms % 1000));
	if (e->tick)
		buf_printf(arg, " %d:%.*s", (int)e->schedule,
		    SPAN_ARG(e->interval));
	buf_add_text(arg, ", ");
	return true;
}

static void
check_log(struct node *n, const struct id *p, struct position from,
    const char *expected)
{
	struct buf text = BUF_INIT;
	struct error err;

	CHECK_OK(n->ops->log(n, p, from, note_entry, &text, &err), err);
	CHECK_TEXT(buf_text(&text), expected);
	buf_release(&text);
}

/* Ticks of a 1-second cron alone: one for each second, none else. */
struct seconds {
	uint64_t next;
};

static bool
check_second(void *arg, const struct log_entry *e)
{
	struct seconds *s = arg;

	if (e->tick)
		CHECK_INT(e->timestamp_ms, second + 1000 * s->next++);
	return true;
}

static void
check_seconds(struct node *n, const struct id *p, uint64_t count)
{
	struct seconds s = { 1 };
	struct error err;

	CHECK_OK(n->ops->log(n, p, position_of_slot(0), check_second, &s, &err),
	    err);
	CHECK_INT(s.next, count + 1);
}

/* --- the chain --- */

struct chain {
	uint8_t bytes[SHA256_BYTES];
};

static bool
check_link(void *arg, const struct log_entry *e)
{
	struct chain *c = arg;
	uint8_t key[CRON_KEY_BYTES];

	CHECK(e->evaluated);
	cron_key(e->slot, e->timestamp_ms, e->schedule, key);
	if (e->tick)
		result_chain_tick(c->bytes, span_of(key, sizeof(key)),
		    e->result_json, c->bytes);
	else
		result_chain_next(c->bytes, &e->message->id, e->result_json,
		    c->bytes);
	assert_memory_equal(c->bytes, e->chain, SHA256_BYTES);
	return true;
}

static void
check_chain(struct node *n, const struct id *p)
{
	struct chain c;
	struct error err;

	result_chain_first(p, vm_release(), c.bytes);
	CHECK_OK(n->ops->log(n, p, position_of_slot(0), check_link, &c, &err),
	    err);
}

TEST(tick, a_second_gives_one_also_over_a_restart)
{
	struct node *n;
	struct id p;
	char dir[64];

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, CRON_LATE_ALL);
	p = spawn(n, each_second, 2);
	CHECK_EVAL(n, &p, counting, "");
	for (uint64_t s = 1; s <= 20; s++) {
		set_clock(s);
		await_ticks(n, &p, s);
	}
	/* several at once, in the middle of a second, and none */
	clock_set_virtual(start + 29999);
	await_ticks(n, &p, 30);
	clock_set_virtual(start + 30001);
	CHECK_DRY(n, &p, "N", "30");
	n->ops->close(n);

	/* ten are late, then it goes on */
	set_clock(40);
	n = opened(dir, CRON_LATE_ALL);
	await_ticks(n, &p, 40);
	for (uint64_t s = 41; s <= 60; s++) {
		set_clock(s);
		await_ticks(n, &p, s);
	}
	check_seconds(n, &p, 60);
	check_chain(n, &p);
	CHECK_EVAL(n, &p, "N", "60");
	n->ops->close(n);

	/* from the log alone: asleep, then evaluated again */
	n = opened(dir, CRON_LATE_ALL);
	CHECK_DRY(n, &p, "N", "60");
	CHECK_INT(counted(n, &p).ticks, 60);
	n->ops->close(n);
	kit_remove_dir(dir);
}

TEST(tick, comes_among_messages_in_the_order_of_time)
{
	static const struct tag tags[] = { TAG("Cron-Interval", "3-seconds"),
		TAG("Cron-Tag-Action", "Three"),
		TAG("Cron-Interval", "2-Seconds"),
		TAG("Cron-Tag-Action", "Two"), TAG("Cron-Tag-X", "y"),
		TAG("Cron-Interval", "1-block") };
	struct node *n;
	struct id p;

	set_clock(0);
	n = opened(NULL, CRON_LATE_ALL);
	p = spawn(n, tags, 6);
	CHECK_EVAL(n, &p,
	    "Log = '' Handlers.add('a', 'Two', function(m) "
	    "Log = Log .. m.X .. m.Timestamp % 100000 .. ' ' end) "
	    "X = 1 Handlers.add('b', 'Three', function(m) Log = Log .. '3 ' end)",
	    "");
	clock_set_virtual(second + 2000);
	/* due at this very millisecond: before the message */
	CHECK_EVAL(n, &p, "Log", "y16000 ");
	clock_set_virtual(second + 5999);
	CHECK_EVAL(n, &p, "Log", "y16000 3 y18000 ");
	clock_set_virtual(second + 6000);
	await_ticks(n, &p, 5);
	check_log(n, &p, position_of_slot(0),
	    "0 0.667, 1 0.667, 1+1 2.000 1:2-Seconds, 2 2.000, "
	    "2+1 3.000 2:3-seconds, 2+2 4.000 1:2-Seconds, 3 5.999, "
	    "3+1 6.000 1:2-Seconds, 3+2 6.000 2:3-seconds, ");
	/* reading goes on at any place */
	check_log(n, &p, (struct position){ 2, 2 },
	    "2+2 4.000 1:2-Seconds, 3 5.999, 3+1 6.000 1:2-Seconds, "
	    "3+2 6.000 2:3-seconds, ");
	check_log(n, &p, (struct position){ 2, 3 },
	    "3 5.999, 3+1 6.000 1:2-Seconds, 3+2 6.000 2:3-seconds, ");
	check_log(n, &p, (struct position){ 3, 3 }, "");
	/* the block begins at 26 s, where both others are due, too */
	clock_set_virtual(second + 26000);
	await_ticks(n, &p, 5 + 10 + 6 + 1);
	check_log(n, &p, (struct position){ 3, 16 },
	    "3+16 24.000 1:2-Seconds, 3+17 24.000 2:3-seconds, "
	    "3+18 26.000 0:1-block, 3+19 26.000 1:2-Seconds, ");
	check_chain(n, &p);
	n->ops->close(n);
}

TEST(tick, is_what_the_networks_give_a_program)
{
	struct address owner = keypair_address(kit_key);
	struct node *n;
	struct id p;
	char code[300];

	set_clock(0);
	n = opened(NULL, CRON_LATE_ALL);
	p = spawn(n, each_second, 2);
	CHECK_EVAL(n, &p, counting, "");
	set_clock(1);
	await_ticks(n, &p, 1);
	snprintf(code, sizeof(code),
	    "local m = Last return tostring(m.Cron) .. tostring(m.Id) .. "
	    "tostring(m.Data) .. tostring(m.Nonce) .. "
	    "tostring(m.From == '%s' and m.Owner == m.From) .. "
	    "tostring(m.Target == ao.id) .. m.Timestamp .. ' ' .. "
	    "m['Block-Height']",
	    owner.text);
	CHECK_EVAL(n, &p, code, "truenilnilniltruetrue1795195415000 16399961");
	n->ops->close(n);
}

TEST(tick, a_month_is_thirty_days)
{
	static const struct tag tags[] = { TAG("Cron-Interval", "1-month"),
		TAG("Cron-Interval", "1-year") };
	struct node *n;
	struct id p;

	set_clock(0);
	n = opened(NULL, CRON_LATE_ALL);
	p = spawn(n, tags, 2);
	set_clock(29 * 86400);
	CHECK_EVAL(n, &p, "1", "1");
	set_clock(366 * 86400);
	await_ticks(n, &p, 13);
	check_log(n, &p, position_of_slot(1),
	    "1 2505600.667, 1+1 2592000.000 0:1-month, "
	    "1+2 5184000.000 0:1-month, 1+3 7776000.000 0:1-month, "
	    "1+4 10368000.000 0:1-month, 1+5 12960000.000 0:1-month, "
	    "1+6 15552000.000 0:1-month, 1+7 18144000.000 0:1-month, "
	    "1+8 20736000.000 0:1-month, 1+9 23328000.000 0:1-month, "
	    "1+10 25920000.000 0:1-month, 1+11 28512000.000 0:1-month, "
	    "1+12 31104000.000 0:1-month, 1+13 31536000.000 1:1-year, ");
	n->ops->close(n);
}

TEST(tick, of_the_late_ones_the_last_may_be_enough)
{
	static const struct tag tags[] = { TAG("Cron-Interval", "1-second"),
		TAG("Cron-Interval", "10-seconds") };
	struct node *n;
	struct id p;
	char dir[64];

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, CRON_LATE_LAST);
	p = spawn(n, tags, 2);
	set_clock(2);
	await_ticks(n, &p, 2);
	n->ops->close(n);
	set_clock(65);
	n = opened(dir, CRON_LATE_LAST);
	await_ticks(n, &p, 4);
	/* not late any more, however long it takes to come to them */
	set_clock(68);
	await_ticks(n, &p, 7);
	check_log(n, &p, position_of_slot(0),
	    "0 0.667, 0+1 1.000 0:1-second, 0+2 2.000 0:1-second, "
	    "0+3 60.000 1:10-seconds, 0+4 65.000 0:1-second, "
	    "0+5 66.000 0:1-second, 0+6 67.000 0:1-second, "
	    "0+7 68.000 0:1-second, ");
	n->ops->close(n);
	kit_remove_dir(dir);
}

TEST(tick, many_late_ones_come_before_a_message)
{
	struct node *n;
	struct id p;
	char dir[64];

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, CRON_LATE_ALL);
	p = spawn(n, each_second, 2);
	CHECK_EVAL(n, &p, counting, "");
	n->ops->close(n);
	/* three pages of them */
	set_clock(2500);
	n = opened(dir, CRON_LATE_ALL);
	CHECK_EVAL(n, &p, "N", "2500");
	await_ticks(n, &p, 2500);
	check_seconds(n, &p, 2500);
	/* closing in the middle of it loses none either */
	set_clock(4500);
	n->ops->close(n);
	n = opened(dir, CRON_LATE_ALL);
	n->ops->close(n);
	n = opened(dir, CRON_LATE_ALL);
	await_ticks(n, &p, 4500);
	check_seconds(n, &p, 4500);
	CHECK_DRY(n, &p, "N", "4500");
	n->ops->close(n);
	kit_remove_dir(dir);
}

/* --- stopped --- */

static void
stop(struct node *n, const struct id *p, bool on)
{
	struct error err;

	CHECK_OK(n->ops->stop(n, p, on, &err), err);
}

static void
say(struct node *n, const struct id *p, const char *code)
{
	struct buf item = kit_item(p, kit_eval_tags, 3, code);

	(void)kit_send(n, &item);
	buf_release(&item);
}

/*
 * Two seconds, then it is stopped: over a restart, with a message at the
 * seventh, until the tenth.
 */
static void
check_stopped(enum cron_late late, uint64_t late_ticks, const char *expected)
{
	struct node *n;
	struct id p;
	char dir[64];

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, late);
	p = spawn(n, each_second, 2);
	CHECK_EVAL(n, &p, counting, "");
	set_clock(2);
	await_ticks(n, &p, 2);
	stop(n, &p, true);
	set_clock(5);
	CHECK_DRY(n, &p, "N", "2");
	n->ops->close(n);
	set_clock(7);
	n = opened(dir, late);
	CHECK_DRY(n, &p, "N", "2");
	CHECK_INT(counted(n, &p).ticks, 2);
	say(n, &p, "return N");
	CHECK_DRY(n, &p, "N", "2");
	set_clock(10);
	stop(n, &p, false);
	await_ticks(n, &p, 2 + late_ticks);
	/* and then they come as ever */
	set_clock(12);
	await_ticks(n, &p, 4 + late_ticks);
	check_log(n, &p, position_of_slot(1), expected);
	n->ops->close(n);
	kit_remove_dir(dir);
}

TEST(tick, of_a_stopped_process_comes_late)
{
	check_stopped(CRON_LATE_ALL, 8,
	    "1 0.667, 1+1 1.000 0:1-second, 1+2 2.000 0:1-second, "
	    "1+3 3.000 0:1-second, 1+4 4.000 0:1-second, "
	    "1+5 5.000 0:1-second, 1+6 6.000 0:1-second, "
	    "1+7 7.000 0:1-second, 2 7.667, 2+1 8.000 0:1-second, "
	    "2+2 9.000 0:1-second, 2+3 10.000 0:1-second, "
	    "2+4 11.000 0:1-second, 2+5 12.000 0:1-second, ");
	check_stopped(CRON_LATE_LAST, 2,
	    "1 0.667, 1+1 1.000 0:1-second, 1+2 2.000 0:1-second, "
	    "1+3 7.000 0:1-second, 2 7.667, 2+1 10.000 0:1-second, "
	    "2+2 11.000 0:1-second, 2+3 12.000 0:1-second, ");
}

/* While it is stopped they are counted as late, and then no more. */
TEST(tick, is_woken_for_again_after_a_stop)
{
	struct node *n;
	struct id p;

	set_clock(0);
	n = opened(NULL, CRON_LATE_ALL);
	p = spawn(n, each_second, 2);
	CHECK_EVAL(n, &p, counting, "");
	for (uint64_t s = 0; s < 30; s += 3) {
		stop(n, &p, true);
		set_clock(s + 1);
		CHECK_DRY(n, &p, "1", "1");
		set_clock(s + 2);
		stop(n, &p, false);
		await_ticks(n, &p, s + 2);
		/* nobody asks for this one */
		set_clock(s + 3);
		await_ticks(n, &p, s + 3);
	}
	check_seconds(n, &p, 30);
	n->ops->close(n);
}

/* --- refused spawns --- */

static void
check_refused(struct node *n, const struct tag *tag, const char *why)
{
	struct buf item = kit_spawn_item(n, "ticking", tag, 1);
	struct receipt r;
	struct error err;

	CHECK_INT(n->ops->send(n, buf_span(&item), &r, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	if (!strstr(err.text, why))
		fail_msg("'%s' does not say '%s'", err.text, why);
	buf_release(&item);
}

TEST(tick, a_wrong_schedule_makes_no_process)
{
	static const struct tag early = TAG("Cron-Tag-Action", "Cron");
	static const struct tag none = TAG("Cron-Interval", "500-ms");
	struct node *n = opened(NULL, CRON_LATE_ALL);

	set_clock(0);
	check_refused(n, &early, "Cron-Tag-Action");
	check_refused(n, &none, "500-ms");
	n->ops->close(n);
}

/* --- what ticks send --- */

/* Messages with the action Hi, and whether one of them has a cause. */
struct seen {
	int count;
	bool has_cause;
};

static bool
see(void *arg, const struct log_entry *e)
{
	struct seen *s = arg;
	struct span cause;

	if (!span_is(message_tag_or_empty(e->message, "Action"), "Hi"))
		return true;
	s->count++;
	s->has_cause |= message_tag(e->message, "Pushed-For", &cause);
	return true;
}

static void
check_seen(struct node *n, const struct id *p, int count)
{
	struct seen s = { 0, false };
	struct error err;

	CHECK_OK(n->ops->log(n, p, position_of_slot(0), see, &s, &err), err);
	CHECK_INT(s.count, count);
	CHECK(!s.has_cause);
}

static void
monitor(struct node *n, const struct id *p, bool on)
{
	struct process_info info;
	struct error err;

	CHECK_OK(n->ops->monitor(n, p, on, &err), err);
	CHECK_OK(n->ops->process(n, p, &info, &err), err);
	CHECK_INT(info.monitored, on);
	CHECK_INT(info.crons, 1);
}

TEST(tick, sends_only_while_it_is_monitored)
{
	struct node *n;
	struct id p;
	struct id to;
	char dir[64];
	char code[300];

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, CRON_LATE_ALL);
	to = kit_spawn(n, "to");
	p = spawn(n, each_second, 2);
	snprintf(code, sizeof(code),
	    "X = 1 Handlers.add('c', 'Cron', function(m) "
	    "Send({Target = '%s', Action = 'Hi'}) end)",
	    id_encode(&to).text);
	CHECK_EVAL(n, &p, code, "");
	set_clock(2);
	await_ticks(n, &p, 2);
	check_seen(n, &to, 0);
	monitor(n, &p, true);
	set_clock(5);
	await_ticks(n, &p, 5);
	check_seen(n, &to, 3);
	n->ops->close(n);
	/* over a restart, late ones too */
	set_clock(7);
	n = opened(dir, CRON_LATE_ALL);
	await_ticks(n, &p, 7);
	check_seen(n, &to, 5);
	monitor(n, &p, false);
	set_clock(9);
	await_ticks(n, &p, 9);
	check_seen(n, &to, 5);
	n->ops->close(n);
	kit_remove_dir(dir);
}

/* --- how schedules stand --- */

static bool
note_cron(void *arg, const struct cron_info *i)
{
	buf_printf(arg, "%.*s %.*s next %d", SPAN_ARG(i->name),
	    SPAN_ARG(i->action), (int)((i->next_ms - second) / 1000));
	if (i->ticks)
		buf_printf(arg, " %d ticks, %d late, %s at %d %s",
		    (int)i->ticks, (int)i->late, position_text(i->last).text,
		    (int)((i->last_ms - second) / 1000),
		    i->evaluated ? verdict_name(i->verdict) : "waiting");
	buf_add_text(arg, "; ");
	return true;
}

static void
check_cron(struct node *n, const struct id *p, const char *expected)
{
	struct buf text = BUF_INIT;
	struct error err;

	CHECK_OK(n->ops->cron(n, p, note_cron, &text, &err), err);
	CHECK_TEXT(buf_text(&text), expected);
	buf_release(&text);
}

TEST(tick, schedules_say_how_they_stand)
{
	static const struct tag tags[] = { TAG("Cron-Interval", "10-seconds"),
		TAG("Cron-Tag-Action", "Fail"),
		TAG("Cron-Interval", "4-blocks") };
	struct process_info info;
	struct error err;
	struct node *n;
	struct id p;
	struct id quiet;
	char dir[64];

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, CRON_LATE_ALL);
	p = spawn(n, tags, 3);
	quiet = kit_spawn(n, "quiet");
	check_cron(n, &quiet, "");
	check_cron(n, &p, "0-4-blocks  next 386; 0-10-seconds Fail next 10; ");
	CHECK_EVAL(n, &p,
	    "X = 1 Handlers.add('f', 'Fail', function() error('no') end)", "");
	set_clock(20);
	await_ticks(n, &p, 2);
	n->ops->close(n);
	set_clock(35);
	n = opened(dir, CRON_LATE_ALL);
	await_ticks(n, &p, 3);
	set_clock(40);
	await_ticks(n, &p, 4);
	check_cron(n, &p,
	    "0-4-blocks  next 386; "
	    "0-10-seconds Fail next 50 4 ticks, 1 late, 1+4 at 40 error; ");
	CHECK_OK(n->ops->process(n, &p, &info, &err), err);
	CHECK_INT(info.ticks, 4);
	CHECK_INT(info.crons, 2);
	CHECK_INT(info.slots, 2);
	CHECK_INT(position_compare(info.told, (struct position){ 1, 5 }), 0);
	n->ops->close(n);
	kit_remove_dir(dir);
}

/* --- killed between --- */

/* In a child that dies: catch up, until the fault strikes. */
static void
die_catching_up(const char *dir, const char *fault_name)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct node *n;

		setenv("AOSH_FAULT", fault_name, 1);
		fault_init();
		n = opened(dir, CRON_LATE_ALL);
		kit_settle(n);
		pause();
		_exit(0);
	}
	CHECK(pid > 0);
	CHECK_INT(waitpid(pid, &status, 0), pid);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

TEST(tick, none_is_lost_or_doubled_by_a_kill)
{
	static const char *const faults[] = { "CRON_DIES_AFTER_TICK",
		"JOURNAL_DIES_BEFORE_COMMIT", "JOURNAL_DIES_AFTER_COMMIT",
		"CRON_DIES_AFTER_TICK:2", "JOURNAL_DIES_AFTER_COMMIT:4" };
	struct node *n;
	struct id p;
	char dir[64];
	uint64_t seconds = 0;

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, CRON_LATE_ALL);
	p = spawn(n, each_second, 2);
	CHECK_EVAL(n, &p, counting, "");
	n->ops->close(n);
	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		/* more than a page, so that there is a second one */
		seconds += 1500;
		set_clock(seconds);
		die_catching_up(dir, faults[i]);
		n = opened(dir, CRON_LATE_ALL);
		await_ticks(n, &p, seconds);
		check_seconds(n, &p, seconds);
		n->ops->close(n);
	}
	n = opened(dir, CRON_LATE_ALL);
	CHECK_DRY(n, &p, "N", "7500");
	check_chain(n, &p);
	n->ops->close(n);
	kit_remove_dir(dir);
}

/* A push of a tick that a kill left open is delivered once. */
TEST(tick, what_it_sends_arrives_once_over_a_kill)
{
	struct node *n;
	struct id p;
	struct id to;
	char dir[64];
	char code[300];

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, CRON_LATE_ALL);
	to = kit_spawn(n, "to");
	p = spawn(n, each_second, 2);
	snprintf(code, sizeof(code),
	    "X = 1 Handlers.add('c', 'Cron', function(m) "
	    "Send({Target = '%s', Action = 'Hi'}) end)",
	    id_encode(&to).text);
	CHECK_EVAL(n, &p, code, "");
	monitor(n, &p, true);
	n->ops->close(n);
	set_clock(5);
	die_catching_up(dir, "PUSH_DIES_BEFORE_DELIVERY:2");
	n = opened(dir, CRON_LATE_ALL);
	await_ticks(n, &p, 5);
	check_seen(n, &to, 5);
	n->ops->close(n);
	kit_remove_dir(dir);
}

TEST(tick, many_processes_have_theirs)
{
	enum {
		PROCESSES = 300
	};
	static struct id ids[PROCESSES];
	struct node *n;
	char dir[64];

	kit_make_dir(dir);
	set_clock(0);
	n = opened(dir, CRON_LATE_ALL);
	for (int i = 0; i < PROCESSES; i++)
		ids[i] = spawn(n, each_second, 2);
	set_clock(3);
	for (int i = 0; i < PROCESSES; i++)
		await_ticks(n, &ids[i], 3);
	n->ops->close(n);
	set_clock(5);
	n = opened(dir, CRON_LATE_ALL);
	for (int i = 0; i < PROCESSES; i++)
		await_ticks(n, &ids[i], 5);
	n->ops->close(n);
	kit_remove_dir(dir);
}
