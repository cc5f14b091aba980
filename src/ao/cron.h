/*
 * cron - the messages that a process sends itself by the clock.
 *
 * A process's own tags, in their order, say when: "Cron-Interval: N-unit" opens
 * a schedule, the "Cron-Tag-<Name>" behind it are the tags of its messages. A
 * unit is block(s), in lower case, or a time: second(s), minute(s), hour(s),
 * day(s), week(s), month(s), year(s) and short forms (s, sec, secs; m, min,
 * mins; h, hr, hrs; d; w; y, yr, yrs), in any case. A month is 30 days, a year
 * 365. Milliseconds are taken where they make whole seconds.
 *
 * A time schedule of N seconds is due at origin + k * N, k >= 1, where origin is
 * the second of the process's own timestamp; a block schedule at every N-th
 * height above the process's own. Heights are simulated: a block begins every
 * CRON_BLOCK_MS, and a tick of its is due at that time. At one moment block
 * schedules come before time schedules, shorter before longer, then as the tags
 * stand; the schedules are numbered in this order.
 *
 * Pure functions. Source: spec/ao-network.md 7.
 */
#ifndef AO_CRON_H
#define AO_CRON_H

#include "ao/process.h"

enum {
	/* of heights: above the one from which compute units check the hash
	 * chain (spec/ao-network.md 5) */
	CRON_FIRST_HEIGHT = 1440000,
	CRON_BLOCK_MS = 120000,
	/* of an interval; in blocks as many as begin in that time */
	CRON_YEARS_MAX = 1000,
	CRON_KEY_BYTES = 20
};

struct schedule {
	bool blocks;          /* else seconds */
	uint64_t every_ms;    /* N of them */
	struct span interval; /* the tag's value, borrowed from the tags */
	struct tag *tags;     /* without their prefix; values borrowed */
	size_t tag_count;
};

/* The schedules of a process, in the order of their numbers. */
struct crons {
	uint32_t count;
	uint32_t blocks; /* block schedules: the first so many */
	struct schedule *list;
};

/* A moment of a schedule. */
struct cron_tick {
	uint64_t ms;
	uint32_t schedule;
};

/* Behind all ticks of a moment. */
static inline struct cron_tick
cron_behind(uint64_t ms)
{
	return (struct cron_tick){ ms, UINT32_MAX };
}

/*
 * Read the schedules of a process from its tags, which are borrowed; none is
 * no failure. ERR_FORMAT: an interval that is none, is shorter than a second or
 * longer than CRON_YEARS_MAX, or a Cron-Tag- before any (text: which tag).
 * Release with crons_release().
 */
int crons_parse(const struct tag *tags, size_t count, struct crons *out,
    struct error *err);
/* Free the list; it is empty then. */
void crons_release(struct crons *c);

/*
 * The first tick behind `after`, of a process whose own timestamp is
 * `origin_ms`. Of those before `newest_before` the newest of each schedule
 * alone counts (0: all do). False: there is none, as of times that no clock
 * will show.
 */
bool cron_next(const struct crons *c, uint64_t origin_ms,
    struct cron_tick after, uint64_t newest_before, struct cron_tick *out);
/*
 * Whether `t` may stand in a log right behind `after`, which is the last tick,
 * or cron_behind() of the last slot: it is a moment of one of the schedules, in
 * the order of ticks, and `height` that of its time. That one before it was
 * left out cannot be seen: late ones may be. ERR_FORMAT (text: what is wrong).
 */
int cron_check(const struct crons *c, uint64_t origin_ms,
    struct cron_tick after, struct cron_tick t, uint64_t height,
    struct error *err);
/* The height of the block of that time. */
uint64_t cron_height(uint64_t ms);
/*
 * Append "<index>-<interval>", as the networks call a tick beside its time: the
 * index counts block schedules and time schedules apart.
 */
void cron_name(const struct crons *c, uint32_t schedule, struct buf *out);
/*
 * What stands for a tick where a message has its id, as in the chain of
 * results: slot before it, timestamp, both 8 bytes, schedule, 4 bytes, all
 * big-endian.
 */
void cron_key(uint64_t slot, uint64_t timestamp_ms, uint32_t schedule,
    uint8_t out[CRON_KEY_BYTES]);
/*
 * The message that a schedule of `p` sends: unsigned, from the process's owner
 * to it, with the schedule's tags and no data. One reference.
 */
struct message *cron_message(const struct process *p, const struct schedule *s);

#endif
