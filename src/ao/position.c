/*
 * Digits alone: no sign, no blanks, nothing that strtoull() would add.
 */
#include "ao/position.h"

#include <inttypes.h>
#include <stdio.h>

struct position_text
position_text(struct position at)
{
	struct position_text t;

	if (at.tick)
		snprintf(t.text, sizeof(t.text), "%" PRIu64 "+%" PRIu32,
		    at.slot, at.tick);
	else
		snprintf(t.text, sizeof(t.text), "%" PRIu64, at.slot);
	return t;
}

/* Take a number off the front, at most `max`. */
static bool
take_number(struct span *in, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < in->len; i++) {
		unsigned digit = (unsigned)in->p[i] - '0';

		if (digit > 9)
			break;
		if (n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	if (i == 0)
		return false;
	*in = span_from(*in, i);
	*out = n;
	return true;
}

bool
position_parse(struct span text, struct position *at)
{
	uint64_t slot;
	uint64_t tick = 0;

	if (!take_number(&text, UINT64_MAX, &slot))
		return false;
	if (text.len > 0) {
		if (text.p[0] != '+')
			return false;
		text = span_from(text, 1);
		if (!take_number(&text, UINT32_MAX, &tick) || text.len > 0)
			return false;
	}
	*at = (struct position){ slot, (uint32_t)tick };
	return true;
}
