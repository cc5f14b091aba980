/*
 * Both kinds of schedule come down to the same: base + k * every, k >= 1, in
 * milliseconds, where base is the second or the block of the process's own
 * timestamp. Times are bounded by TIME_MAX_MS, so that no sum overflows.
 */
#include "ao/cron.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"

enum {
	SECOND_MS = 1000,
	DAY_S = 86400
};

static const char interval_name[] = "Cron-Interval";
static const char tag_prefix[] = "Cron-Tag-";

static const uint64_t year_ms = UINT64_C(365) * DAY_S * SECOND_MS;
/* the year 9999 and some */
static const uint64_t time_max_ms = UINT64_C(1) << 48;

/* Milliseconds in a unit; the first spelling of each is the usual one. */
static const struct unit {
	uint64_t ms;
	const char *names[7];
} units[] = {
	{ 1, { "milliseconds", "millisecond", "msecs", "msec", "ms" } },
	{ SECOND_MS, { "seconds", "second", "secs", "sec", "s" } },
	{ UINT64_C(60) * SECOND_MS,
	    { "minutes", "minute", "mins", "min", "m" } },
	{ UINT64_C(3600) * SECOND_MS, { "hours", "hour", "hrs", "hr", "h" } },
	{ UINT64_C(1) * DAY_S * SECOND_MS, { "days", "day", "d" } },
	{ UINT64_C(7) * DAY_S * SECOND_MS, { "weeks", "week", "w" } },
	{ UINT64_C(30) * DAY_S * SECOND_MS, { "months", "month" } },
	{ UINT64_C(365) * DAY_S * SECOND_MS,
	    { "years", "year", "yrs", "yr", "y" } },
};

/* --- reading --- */

/* Letters of the one are compared without regard to case. */
static bool
is_name(struct span word, const char *name)
{
	size_t n = strlen(name);

	if (word.len != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		uint8_t c = word.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (uint8_t)(c - 'A' + 'a');
		if (c != (uint8_t)name[i])
			return false;
	}
	return true;
}

/* 0: no unit of time. */
static uint64_t
unit_ms(struct span word)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		for (const char *const *n = units[i].names; *n; n++)
			if (is_name(word, *n))
				return units[i].ms;
	return 0;
}

/* The digits in front of a dash; larger than any limit stays so. */
static bool
take_count(struct span *in, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < in->len && in->p[i] >= '0' && in->p[i] <= '9'; i++)
		if (n < time_max_ms)
			n = n * 10 + (uint64_t)(in->p[i] - '0');
	if (i == 0 || i == in->len || in->p[i] != '-')
		return false;
	*in = span_from(*in, i + 1);
	*out = n;
	return true;
}

/* What is wrong with an interval; NULL: nothing. */
static const char *
read_interval(struct span text, struct schedule *s)
{
	uint64_t count;
	uint64_t each;

	if (!take_count(&text, &count))
		return "is not 'N-unit', as 5-minutes";
	s->blocks = span_is(text, "block") || span_is(text, "blocks");
	each = s->blocks ? CRON_BLOCK_MS : unit_ms(text);
	if (each == 0)
		return "has an unknown unit; there are block, second, minute, "
		       "hour, day, week, month (30 days), year (365 days)";
	if (count > CRON_YEARS_MAX * year_ms / each)
		return "is longer than 1000 years";
	s->every_ms = count * each;
	if (s->every_ms < SECOND_MS)
		return "is shorter than a second";
	if (s->every_ms % SECOND_MS != 0)
		return "is not whole seconds";
	return NULL;
}

static int
add_schedule(struct crons *c, const struct tag *tag, struct error *err)
{
	struct schedule s = { .interval = tag->value };
	const char *wrong = read_interval(tag->value, &s);

	if (wrong)
		return FAIL(err, ERR_FORMAT, "tag '%s: %.*s' %s", interval_name,
		    SPAN_ARG(span_first(tag->value, 64)), wrong);
	c->list = xrealloc(c->list, (c->count + 1) * sizeof(*c->list));
	c->list[c->count++] = s;
	return 0;
}

/* To the schedule that was opened last. */
static int
add_tag(struct crons *c, const struct tag *tag, struct error *err)
{
	struct span name = span_from(tag->name, sizeof(tag_prefix) - 1);
	struct schedule *s;

	if (c->count == 0)
		return FAIL(err, ERR_FORMAT,
		    "tag '%.*s' stands before any '%s'",
		    SPAN_ARG(span_first(tag->name, 64)), interval_name);
	if (name.len == 0)
		return FAIL(err, ERR_FORMAT, "tag '%s' names no tag",
		    tag_prefix);
	s = &c->list[c->count - 1];
	s->tags = xrealloc(s->tags, (s->tag_count + 1) * sizeof(*s->tags));
	s->tags[s->tag_count++] = (struct tag){ name, tag->value };
	return 0;
}

static bool
comes_before(const struct schedule *a, const struct schedule *b)
{
	if (a->blocks != b->blocks)
		return a->blocks;
	return a->every_ms < b->every_ms;
}

