#include "ao/position.h"
#include "test.h"

TEST(position, is_ordered_as_the_log_is)
{
	const struct position order[] = { { 0, 0 }, { 0, 1 }, { 0, 2 },
		{ 1, 0 }, { 1, 1 }, { 7, 0 } };

	for (size_t i = 0; i < 6; i++)
		for (size_t k = 0; k < 6; k++)
			CHECK_INT(position_before(order[i], order[k]), i < k);
	CHECK_INT(position_compare(order[4], order[4]), 0);
}

TEST(position, an_end_counts_the_slots_before_it)
{
	CHECK_INT(position_slots(position_end(0, 0)), 0);
	CHECK_INT(position_slots(position_end(1, 0)), 1);
	CHECK_INT(position_slots(position_end(8, 3)), 8);
	/* slot 7 and its ticks 1 to 3 lie before it, tick 4 does not */
	CHECK(position_before((struct position){ 7, 3 }, position_end(8, 3)));
	CHECK(!position_before((struct position){ 7, 4 }, position_end(8, 3)));
	CHECK(!position_before(position_of_slot(0), position_end(0, 0)));
}

static void
check_text(const char *text, uint64_t slot, uint32_t tick)
{
	struct position at = { 99, 99 };

	CHECK(position_parse(span_text(text), &at));
	CHECK_INT(at.slot, slot);
	CHECK_INT(at.tick, tick);
	CHECK_TEXT(position_text(at).text, text);
}

TEST(position, is_written_and_read)
{
	static const char *const wrong[] = { "", "+", "+1", "7+", "7+x", "7x",
		"-7", " 7", "7 ", "7+1+1", "18446744073709551616",
		"7+4294967296" };
	struct position at;

	check_text("0", 0, 0);
	check_text("7", 7, 0);
	check_text("7+1", 7, 1);
	check_text("18446744073709551615+4294967295", UINT64_MAX, UINT32_MAX);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK(!position_parse(span_text(wrong[i]), &at));
}
