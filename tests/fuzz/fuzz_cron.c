/*
 * Tags of a process: refused, or schedules whose ticks come in order, each at a
 * time and a place in the order that the one before has not passed, and none
 * before the process was there. Lines are "name=value".
 */
#include "ao/cron.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	STEPS = 1000,
	TAGS = 64
};

static size_t
split(struct span in, struct tag *tags)
{
	size_t n = 0;

	while (in.len > 0 && n < TAGS) {
		const uint8_t *end = memchr(in.p, '\n', in.len);
		size_t line = end ? (size_t)(end - in.p) : in.len;
		const uint8_t *equals = memchr(in.p, '=', line);
		size_t name = equals ? (size_t)(equals - in.p) : line;

		tags[n].name = span_of(in.p, name);
		tags[n].value =
		    span_from(span_of(in.p, line), name + (equals != NULL));
		n++;
		in = span_from(in, line + (end != NULL));
	}
	return n;
}

static void
walk(const struct crons *c, uint64_t origin, uint64_t newest_before)
{
	struct cron_tick last = cron_behind(origin);
	struct cron_tick t;

	for (int i = 0; i < STEPS; i++) {
		if (!cron_next(c, origin, last, newest_before, &t))
			return;
		ASSERT(t.schedule < c->count);
		ASSERT(t.ms > origin);
		ASSERT(t.ms > last.ms ||
		    (t.ms == last.ms && t.schedule > last.schedule));
		last = t;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct tag tags[TAGS];
	struct crons c;
	struct error err;
	uint64_t origin;
	uint64_t before;

	if (!take_u64(&in, &origin) || !take_u64(&in, &before))
		return 0;
	if (crons_parse(tags, split(in, tags), &c, &err) < 0) {
		ASSERT(err.code == ERR_FORMAT);
		return 0;
	}
	for (uint32_t i = 1; i < c.count; i++)
		ASSERT(c.list[i - 1].blocks >= c.list[i].blocks);
	walk(&c, origin, 0);
	walk(&c, origin, before);
	/* as clocks are, too */
	walk(&c, origin >> 22, before >> 22);
	crons_release(&c);
	return 0;
}
