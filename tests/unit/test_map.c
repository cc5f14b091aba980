#include "base/map.h"
#include "test.h"

enum {
	KEYS = 2000
};

static int values[KEYS];

static struct span
key_of(int n, char key[16])
{
	snprintf(key, 16, "key %d", n);
	return span_text(key);
}

TEST(map, gives_back_what_was_put)
{
	struct map m = MAP_INIT;
	char key[16];

	CHECK(map_get(&m, span_text("a")) == NULL);
	for (int i = 0; i < KEYS; i++)
		CHECK(map_put(&m, key_of(i, key), &values[i]) == NULL);
	CHECK_INT(m.count, KEYS);
	for (int i = 0; i < KEYS; i++)
		CHECK(map_get(&m, key_of(i, key)) == &values[i]);
	CHECK(map_get(&m, key_of(KEYS, key)) == NULL);
	CHECK(map_put(&m, key_of(7, key), &values[8]) == &values[7]);
	CHECK(map_get(&m, key_of(7, key)) == &values[8]);
	CHECK_INT(m.count, KEYS);
	map_release(&m);
	CHECK_INT(m.count, 0);
}

TEST(map, forgets_what_is_removed)
{
	struct map m = MAP_INIT;
	char key[16];

	CHECK(map_remove(&m, span_text("a")) == NULL);
	for (int i = 0; i < KEYS; i++)
		map_put(&m, key_of(i, key), &values[i]);
	for (int i = 0; i < KEYS; i += 2)
		CHECK(map_remove(&m, key_of(i, key)) == &values[i]);
	CHECK(map_remove(&m, key_of(0, key)) == NULL);
	for (int i = 0; i < KEYS; i++)
		CHECK(
		    map_get(&m, key_of(i, key)) == (i % 2 ? &values[i] : NULL));
	CHECK_INT(m.count, KEYS / 2);
	map_release(&m);
}

TEST(map, does_not_grow_by_putting_and_removing)
{
	struct map m = MAP_INIT;
	char key[16];
	size_t room;

	for (int i = 0; i < 10; i++)
		map_put(&m, key_of(i, key), &values[i]);
	room = m.room;
	for (int i = 10; i < 100 * KEYS; i++) {
		map_put(&m, key_of(i, key), &values[0]);
		CHECK(map_remove(&m, key_of(i, key)) == &values[0]);
	}
	CHECK(m.room <= room * 4);
	CHECK(map_get(&m, key_of(9, key)) == &values[9]);
	map_release(&m);
}

TEST(map, tells_lengths_and_zero_bytes_apart)
{
	struct map m = MAP_INIT;
	uint8_t longest[MAP_KEY_MAX] = { 0 };

	map_put(&m, span_of("", 0), &values[0]);
	map_put(&m, span_of("\0", 1), &values[1]);
	map_put(&m, span_of("\0\0", 2), &values[2]);
	map_put(&m, span_of(longest, sizeof(longest)), &values[3]);
	CHECK(map_get(&m, span_of(NULL, 0)) == &values[0]);
	CHECK(map_get(&m, span_of("\0", 1)) == &values[1]);
	CHECK(map_get(&m, span_of("\0\0", 2)) == &values[2]);
	CHECK(map_get(&m, span_of(longest, MAP_KEY_MAX)) == &values[3]);
	CHECK(map_get(&m, span_of(longest, MAP_KEY_MAX - 1)) == NULL);
	map_release(&m);
}

TEST(map, a_walk_meets_each_entry_once)
{
	struct map m = MAP_INIT;
	char seen[KEYS] = { 0 };
	char key[16];
	size_t at = 0;
	size_t count = 0;
	struct span k;
	void *value;

	for (int i = 0; i < KEYS; i++)
		map_put(&m, key_of(i, key), &values[i]);
	while (map_next(&m, &at, &k, &value)) {
		size_t i = (size_t)((int *)value - values);

		CHECK(!seen[i]);
		seen[i] = 1;
		CHECK(span_equal(k, key_of((int)i, key)));
		if (i % 3 == 0)
			CHECK(map_remove(&m, k) == value);
		count++;
	}
	CHECK_INT(count, KEYS);
	CHECK_INT(m.count, KEYS - (KEYS + 2) / 3);
	map_release(&m);
	at = 0;
	CHECK(!map_next(&m, &at, &k, &value));
}
