/*
 * pattern - Lua's patterns, matched over bytes.
 *
 * Pure: no Lua state is touched and nothing is allocated, so a run may leave it
 * at any instant. Every step is counted and charged (limit.h) in slices; what
 * is left of the last slice is charged by pattern_settle(), which a caller owes
 * before it returns or raises.
 *
 * Source: Lua 5.4 Reference Manual, 6.4.1. Limits and error texts are those of
 * the stock library.
 */
#ifndef VM_LUA_PATTERN_H
#define VM_LUA_PATTERN_H

#include "base/span.h"

enum {
	PATTERN_CAPTURES = 32,
	/* choices that may be open at once, the match itself counted */
	PATTERN_DEPTH = 200,
};

enum pattern_outcome {
	PATTERN_FOUND,
	PATTERN_NOWHERE,
	PATTERN_WRONG /* the pattern, or too much for it: see `error` */
};

/* Values of pattern_capture.len that are no lengths. */
#define PATTERN_OPEN SIZE_MAX
#define PATTERN_POSITION (SIZE_MAX - 1)

struct pattern_capture {
	const uint8_t *at;
	size_t len;
};

struct pattern {
	/* of the last match that was found */
	const uint8_t *from;
	const uint8_t *to;
	unsigned level; /* captures in use */
	struct pattern_capture captures[PATTERN_CAPTURES];
	const char *error; /* static; when the outcome is PATTERN_WRONG */

	/* of pattern.c */
	const uint8_t *subject;
	const uint8_t *subject_end;
	const uint8_t *items; /* behind the anchor */
	const uint8_t *items_end;
	bool anchored;
	int lead;   /* the byte that a match begins with; -1: not known */
	size_t due; /* steps that are not charged yet */
};

/*
 * Both spans are borrowed while the pattern is used. Behind the last byte of
 * `items` stands a zero byte, as in texts of Lua. `anchors`: "^" in front binds
 * the match to where it is tried first.
 */
void pattern_init(struct pattern *p, struct span subject, struct span items,
    bool anchors);
/* Match at `at`, which lies in the subject or at its end, and nowhere else. */
enum pattern_outcome pattern_match(struct pattern *p, const uint8_t *at);
/* The first match from `at` on; there alone when it is anchored. */
enum pattern_outcome pattern_search(struct pattern *p, const uint8_t *at);
/* Captures that a match gives: the whole is one when the pattern has none. */
unsigned pattern_captures(const struct pattern *p);
/*
 * Capture `i` (from 0) of the match, the whole for 0 when there are none.
 * One that is not there may be asked for up to 8. out->len may be
 * PATTERN_POSITION. -1: there is none, or it was never closed;
 * see `error`.
 */
int pattern_get(struct pattern *p, unsigned i, struct pattern_capture *out);
/* That there is no capture of that digit; a static text. */
const char *pattern_no_capture(unsigned digit);
/* Are there bytes with a meaning of their own in it? */
bool pattern_has_specials(struct span items);
/* Charge what is due; may leave the run. */
void pattern_settle(struct pattern *p);

/*
 * Where `needle` first lies in `hay`, by bytes; NULL: nowhere. Charged; linear
 * in the sum of both.
 */
const uint8_t *pattern_find_plain(struct span hay, struct span needle);

#endif
