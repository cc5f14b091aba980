#include "crypto/isaac.h"
#include "test.h"

TEST(isaac, gives_the_numbers_of_its_author)
{
	/* randvect.txt: the second and third batch of a seed of zeroes */
	static const uint32_t first[] = { 0xf650e4c8, 0xe448e96d, 0x98db2fb4,
		0xf5fad54f, 0x433f1afb, 0xedec154a, 0xd8370487, 0x46ca4f9a };
	struct isaac s;
	uint32_t last = 0;

	isaac_seed(&s, span_text(""), true);
	for (int i = 0; i < ISAAC_WORDS; i++)
		isaac_next(&s);
	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++)
		CHECK_INT(isaac_next(&s), first[i]);
	for (int i = 8; i < 2 * ISAAC_WORDS; i++)
		last = isaac_next(&s);
	CHECK_INT(last, 0x4bb5af29);
}

TEST(isaac, looks_at_the_seed_only_when_told_so)
{
	struct isaac a;
	struct isaac b;

	isaac_seed(&a, span_text("one"), false);
	isaac_seed(&b, span_text("two"), false);
	CHECK_INT(isaac_next(&a) & INT32_MAX, 532713800);
	CHECK_INT(isaac_next(&b) & INT32_MAX, 532713800);
	isaac_seed(&a, span_text("one"), true);
	isaac_seed(&b, span_text("two"), true);
	CHECK(isaac_next(&a) != isaac_next(&b));
}

TEST(isaac, takes_256_bytes_of_seed)
{
	uint8_t seed[300];
	struct isaac a;
	struct isaac b;

	memset(seed, 5, sizeof(seed));
	isaac_seed(&a, span_of(seed, 300), true);
	isaac_seed(&b, span_of(seed, 256), true);
	CHECK_INT(isaac_next(&a), isaac_next(&b));
	isaac_seed(&b, span_of(seed, 255), true);
	CHECK(isaac_next(&a) != isaac_next(&b));
}
