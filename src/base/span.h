/*
 * span - borrowed bytes: a pointer and a length, owned by somebody else.
 *
 * A function that takes a span does not keep it beyond the call unless its
 * comment says so. The bytes need not be text and are not zero-terminated.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *p;
	size_t len;
};

/* The bytes of a zero-terminated text, without the zero. NULL is empty. */
static inline struct span
span_text(const char *text)
{
	return (struct span){ (const uint8_t *)text, text ? strlen(text) : 0 };
}

/* Of a pointer and a length; p may be NULL when len is 0. */
static inline struct span
span_of(const void *p, size_t len)
{
	return (struct span){ p, len };
}

/* The first n bytes, or all when there are fewer. */
static inline struct span
span_first(struct span s, size_t n)
{
	return (struct span){ s.p, n < s.len ? n : s.len };
}

/* What is left behind the first n bytes; empty when there are fewer. */
static inline struct span
span_from(struct span s, size_t n)
{
	if (n > s.len)
		n = s.len;
	return (struct span){ s.p ? s.p + n : NULL, s.len - n };
}

/* Same length, same bytes; all empty spans are equal. */
static inline bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

/* span_equal() with a zero-terminated text. */
static inline bool
span_is(struct span s, const char *text)
{
	return span_equal(s, span_text(text));
}

/* Bytewise order; a prefix comes first. */
static inline int
span_compare(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

/* True for the empty prefix, too. */
static inline bool
span_starts_with(struct span s, const char *prefix)
{
	struct span p = span_text(prefix);

	return s.len >= p.len && memcmp(s.p, p.p, p.len) == 0;
}

/* For printf: "%.*s", SPAN_ARG(s). Spans over INT_MAX are cut. */
#define SPAN_ARG(s)                                         \
	(int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len), \
	    (const char *)((s).len ? (s).p : (const uint8_t *)"")

#endif
