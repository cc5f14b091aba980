/*
 * Where a match is, and what it has captured. A pattern that begins with a byte
 * that must be there is tried only where that byte is; a text without specials
 * is not matched at all, but searched for.
 */
#include "base/error.h"
#include "vm/lua/limit.h"
#include "vm/lua/pattern.h"

enum {
	/* wrong starts after which plain search changes its way */
	PATIENCE = 16
};

/* Bytes with a meaning of their own; what ends a capture or a set has one only
 * behind its beginning. */
static const bool is_special[256] = {
	['^'] = true,
	['$'] = true,
	['*'] = true,
	['+'] = true,
	['?'] = true,
	['.'] = true,
	['('] = true,
	['['] = true,
	['%'] = true,
	['-'] = true,
};

const char *
pattern_no_capture(unsigned digit)
{
	static const char *const texts[] = {
		"invalid capture index %0",
		"invalid capture index %1",
		"invalid capture index %2",
		"invalid capture index %3",
		"invalid capture index %4",
		"invalid capture index %5",
		"invalid capture index %6",
		"invalid capture index %7",
		"invalid capture index %8",
		"invalid capture index %9",
	};

	ASSERT(digit < 10);
	return texts[digit];
}

/* The next place from `at` on that begins as every match does; NULL: none. */
static const uint8_t *
skip_to_lead(struct pattern *p, const uint8_t *at)
{
	size_t left = (size_t)(p->subject_end - at);
	const uint8_t *to = memchr(at, p->lead, left);

	p->due += (to ? (size_t)(to - at) : left) / 16;
	return to;
}

enum pattern_outcome
pattern_search(struct pattern *p, const uint8_t *at)
{
	enum pattern_outcome outcome;

	if (p->anchored)
		return pattern_match(p, at);
	for (; at <= p->subject_end; at++) {
		if (p->lead >= 0) {
			at = skip_to_lead(p, at);
			if (!at)
				break;
		}
		outcome = pattern_match(p, at);
		if (outcome != PATTERN_NOWHERE)
			return outcome;
	}
	return PATTERN_NOWHERE;
}

/* The byte that the first item must be; -1: it may be many, or none. */
static int
find_lead(const struct pattern *p)
{
	const uint8_t *item = p->items;

	/* behind the last item stands a zero */
	if (*item == 0 || *item == ')' || is_special[*item])
		return -1;
	/* one that may be missing */
	if (item[1] == '*' || item[1] == '?' || item[1] == '-')
		return -1;
	return *item;
}

void
pattern_init(struct pattern *p, struct span subject, struct span items,
    bool anchors)
{
	p->subject = subject.p;
	p->subject_end = subject.p + subject.len;
	p->items = items.p;
	p->items_end = items.p + items.len;
	p->anchored = anchors && items.len > 0 && *items.p == '^';
	if (p->anchored)
		p->items++;
	p->lead = find_lead(p);
	p->due = 0;
	p->level = 0;
	p->error = NULL;
}

void
pattern_settle(struct pattern *p)
{
	limit_charge(p->due);
	p->due = 0;
}

unsigned
pattern_captures(const struct pattern *p)
{
	return p->level ? p->level : 1;
}

int
pattern_get(struct pattern *p, unsigned i, struct pattern_capture *out)
{
	if (i >= p->level && i > 0) {
		p->error = pattern_no_capture(i + 1);
		return -1;
	}
	if (i >= p->level) {
		out->at = p->from;
		out->len = (size_t)(p->to - p->from);
		return 0;
	}
	*out = p->captures[i];
	if (out->len == PATTERN_OPEN) {
		p->error = "unfinished capture";
		return -1;
	}
	return 0;
}

bool
pattern_has_specials(struct span items)
{
	for (size_t i = 0; i < items.len; i++)
		if (is_special[items.p[i]])
			return true;
	return false;
}

/* Charged when it is known how far it went: few look at all of a text. */
static const uint8_t *
find_linear(struct span hay, struct span needle)
{
	const uint8_t *at = memmem(hay.p, hay.len, needle.p, needle.len);

	limit_charge((at ? (uint64_t)(at - hay.p) : hay.len) / 4 + needle.len);
	return at;
}

/*
 * By the needle's first byte, which is quick where that is rare; the C
 * library's search, linear whatever the texts, when it is not.
 */
const uint8_t *
pattern_find_plain(struct span hay, struct span needle)
{
	const uint8_t *at = hay.p;
	size_t left = hay.len;

	if (needle.len == 0)
		return hay.p;
	for (int wrong_starts = 0; wrong_starts < PATIENCE; wrong_starts++) {
		const uint8_t *first;

		if (left < needle.len)
			return NULL;
		first = memchr(at, *needle.p, left - needle.len + 1);
		limit_charge_bytes(
		    (first ? (uint64_t)(first - at) : left) + needle.len);
		if (!first || memcmp(first, needle.p, needle.len) == 0)
			return first;
		left -= (size_t)(first + 1 - at);
		at = first + 1;
	}
	return find_linear(span_of(at, left), needle);
}
