#include "crypto/aes.h"
#include "test.h"

enum {
	TEXT = 64
};

/* NIST SP 800-38A, F.1 to F.5 (CFB: the 128-bit ones), all sizes. */
static const char plain[] =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

static const struct {
	enum aes_mode mode;
	size_t key;
	const char *hex;
} vectors[] = {
	{ AES_ECB, 16,
	    "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf"
	    "43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4" },
	{ AES_CBC, 16,
	    "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"
	    "73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7" },
	{ AES_CFB, 16,
	    "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b"
	    "26751f67a3cbb140b1808cf187a4f4dfc04b05357c5d1c0eeac4c66f9ff7f2e6" },
	{ AES_OFB, 16,
	    "3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825"
	    "9740051e9c5fecf64344f7a82260edcc304c6528f659c77866a510d9c1d6ae5e" },
	{ AES_CTR, 16,
	    "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
	    "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee" },
	{ AES_ECB, 24,
	    "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eef"
	    "ef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e" },
	{ AES_CBC, 24,
	    "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a"
	    "571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd" },
	{ AES_CFB, 24,
	    "cdc80d6fddf18cab34c25909c99a417467ce7f7f81173621961a2b70171d3d7a"
	    "2e1e8a1dd59b88b1c8e60fed1efac4c9c05f9f9ca9834fa042ae8fba584b09ff" },
	{ AES_OFB, 24,
	    "cdc80d6fddf18cab34c25909c99a4174fcc28b8d4c63837c09e81700c1100401"
	    "8d9a9aeac0f6596f559c6d4daf59a5f26d9f200857ca6c3e9cac524bd9acc92a" },
	{ AES_CTR, 24,
	    "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e94"
	    "1e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050" },
	{ AES_ECB, 32,
	    "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870"
	    "b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7" },
	{ AES_CBC, 32,
	    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d"
	    "39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b" },
	{ AES_CFB, 32,
	    "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b"
	    "df10132415e54b92a13ed0a8267ae2f975a385741ab9cef82031623d55b1e471" },
	{ AES_OFB, 32,
	    "dc7e84bfda79164b7ecd8486985d38604febdc6740d20b3ac88f6ad82a4fb08d"
	    "71ab47a086e86eedf39d1c5bba97c4080126141d67f37be8538f5a8be740e484" },
	{ AES_CTR, 32,
	    "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
	    "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6" },
};

static void
unhex(const char *hex, uint8_t *to)
{
	for (; *hex; hex += 2) {
		unsigned byte;

		CHECK_INT(sscanf(hex, "%2x", &byte), 1);
		*to++ = (uint8_t)byte;
	}
}

/* As F.1 to F.5 have it: one key for each size, a counter for CTR. */
static void
start(struct aes *a, enum aes_mode mode, bool decrypt, size_t size)
{
	const char *key = size == 16 ? "2b7e151628aed2a6abf7158809cf4f3c"
	    : size == 24             ? "8e73b0f7da0e6452c810f32b809079e5"
				       "62f8ead2522c6b7b"
				     : "603deb1015ca71be2b73aef0857d7781"
				       "1f352c073b6108d72d9810a30914dff4";
	uint8_t bytes[32];
	uint8_t iv[AES_BLOCK];

	unhex(key, bytes);
	unhex(mode == AES_CTR ? "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
			      : "000102030405060708090a0b0c0d0e0f",
	    iv);
	aes_init(a, mode, decrypt, span_of(bytes, size), iv);
}

TEST(aes, knows_the_examples_of_the_standard_both_ways)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		uint8_t text[TEXT];
		uint8_t want[TEXT];
		uint8_t got[TEXT];
		struct aes a;

		unhex(plain, text);
		unhex(vectors[i].hex, want);
		start(&a, vectors[i].mode, false, vectors[i].key);
		aes_blocks(&a, text, got, TEXT / AES_BLOCK);
		CHECK(!memcmp(got, want, TEXT));
		start(&a, vectors[i].mode, true, vectors[i].key);
		aes_blocks(&a, got, got, TEXT / AES_BLOCK);
		CHECK(!memcmp(got, text, TEXT));
	}
}

TEST(aes, goes_on_where_it_ended)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(*vectors); i++) {
		uint8_t text[TEXT];
		uint8_t want[TEXT];
		struct aes a;

		unhex(plain, text);
		unhex(vectors[i].hex, want);
		start(&a, vectors[i].mode, false, vectors[i].key);
		aes_blocks(&a, text, text, 1);
		aes_blocks(&a, text + AES_BLOCK, text + AES_BLOCK, 3);
		CHECK(!memcmp(text, want, TEXT));
	}
}

TEST(aes, counts_in_the_last_eight_bytes_alone)
{
	uint8_t key[16] = { 1 };
	uint8_t iv[AES_BLOCK];
	uint8_t zeroes[2 * AES_BLOCK] = { 0 };
	uint8_t after[AES_BLOCK] = { 0 };
	struct aes a;

	memset(iv, 0xff, sizeof(iv));
	aes_init(&a, AES_CTR, false, span_of(key, sizeof(key)), iv);
	aes_blocks(&a, zeroes, zeroes, 2);
	/* the second block is of a counter with its upper half as it was */
	memset(iv + 8, 0, 8);
	aes_init(&a, AES_ECB, false, span_of(key, sizeof(key)), iv);
	aes_blocks(&a, iv, after, 1);
	CHECK(!memcmp(zeroes + AES_BLOCK, after, AES_BLOCK));
}
