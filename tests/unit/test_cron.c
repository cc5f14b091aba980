#include "ao/cron.h"
#include "test.h"

/* 667 ms behind a second, 94.667 s behind the begin of a block */
static const uint64_t origin = 1795195414667;
static const uint64_t second = 1795195414000;
static const uint64_t block = 1795195320000;

enum {
	MINUTE = 60 * 1000,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR
};

/* Tags from "name=value", until NULL. */
static size_t
read_tags(const char *const *texts, struct tag *tags)
{
	size_t n = 0;

	for (; texts[n]; n++) {
		const char *equals = strchr(texts[n], '=');

		tags[n].name = span_of(texts[n], (size_t)(equals - texts[n]));
		tags[n].value = span_text(equals + 1);
	}
	return n;
}

static struct crons
parsed(const char *const *texts)
{
	struct tag tags[16];
	struct crons c;
	struct error err;

	CHECK_OK(crons_parse(tags, read_tags(texts, tags), &c, &err), err);
	return c;
}

#define PARSED(...) parsed((const char *const[]){ __VA_ARGS__, NULL })

static void
check_refused(const char *tag, const char *why)
{
	const char *const texts[] = { tag, NULL };
	struct tag tags[2];
	struct crons c;
	struct error err;

	CHECK_INT(crons_parse(tags, read_tags(texts, tags), &c, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	if (!strstr(err.text, why))
		fail_msg("'%s' does not say '%s'", err.text, why);
}

/* Milliseconds between two ticks. */
static uint64_t
length_of(const char *interval)
{
	char text[64];
	struct crons c;
	uint64_t every;

	snprintf(text, sizeof(text), "Cron-Interval=%s", interval);
	c = PARSED(text);
	CHECK_INT(c.count, 1);
	every = c.list[0].every_ms;
	crons_release(&c);
	return every;
}

TEST(cron, knows_its_units)
{
	CHECK_INT(length_of("1-second"), 1000);
	CHECK_INT(length_of("10-s"), 10000);
	CHECK_INT(length_of("2-Secs"), 2000);
	CHECK_INT(length_of("5-minutes"), 5 * MINUTE);
	CHECK_INT(length_of("5-M"), 5 * MINUTE);
	CHECK_INT(length_of("1-hr"), HOUR);
	CHECK_INT(length_of("24-hours"), DAY);
	CHECK_INT(length_of("3-d"), 3 * DAY);
	CHECK_INT(length_of("1-WEEK"), 7 * DAY);
	CHECK_INT(length_of("2-months"), (uint64_t)60 * DAY);
	CHECK_INT(length_of("1-y"), (uint64_t)365 * DAY);
	CHECK_INT(length_of("3000-milliseconds"), 3000);
	CHECK_INT(length_of("1-block"), 120000);
	CHECK_INT(length_of("10-blocks"), 1200000);
	CHECK_INT(length_of("007-days"), 7 * DAY);
	CHECK_INT(length_of("1000-years"), (uint64_t)365000 * DAY);
}

TEST(cron, refuses_what_is_no_interval)
{
	check_refused("Cron-Interval=", "'Cron-Interval: ' is not 'N-unit'");
	check_refused("Cron-Interval=minutes", "is not 'N-unit'");
	check_refused("Cron-Interval=5 minutes", "is not 'N-unit'");
	check_refused("Cron-Interval=5", "is not 'N-unit'");
	check_refused("Cron-Interval=-5-minutes", "is not 'N-unit'");
	check_refused("Cron-Interval=1.5-minutes", "is not 'N-unit'");
	check_refused("Cron-Interval=5-", "unknown unit");
	check_refused("Cron-Interval=5-fortnights",
	    "'Cron-Interval: 5-fortnights' has an unknown unit");
	check_refused("Cron-Interval=5-Blocks", "unknown unit");
	check_refused("Cron-Interval=5-seconds ", "unknown unit");
	check_refused("Cron-Interval=0-minutes", "shorter than a second");
	check_refused("Cron-Interval=0-blocks", "shorter than a second");
	check_refused("Cron-Interval=999-ms", "shorter than a second");
	check_refused("Cron-Interval=1500-ms", "is not whole seconds");
	check_refused("Cron-Interval=1001-years", "longer than 1000 years");
	check_refused("Cron-Interval=18446744073709551617-seconds",
	    "longer than 1000 years");
	check_refused("Cron-Interval=99999999999999999999999-blocks",
	    "longer than 1000 years");
	check_refused("Cron-Tag-Action=Cron",
	    "tag 'Cron-Tag-Action' stands before any");
}

TEST(cron, tags_belong_to_the_interval_before_them)
{
	struct crons c =
	    PARSED("Name=x", "Cron-Interval=1-hour", "Cron-Tag-Action=Slow",
		"Cron-Tag-Depth=2", "Other=y", "Cron-Interval=5-minutes",
		"Cron-Tag-Action=Quick", "Cron-Interval=3-blocks");

	/* blocks first, then shorter before longer */
	CHECK_INT(c.count, 3);
	CHECK_INT(c.blocks, 1);
	CHECK_SPAN(c.list[0].interval, "3-blocks");
	CHECK_INT(c.list[0].tag_count, 0);
	CHECK_SPAN(c.list[1].interval, "5-minutes");
	CHECK_INT(c.list[1].tag_count, 1);
	CHECK_SPAN(c.list[1].tags[0].name, "Action");
	CHECK_SPAN(c.list[1].tags[0].value, "Quick");
	CHECK_SPAN(c.list[2].interval, "1-hour");
	CHECK_INT(c.list[2].tag_count, 2);
	CHECK_SPAN(c.list[2].tags[1].name, "Depth");
	crons_release(&c);
	c = PARSED("Cron-tag-Action=x", "cron-interval=1-hour");
	CHECK_INT(c.count, 0);
	crons_release(&c);
}

TEST(cron, names_count_blocks_and_times_apart)
{
	struct crons c =
	    PARSED("Cron-Interval=1-hour", "Cron-Interval=9-blocks",
		"Cron-Interval=2-blocks", "Cron-Interval=30-seconds");
	static const char *const names[] = { "0-2-blocks", "1-9-blocks",
		"0-30-seconds", "1-1-hour" };

	for (uint32_t i = 0; i < 4; i++) {
		struct buf name = BUF_INIT;

		cron_name(&c, i, &name);
		CHECK_TEXT(buf_text(&name), names[i]);
		buf_release(&name);
	}
	crons_release(&c);
}

static void
check_next(const struct crons *c, struct cron_tick after, uint64_t ms,
    uint32_t schedule)
{
	struct cron_tick t;

	CHECK(cron_next(c, origin, after, 0, &t));
	CHECK_INT(t.ms, ms);
	CHECK_INT(t.schedule, schedule);
}

TEST(cron, a_time_is_due_by_the_second_of_the_origin)
{
	struct crons c = PARSED("Cron-Interval=5-minutes");

	check_next(&c, cron_behind(0), second + 5 * MINUTE, 0);
	check_next(&c, cron_behind(origin), second + 5 * MINUTE, 0);
	check_next(&c, cron_behind(second + 5 * MINUTE - 1),
	    second + 5 * MINUTE, 0);
	check_next(&c, cron_behind(second + 5 * MINUTE), second + 10 * MINUTE,
	    0);
	check_next(&c, cron_behind(second + 1000000 * (uint64_t)MINUTE + 7),
	    second + 1000005 * (uint64_t)MINUTE, 0);
	crons_release(&c);
}

TEST(cron, a_block_is_due_when_it_begins)
{
	struct crons c = PARSED("Cron-Interval=2-blocks");

	CHECK_INT(cron_height(origin), 16399961);
	check_next(&c, cron_behind(origin), block + 240000, 0);
	CHECK_INT(cron_height(block + 240000), 16399963);
	CHECK_INT(cron_height(block + 239999), 16399962);
	check_next(&c, cron_behind(block + 240000), block + 480000, 0);
	crons_release(&c);
}

TEST(cron, at_one_moment_the_order_is_fixed)
{
	/* a process whose second is the begin of a block */
	struct crons c = PARSED("Cron-Interval=4-minutes",
	    "Cron-Interval=2-minutes", "Cron-Interval=2-blocks",
	    "Cron-Interval=1-block", "Cron-Interval=120-seconds");
	static const uint32_t order[] = { 0, 2, 3, 0, 1, 2, 3, 4, 0 };
	struct cron_tick t = cron_behind(block + 1);

	for (size_t i = 0; i < 9; i++) {
		CHECK(cron_next(&c, block + 1, t, 0, &t));
		CHECK_INT(t.schedule, order[i]);
		CHECK_INT(t.ms,
		    block +
			(i < 3          ? 1U
				: i < 8 ? 2U
					: 3U) *
			    120000U);
	}
	crons_release(&c);
}

TEST(cron, of_late_ones_the_newest_may_count_alone)
{
	struct crons c =
	    PARSED("Cron-Interval=10-seconds", "Cron-Interval=1-minute");
	uint64_t open = second + 125 * 1000;
	struct cron_tick t = cron_behind(origin);

	/* 12 of the first were due, at 60 and 120 s both */
	CHECK(cron_next(&c, origin, t, open, &t));
	CHECK_INT(t.ms, second + 120000);
	CHECK_INT(t.schedule, 0);
	CHECK(cron_next(&c, origin, t, open, &t));
	CHECK_INT(t.ms, second + 120000);
	CHECK_INT(t.schedule, 1);
	CHECK(cron_next(&c, origin, t, open, &t));
	CHECK_INT(t.ms, second + 130000);
	CHECK_INT(t.schedule, 0);
	/* one that is due at that very moment is not late */
	CHECK(cron_next(&c, origin, cron_behind(origin), second + 20000, &t));
	CHECK_INT(t.ms, second + 10000);
	crons_release(&c);
}

TEST(cron, times_that_no_clock_shows_have_no_tick)
{
	struct crons c = PARSED("Cron-Interval=1000-years");
	struct cron_tick t;

	CHECK(!cron_next(&c, origin, cron_behind(UINT64_MAX), 0, &t));
	CHECK(!cron_next(&c, UINT64_MAX, cron_behind(0), 0, &t));
	CHECK(!cron_next(&c, origin, cron_behind((UINT64_C(1) << 48) - 1), 0,
	    &t));
	crons_release(&c);
	CHECK(!cron_next(&c, origin, cron_behind(origin), 0, &t));
}

static void
check_tick(const struct crons *c, struct cron_tick after, struct cron_tick t,
    const char *wrong)
{
	struct error err;
	int rc = cron_check(c, origin, after, t, cron_height(t.ms), &err);

	CHECK_INT(rc, wrong ? -1 : 0);
	if (wrong)
		CHECK(strstr(err.text, wrong) != NULL);
	CHECK_INT(cron_check(c, origin, after, t, cron_height(t.ms) + 1, &err),
	    -1);
}

/* A minute and twenty seconds: the numbers are 1 and 0. */
TEST(cron, a_tick_of_a_log_must_have_been_due)
{
	struct crons c =
	    PARSED("Cron-Interval=1-minute", "Cron-Interval=20-seconds");
	struct cron_tick first = { second + 20000, 0 };
	struct cron_tick both = { second + MINUTE, 0 };
	struct cron_tick t = cron_behind(origin);

	/* whatever is due may come, and late ones may be left out */
	for (int i = 0; i < 20; i++) {
		struct cron_tick after = t;

		CHECK(cron_next(&c, origin, after, 0, &t));
		check_tick(&c, after, t, NULL);
		check_tick(&c, cron_behind(origin), t, NULL);
		check_tick(&c, t, t, "goes back");
		check_tick(&c, t, after, "");
	}
	check_tick(&c, cron_behind(first.ms), first, "goes back");
	check_tick(&c, both, (struct cron_tick){ both.ms, 1 }, NULL);
	check_tick(&c, (struct cron_tick){ both.ms, 1 }, both, "goes back");
	check_tick(&c, first, (struct cron_tick){ first.ms, 1 }, "not due");
	check_tick(&c, first, (struct cron_tick){ first.ms + 1, 0 }, "not due");
	check_tick(&c, first, (struct cron_tick){ both.ms, 2 }, "schedule 2");
	check_tick(&c, first, (struct cron_tick){ UINT64_MAX, 0 }, "not due");
	crons_release(&c);
	check_tick(&c, first, both, "schedule 0");
}

TEST(cron, a_key_is_slot_time_and_schedule)
{
	static const uint8_t expected[CRON_KEY_BYTES] = { 0, 0, 0, 0, 0, 0, 0,
		7, 0, 0, 0x01, 0xa1, 0xfa, 0xd4, 0x64, 0xcb, 0, 0, 0, 2 };
	uint8_t key[CRON_KEY_BYTES];

	cron_key(7, UINT64_C(0x01a1fad464cb), 2, key);
	assert_memory_equal(key, expected, sizeof(key));
}
