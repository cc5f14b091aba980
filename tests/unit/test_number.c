#include "base/number.h"
#include "test.h"

static void
check_number(const char *text, uint64_t max, bool good, uint64_t want)
{
	uint64_t n = 77;

	CHECK_INT(parse_decimal(span_text(text), max, &n), good);
	CHECK(n == (good ? want : 77));
}

TEST(number, digits_are_one_and_nothing_else_is)
{
	check_number("0", UINT64_MAX, true, 0);
	check_number("0042", UINT64_MAX, true, 42);
	check_number("18446744073709551615", UINT64_MAX, true, UINT64_MAX);
	check_number("18446744073709551616", UINT64_MAX, false, 0);
	check_number("99999999999999999999999", UINT64_MAX, false, 0);
	check_number("", UINT64_MAX, false, 0);
	check_number("-1", UINT64_MAX, false, 0);
	check_number("1 ", UINT64_MAX, false, 0);
	check_number("0x1", UINT64_MAX, false, 0);
}

TEST(number, the_most_that_is_wanted_holds)
{
	check_number("4294967295", UINT32_MAX, true, UINT32_MAX);
	check_number("4294967296", UINT32_MAX, false, 0);
	check_number("3", 3, true, 3);
	check_number("4", 3, false, 0);
	check_number("0", 0, true, 0);
}

TEST(number, one_is_taken_off_the_front)
{
	struct span in = span_text("12+3");
	uint64_t n;

	CHECK(take_decimal(&in, 100, &n));
	CHECK_INT(n, 12);
	CHECK(span_is(in, "+3"));
	CHECK(!take_decimal(&in, 100, &n));
	CHECK(span_is(in, "+3"));
}