/* Stable, and there are few. */
static void
sort(struct crons *c)
{
	for (uint32_t i = 1; i < c->count; i++) {
		struct schedule s = c->list[i];
		uint32_t at = i;

		for (; at > 0 && comes_before(&s, &c->list[at - 1]); at--)
			c->list[at] = c->list[at - 1];
		c->list[at] = s;
	}
	while (c->blocks < c->count && c->list[c->blocks].blocks)
		c->blocks++;
}

int
crons_parse(const struct tag *tags, size_t count, struct crons *out,
    struct error *err)
{
	struct crons c = { 0, 0, NULL };
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++) {
		if (span_is(tags[i].name, interval_name))
			rc = add_schedule(&c, &tags[i], err);
		else if (span_starts_with(tags[i].name, tag_prefix))
			rc = add_tag(&c, &tags[i], err);
	}
	if (rc < 0) {
		crons_release(&c);
		return -1;
	}
	sort(&c);
	*out = c;
	return 0;
}

void
crons_release(struct crons *c)
{
	for (uint32_t i = 0; i < c->count; i++)
		free(c->list[i].tags);
	free(c->list);
	*c = (struct crons){ 0, 0, NULL };
}

/* --- times --- */

/* The first due time of `s` at or after `from`. */
static uint64_t
due_from(const struct schedule *s, uint64_t origin_ms, uint64_t from)
{
	uint64_t unit = s->blocks ? CRON_BLOCK_MS : SECOND_MS;
	uint64_t base = origin_ms - origin_ms % unit;
	uint64_t k = 1;

	if (from > base + s->every_ms)
		k = (from - base + s->every_ms - 1) / s->every_ms;
	return base + k * s->every_ms;
}

/* The newest due time of `s` before `end`, which is behind the one at `ms`. */
static uint64_t
newest(const struct schedule *s, uint64_t ms, uint64_t end)
{
	return ms + (end - 1 - ms) / s->every_ms * s->every_ms;
}

bool
cron_next(const struct crons *c, uint64_t origin_ms, struct cron_tick after,
    uint64_t newest_before, struct cron_tick *out)
{
	struct cron_tick best = { UINT64_MAX, 0 };

	if (after.ms >= time_max_ms || origin_ms >= time_max_ms ||
	    newest_before >= time_max_ms)
		return false;
	for (uint32_t i = 0; i < c->count; i++) {
		uint64_t from = i > after.schedule ? after.ms : after.ms + 1;
		uint64_t ms = due_from(&c->list[i], origin_ms, from);

		if (ms < newest_before)
			ms = newest(&c->list[i], ms, newest_before);
		if (ms < best.ms)
			best = (struct cron_tick){ ms, i };
	}
	if (best.ms >= time_max_ms)
		return false;
	*out = best;
	return true;
}

int
cron_check(const struct crons *c, uint64_t origin_ms, struct cron_tick after,
    struct cron_tick t, uint64_t height, struct error *err)
{
	if (t.schedule >= c->count)
		return FAIL(err, ERR_FORMAT,
		    "the process has no schedule %" PRIu32, t.schedule);
	if (t.ms < after.ms ||
	    (t.ms == after.ms && t.schedule <= after.schedule))
		return FAIL(err, ERR_FORMAT, "its time goes back");
	if (t.ms >= time_max_ms || origin_ms >= time_max_ms ||
	    due_from(&c->list[t.schedule], origin_ms, t.ms) != t.ms)
		return FAIL(err, ERR_FORMAT,
		    "schedule %" PRIu32 " was not due then", t.schedule);
	if (height != cron_height(t.ms))
		return FAIL(err, ERR_FORMAT, "its height is not of its time");
	return 0;
}

uint64_t
cron_height(uint64_t ms)
{
	return CRON_FIRST_HEIGHT + ms / CRON_BLOCK_MS;
}

void
cron_name(const struct crons *c, uint32_t schedule, struct buf *out)
{
	uint32_t index = schedule < c->blocks ? schedule : schedule - c->blocks;

	buf_printf(out, "%" PRIu32 "-", index);
	buf_add_span(out, c->list[schedule].interval);
}

/* --- what a tick is --- */

static void
put_be(uint8_t *to, uint64_t v, size_t bytes)
{
	while (bytes-- > 0) {
		to[bytes] = (uint8_t)v;
		v >>= 8;
	}
}

void
cron_key(uint64_t slot, uint64_t timestamp_ms, uint32_t schedule,
    uint8_t out[CRON_KEY_BYTES])
{
	put_be(out, slot, 8);
	put_be(out + 8, timestamp_ms, 8);
	put_be(out + 16, schedule, 4);
}

/* An owner that is no address is cut: programs see it whole all the same. */
struct message *
cron_message(const struct process *p, const struct schedule *s)
{
	struct message_draft draft = { .target = &p->id,
		.tags = s->tags,
		.tag_count = s->tag_count };
	struct address owner;

	snprintf(owner.text, sizeof(owner.text), "%.*s", SPAN_ARG(p->owner));
	return message_from_draft(&draft, &owner);
}
