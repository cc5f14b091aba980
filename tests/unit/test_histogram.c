#include "base/histogram.h"
#include "test.h"

TEST(histogram, tells_quantiles_within_a_fifth)
{
	struct histogram h = { .count = 0 };

	CHECK_INT(histogram_quantile(&h, 0.5), 0);
	for (uint64_t i = 1; i <= 1000; i++)
		histogram_add(&h, i * 1000);
	CHECK_INT(h.count, 1000);
	CHECK_INT(h.sum, 500500000);
	CHECK_INT(h.longest, 1000000);
	CHECK(histogram_quantile(&h, 0.5) >= 500000);
	CHECK(histogram_quantile(&h, 0.5) <= 600000);
	CHECK(histogram_quantile(&h, 0.99) >= 990000);
	CHECK_INT(histogram_quantile(&h, 1), 1000000);
	CHECK_INT(histogram_over(&h, 1), 1000);
	CHECK_INT(histogram_over(&h, 2000000), 0);
}

TEST(histogram, takes_any_value)
{
	struct histogram h = { .count = 0 };

	for (int i = 0; i < 64; i++) {
		histogram_add(&h, 1ULL << i);
		CHECK(histogram_over(&h, 1ULL << i) >= 1);
		CHECK(histogram_quantile(&h, 1) == 1ULL << i);
	}
	histogram_add(&h, 0);
	histogram_add(&h, UINT64_MAX);
	CHECK_INT(h.count, 66);
	CHECK(h.longest == UINT64_MAX);
	CHECK(histogram_quantile(&h, 1) == UINT64_MAX);
	CHECK(histogram_quantile(&h, 0) == 0);
}
