/*
 * Digits alone: no sign, no blanks, nothing that strtoull() would add.
 */
#include "ao/position.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"

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

bool
position_parse(struct span text, struct position *at)
{
	uint64_t slot;
	uint64_t tick = 0;

	if (!take_decimal(&text, UINT64_MAX, &slot))
		return false;
	if (text.len > 0) {
		if (text.p[0] != '+')
			return false;
		text = span_from(text, 1);
		if (!take_decimal(&text, UINT32_MAX, &tick) || text.len > 0)
			return false;
	}
	*at = (struct position){ slot, (uint32_t)tick };
	return true;
}
