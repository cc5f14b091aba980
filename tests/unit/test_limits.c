#include <inttypes.h>

#include "ao/limits.h"
#include "test.h"

static uint64_t
memory(const char *text)
{
	struct error err;
	uint64_t n;

	if (limits_parse_memory(span_text(text), &n, &err) == 0)
		return n;
	CHECK_INT(err.code, ERR_FORMAT);
	return 0;
}

static uint64_t
compute(const char *text)
{
	struct error err;
	uint64_t n;

	if (limits_parse_compute(span_text(text), &n, &err) == 0)
		return n;
	CHECK_INT(err.code, ERR_FORMAT);
	return 0;
}

TEST(limits_tags, memory_is_written_in_many_ways)
{
	CHECK_INT(memory("500-mb"), 500 << 20);
	CHECK_INT(memory("512mb"), 512 << 20);
	CHECK_INT(memory("1-gb"), 1 << 30);
	CHECK_INT(memory("1-GB"), 1 << 30);
	CHECK_INT(memory("64-kb"), 64 << 10);
	CHECK_INT(memory("67108864"), 64 << 20);
}

TEST(limits_tags, what_is_no_memory_is_refused)
{
	static const char *const wrong[] = { "", "-", "mb", "0", "0-gb",
		"-5-mb", "5--mb", "5-", "5 mb", "5-tb", "1.5-gb", "5-mbs",
		"5-b", "five" };

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK_INT(memory(wrong[i]), 0);
}

TEST(limits_tags, compute_is_a_number)
{
	CHECK_INT(compute("9000000000000"), 9000000000000);
	CHECK_INT(compute("1"), 1);
	CHECK_INT(compute("0"), 0);
	CHECK_INT(compute(""), 0);
	CHECK_INT(compute("1e9"), 0);
	CHECK_INT(compute("-1"), 0);
}

TEST(limits_tags, numbers_that_are_too_large_are_the_largest)
{
	CHECK(memory("99999999999999999999999") == UINT64_MAX);
	CHECK(memory("99999999999-gb") == UINT64_MAX);
	CHECK(compute("18446744073709551615") == UINT64_MAX);
	CHECK(compute("18446744073709551616") == UINT64_MAX);
	CHECK(compute("18446744073709551614") == UINT64_MAX - 1);
}

TEST(limits_tags, a_size_reads_back)
{
	static const uint64_t sizes[] = { 1, 1023, 1024, 1536, 3 << 20,
		UINT64_C(2) << 30, UINT64_C(5) << 40, 12345678901 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		CHECK(memory(limits_size_text(sizes[i]).text) == sizes[i]);
	CHECK_TEXT(limits_size_text(512 << 20).text, "512-mb");
	CHECK_TEXT(limits_size_text(UINT64_C(5) << 40).text, "5120-gb");
}

static int
read(const char *memory_limit, const char *compute_limit, struct limits *out,
    struct error *err)
{
	struct tag tags[] = {
		{ span_text("Data-Protocol"), span_text("ao") },
		{ span_text("Compute-Limit"), span_text(compute_limit) },
		{ span_text("Memory-Limit"), span_text(memory_limit) },
		{ span_text("Memory-Limit"), span_text("7-kb") },
	};
	const struct message spawn = { .tags = tags, .tag_count = 4 };

	return limits_read(&spawn, out, err);
}

TEST(limits_tags, a_spawn_message_says_them)
{
	const struct message silent = { .tag_count = 0 };
	struct limits l;
	struct error err;

	CHECK_OK(read("2-mb", "77", &l, &err), err);
	CHECK_INT(l.memory, 2 << 20);
	CHECK_INT(l.compute, 77);
	CHECK_OK(limits_read(&silent, &l, &err), err);
	CHECK_INT(l.memory, 0);
	CHECK_INT(l.compute, 0);
}

TEST(limits_tags, the_tag_that_is_wrong_is_named)
{
	struct limits l;
	struct error err;

	CHECK_INT(read("much", "77", &l, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text,
	    "tag 'Memory-Limit': 'much' is no size like 512-mb or 1-gb");
	CHECK_INT(l.memory, 0);
	CHECK_INT(l.compute, 77);
	CHECK_INT(read("1-mb", "1e9", &l, &err), -1);
	CHECK_TEXT(err.text,
	    "tag 'Compute-Limit': '1e9' is no number of instructions");
	CHECK_INT(l.memory, 1 << 20);
}

TEST(limits_tags, more_than_there_is_is_refused)
{
	const struct limits most = { .memory = 1 << 30, .compute = 1000 };
	const struct limits any = { 0 };
	struct limits asked = { .memory = 1 << 30, .compute = 1000 };
	struct error err;

	CHECK_OK(limits_check(&asked, &most, &err), err);
	CHECK_OK(limits_check(&any, &most, &err), err);
	asked.memory++;
	CHECK_INT(limits_check(&asked, &most, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	CHECK_TEXT(err.text,
	    "tag 'Memory-Limit' asks for 1073741825, this node's limit is "
	    "1-gb");
	asked = (struct limits){ .compute = 1001 };
	CHECK_INT(limits_check(&asked, &most, &err), -1);
	CHECK_TEXT(err.text,
	    "tag 'Compute-Limit' asks for 1001, this node's limit is 1000");
	CHECK_OK(limits_check(&asked, &any, &err), err);
}
