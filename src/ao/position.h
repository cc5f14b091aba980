/*
 * position - a place in a process's log: a slot, or a cron tick behind one.
 *
 * Tick 0 is the slot itself, 1, 2, … are the ticks that came between it and the
 * next slot, without gaps; people see 7 and 7+1. The end of a log, and how far
 * somebody has read it, is the position behind the last entry: {7, 2} behind
 * 7+1. What comes next there may be the tick of that position or the next slot.
 */
#ifndef AO_POSITION_H
#define AO_POSITION_H

#include "base/span.h"

struct position {
	uint64_t slot;
	uint32_t tick;
};

/* Below, equal to, above 0, in the order of the log. */
static inline int
position_compare(struct position a, struct position b)
{
	if (a.slot != b.slot)
		return a.slot < b.slot ? -1 : 1;
	return (a.tick > b.tick) - (a.tick < b.tick);
}

static inline bool
position_before(struct position a, struct position b)
{
	return position_compare(a, b) < 0;
}

static inline struct position
position_of_slot(uint64_t slot)
{
	return (struct position){ slot, 0 };
}

/* Directly behind the entry `at`: where a reader of it goes on. */
static inline struct position
position_behind(struct position at)
{
	return (struct position){ at.slot, at.tick + 1 };
}

/* The entry directly before `end`, of a log that has one. */
static inline struct position
position_last(struct position end)
{
	return (struct position){ end.slot, end.tick - 1 };
}

/* The end of a log of so many slots, and so many ticks behind the last. */
static inline struct position
position_end(uint64_t slots, uint32_t ticks)
{
	if (slots == 0)
		return (struct position){ 0, 0 };
	return (struct position){ slots - 1, ticks + 1 };
}

/* How many slots lie before `end`. */
static inline uint64_t
position_slots(struct position end)
{
	return end.slot + (end.tick > 0);
}

/* Whether `at` may be the next entry of a log that ends at `end`. */
static inline bool
position_follows(struct position at, struct position end)
{
	if (at.tick == 0)
		return at.slot == position_slots(end);
	return end.tick > 0 && position_compare(at, end) == 0;
}

struct position_text {
	char text[32];
};

/* "7", "7+1" */
struct position_text position_text(struct position at);
/* Reads what position_text() writes; false: anything else. */
bool position_parse(struct span text, struct position *at);

#endif
