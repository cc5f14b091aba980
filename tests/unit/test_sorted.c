#include "store/sorted.h"
#include "test.h"

enum {
	KEYS = 3000
};

static struct span
key_of(uint32_t n, uint8_t key[4])
{
	for (int i = 0; i < 4; i++)
		key[i] = (uint8_t)(n >> (24 - 8 * i));
	return span_of(key, 4);
}

/* A permutation of 0 … KEYS - 1: 7 and KEYS have no common divisor. */
static uint32_t
shuffled(uint32_t i)
{
	return i * 7 % KEYS;
}

TEST(sorted, keeps_keys_in_order)
{
	const struct sorted_entry *e;
	struct sorted s;
	struct span v;
	uint8_t key[4];
	uint32_t n = 0;

	sorted_init(&s);
	CHECK(sorted_last(&s) == NULL);
	for (uint32_t i = 0; i < KEYS; i++)
		sorted_put(&s, key_of(shuffled(i), key), span_text("x"));
	CHECK_INT(s.count, KEYS);
	for (e = sorted_seek(&s, span_text("")); e; e = sorted_next(e))
		CHECK(span_equal(sorted_key(e), key_of(n++, key)));
	CHECK_INT(n, KEYS);
	CHECK(span_equal(sorted_key(sorted_last(&s)), key_of(n - 1, key)));
	CHECK(sorted_get(&s, key_of(17, key), &v));
	CHECK_SPAN(v, "x");
	CHECK(!sorted_get(&s, key_of(KEYS, key), &v));
	sorted_release(&s);
}

TEST(sorted, replaces_and_removes)
{
	struct sorted s;
	struct span v;
	uint8_t key[4];

	sorted_init(&s);
	for (uint32_t i = 0; i < KEYS; i++)
		sorted_put(&s, key_of(i, key), span_text("short"));
	for (uint32_t i = 0; i < KEYS; i += 2)
		sorted_put(&s, key_of(i, key), span_text("longer now"));
	for (uint32_t i = 0; i < KEYS; i++)
		if (shuffled(i) % 3 == 0)
			sorted_remove(&s, key_of(shuffled(i), key));
	sorted_remove(&s, key_of(0, key));
	CHECK_INT(s.count, KEYS - KEYS / 3);
	for (uint32_t i = 0; i < KEYS; i++) {
		CHECK_INT(sorted_get(&s, key_of(i, key), &v), i % 3 != 0);
		if (i % 3)
			CHECK_SPAN(v, i % 2 ? "short" : "longer now");
	}
	sorted_release(&s);
}

TEST(sorted, goes_on_behind_a_removed_end)
{
	struct sorted s;
	size_t empty;
	uint8_t key[4];

	sorted_init(&s);
	empty = s.bytes;
	for (uint32_t i = 0; i < 200; i++)
		sorted_put(&s, key_of(i, key), span_text("x"));
	for (uint32_t i = 199; i >= 100; i--)
		sorted_remove(&s, key_of(i, key));
	CHECK(span_equal(sorted_key(sorted_last(&s)), key_of(99, key)));
	for (uint32_t i = 100; i < 150; i++)
		sorted_put(&s, key_of(i, key), span_text("y"));
	CHECK(span_equal(sorted_key(sorted_last(&s)), key_of(149, key)));
	CHECK_INT(s.count, 150);
	for (uint32_t i = 0; i < 150; i++)
		sorted_remove(&s, key_of(i, key));
	CHECK(sorted_last(&s) == NULL);
	CHECK_INT(s.bytes, empty);
	sorted_release(&s);
}

TEST(sorted, seeks_the_next_greater_key)
{
	struct sorted s;

	sorted_init(&s);
	sorted_put(&s, span_text(""), span_text("empty"));
	sorted_put(&s, span_text("ab"), span_text(""));
	sorted_put(&s, span_text("b"), span_text("B"));
	CHECK_SPAN(sorted_value(sorted_seek(&s, span_text(""))), "empty");
	CHECK_SPAN(sorted_key(sorted_seek(&s, span_text("a"))), "ab");
	CHECK_SPAN(sorted_key(sorted_seek(&s, span_text("abc"))), "b");
	CHECK(sorted_seek(&s, span_text("ba")) == NULL);
	sorted_release(&s);
}
