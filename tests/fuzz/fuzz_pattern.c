/*
 * A byte: how much of the rest is the pattern; then pattern and subject. What is
 * found lies in the subject, and so do all captures.
 */
#include "base/error.h"
#include "vm/lua/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

enum {
	/* longer ones may take for ever: nobody counts here */
	ITEMS_MAX = 12,
	SUBJECT_MAX = 24
};

static void
check_captures(struct pattern *m, struct span subject)
{
	struct pattern_capture c;

	ASSERT(m->level <= PATTERN_CAPTURES);
	/* one that is not there may be asked for by its digit */
	if (m->level < 9)
		ASSERT(m->level == 0 || pattern_get(m, m->level, &c) < 0);
	for (unsigned i = 0; i < pattern_captures(m); i++) {
		if (pattern_get(m, i, &c) < 0) {
			ASSERT(m->error);
			continue;
		}
		ASSERT(c.at >= subject.p && c.at <= subject.p + subject.len);
		if (c.len != PATTERN_POSITION)
			ASSERT(
			    c.len <= (size_t)(subject.p + subject.len - c.at));
	}
}

static void
search(struct span subject, struct span items, bool anchors)
{
	struct pattern m;
	const uint8_t *at = subject.p;

	pattern_init(&m, subject, items, anchors);
	while (at <= subject.p + subject.len) {
		enum pattern_outcome outcome = pattern_search(&m, at);

		if (outcome == PATTERN_WRONG)
			ASSERT(m.error && *m.error);
		if (outcome != PATTERN_FOUND)
			break;
		ASSERT(m.from >= at && m.from <= m.to);
		ASSERT(m.to <= subject.p + subject.len);
		check_captures(&m, subject);
		at = m.to > at ? m.to : at + 1;
	}
	pattern_settle(&m);
}

/* The two ways to find bytes agree. */
static void
find(struct span hay, struct span needle)
{
	const uint8_t *at = pattern_find_plain(hay, needle);

	if (needle.len)
		ASSERT(at == memmem(hay.p, hay.len, needle.p, needle.len));
	else
		ASSERT(at == hay.p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	char items[ITEMS_MAX + 1] = { 0 };
	struct span in = span_of(p, len);
	struct span subject;
	size_t n;

	if (in.len < 1)
		return 0;
	n = in.p[0] % (ITEMS_MAX + 1);
	in = span_from(in, 1);
	if (n > in.len)
		n = in.len;
	memcpy(items, in.p, n);
	in = span_from(in, n);
	find(in, span_of(items, n));
	subject = span_first(in, SUBJECT_MAX);
	search(subject, span_of(items, n), true);
	search(subject, span_of(items, n), false);
	return 0;
}
