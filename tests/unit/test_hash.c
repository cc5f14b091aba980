/*
 * Published examples first; then, at the lengths where padding goes wrong, the
 * digests that independent programs give (openssl, Python's hashlib; MD2 and
 * Keccak written out from their specifications).
 */
#include "crypto/hash.h"
#include "test.h"

struct example {
	const char *name;
	const char *text;
	const char *hex;
};

struct repeated {
	const char *name;
	size_t len;
	const char *hex;
};

static void
check_hex(const uint8_t *p, size_t n, const char *hex)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%02x", p[i]);
	CHECK_TEXT(buf_text(&b), hex);
	buf_release(&b);
}

static void
check_hash(const char *name, struct span in, const char *hex)
{
	const struct hash_ops *ops = hash_find(name);
	uint8_t digest[HASH_MAX_BYTES];

	CHECK(ops != NULL);
	hash(ops, in, digest);
	check_hex(digest, ops->bytes, hex);
}

/* RFC 1319, 1320, 1321; FIPS 180-4; FIPS 202; the Keccak team's. */
static const struct example examples[] = {
	{ "md2", "", "8350e5a3e24c153df2275c9f80692773" },
	{ "md2", "a", "32ec01ec4a6dac72c0ab96fb34c0b5d1" },
	{ "md2", "abc", "da853b0d3f88d99b30283a69e6ded6bb" },
	{ "md2", "message digest", "ab4f496bfb2a530b219ff33031fe06b0" },
	{ "md2", "abcdefghijklmnopqrstuvwxyz",
	    "4e8ddff3650292ab5a4108c3aa47940b" },
	{ "md2",
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
	    "da33def2a42df13975352846c30338cd" },
	{ "md2",
	    "1234567890123456789012345678901234567890"
	    "1234567890123456789012345678901234567890",
	    "d5976f79d83d3a0dc9806c3c66f3efd8" },
	{ "md4", "", "31d6cfe0d16ae931b73c59d7e0c089c0" },
	{ "md4", "a", "bde52cb31de33e46245e05fbdbd6fb24" },
	{ "md4", "abc", "a448017aaf21d8525fc10ae87aa6729d" },
	{ "md4", "message digest", "d9130a8164549fe818874806e1c7014b" },
	{ "md5", "", "d41d8cd98f00b204e9800998ecf8427e" },
	{ "md5", "abc", "900150983cd24fb0d6963f7d28e17f72" },
	{ "md5", "message digest", "f96b697d7cb7938d525a2f31aaf161d0" },
	{ "sha1", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ "sha1", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ "sha1", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	{ "sha256", "",
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855" },
	{ "sha256", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1" },
	{ "sha512", "",
	    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
	    "47d0d13c5d85f2b0ff8318d2877eec2f"
	    "63b931bd47417a81a538327af927da3e" },
	{ "sha512", "abc",
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd"
	    "454d4423643ce80e2a9ac94fa54ca49f" },
	{ "sha3_256", "",
	    "a7ffc6f8bf1ed76651c14756a061d662"
	    "f580ff4de43b49fa82d80a4b80f8434a" },
	{ "sha3_256", "abc",
	    "3a985da74fe225b2045c172d6bd390bd"
	    "855f086e3e9d525b46bfe24511431532" },
	{ "sha3_512", "",
	    "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a6"
	    "15b2123af1f5f94c11e3e9402c3ac558"
	    "f500199d95b6d3e301758586281dcd26" },
	{ "sha3_512", "abc",
	    "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
	    "10e116e9192af3c91a7ec57647e39340"
	    "57340b4cf408d5a56592f8274eec53f0" },
	{ "keccak256", "",
	    "c5d2460186f7233c927e7db2dcc703c0"
	    "e500b653ca82273b7bfad8045d85a470" },
	{ "keccak256", "abc",
	    "4e03657aea45a94fc7d47ba826c8d667"
	    "c0d1e6e33a64a036ec44f58fa12d6c45" },
	{ "keccak512", "",
	    "0eab42de4c3ceb9235fc91acffe746b29c29a8c366b7c60e4e67c466f36a4304"
	    "c00fa9caf9d87976ba469bcbe06713b4"
	    "35f091ef2769fb160cdab33d3670680e" },
};

/* Of as many times the letter a. */
static const struct repeated repeated[] = {
	{ "md2", 15, "a1379a1027d0d29af98200799b8d5d8e" },
	{ "md2", 16, "b437ae50feb09a37c16b4c605cd642da" },
	{ "md2", 17, "dbf15a5fdfd6f7e9ece27d5e310c58ed" },
	{ "md2", 32, "fc6f34c6b52617387390d85ea9e510be" },
	{ "md4", 55, "c889c81dd86c4d2e025778944ea02881" },
	{ "md4", 56, "d5f9a9e9257077a5f08b0b92f348b0ad" },
	{ "md4", 63, "7ea3da77432d44c323671097d1348fc8" },
	{ "md4", 64, "52f5076fabd22680234a3fa9f9dc5732" },
	{ "md4", 65, "330e377bf231f3cacfecc2c182fe7e5b" },
	{ "md4", 128, "cb4a20a561558e29460190c91dced59f" },
	{ "md5", 1, "0cc175b9c0f1b6a831c399e269772661" },
	{ "md5", 55, "ef1772b6dff9a122358552954ad0df65" },
	{ "md5", 56, "3b0c8ac703f828b04c6c197006d17218" },
	{ "md5", 63, "b06521f39153d618550606be297466d5" },
	{ "md5", 64, "014842d480b571495a4a0363793f7367" },
	{ "md5", 65, "c743a45e0d2e6a95cb859adae0248435" },
	{ "md5", 128, "e510683b3f5ffe4093d021808bc6ff70" },
	{ "sha1", 1, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8" },
	{ "sha1", 55, "c1c8bbdc22796e28c0e15163d20899b65621d65a" },
	{ "sha1", 56, "c2db330f6083854c99d4b5bfb6e8f29f201be699" },
	{ "sha1", 63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5" },
	{ "sha1", 64, "0098ba824b5c16427bd7a1122a5a442a25ec644d" },
	{ "sha1", 65, "11655326c708d70319be2610e8a57d9a5b959d3b" },
	{ "sha1", 128, "ad5b3fdbcb526778c2839d2f151ea753995e26a0" },
	{ "sha256", 1,
	    "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" },
	{ "sha256", 55,
	    "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318" },
	{ "sha256", 56,
	    "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a" },
	{ "sha256", 63,
	    "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34" },
	{ "sha256", 64,
	    "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb" },
	{ "sha256", 65,
	    "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0" },
	{ "sha256", 128,
	    "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e" },
	{ "sha512", 1,
	    "1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f53"
	    "02860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75" },
	{ "sha512", 111,
	    "fa9121c7b32b9e01733d034cfc78cbf67f926c7ed83e82200ef8681819692176"
	    "0b4beff48404df811b953828274461673c68d04e297b0eb7b2b4d60fc6b566a2" },
	{ "sha512", 112,
	    "c01d080efd492776a1c43bd23dd99d0a2e626d481e16782e75d54c2503b5dc32"
	    "bd05f0f1ba33e568b88fd2d970929b719ecbb152f58f130a407c8830604b70ca" },
	{ "sha512", 113,
	    "55ddd8ac210a6e18ba1ee055af84c966e0dbff091c43580ae1be703bdb85da31"
	    "acf6948cf5bd90c55a20e5450f22fb89bd8d0085e39f85a86cc46abbca75e24d" },
	{ "sha512", 114,
	    "5e9eb0e4b270d086e77eeaf3ce8b1cfc615031b8c463dc34f5c139786f274f22"
	    "accb4d89e8f40d1a0c2acc84c4dc0f2bab390a9d9495493bd617ed004271bb64" },
	{ "sha512", 115,
	    "eaa30f93760743ac7d0a6cb8ed5ef3b30c59097bc44d0ec337344301deba9fb9"
	    "2b20c488d55de415f6aaed0df4925b42894b81d2e1cde89d91ec7f6cc67262b4" },
	{ "sha512", 116,
	    "a8bff469314a1ce0c990bb3fd539d92accb6249cc674b559bc9d3898b7a126fe"
	    "e597197fa42c971443470053c7d7f54b09371a59b0f7af87b1917c5347e8f8e0" },
	{ "sha512", 117,
	    "c0c27aea8dbe169c4cf25176cbf12db708fd6303db8cf94a1cfb402c1680d3d6"
	    "8f39bc5b9a10970dd5373cb0fe1cb36fa50e33165140d72933ba87af9d5d1ffe" },
	{ "sha512", 118,
	    "d6f856c92a5a694dec299f5a4765bed80e4e7431aa5505f82b21584dd1f1fe97"
	    "0f698bec5a3f4faa593d1aac944a96c21b85463a773cdf3ad87c4a00fb9e5073" },
	{ "sha512", 119,
	    "130396a75cb483f2eee8c56d8a668bb3d2641f5243212c0bee2bd33da096ad9e"
	    "b8179fe18f9eaacf76e09fae9de4c3f14ba13341e345be05bf76c182cc3468cb" },
	{ "sha512", 127,
	    "828613968b501dc00a97e08c73b118aa8876c26b8aac93df128502ab360f91ba"
	    "b50a51e088769a5c1eff4782ace147dce3642554199876374291f5d921629502" },
	{ "sha512", 128,
	    "b73d1929aa615934e61a871596b3f3b33359f42b8175602e89f7e06e5f658a24"
	    "3667807ed300314b95cacdd579f3e33abdfbe351909519a846d465c59582f321" },
	{ "sha512", 129,
	    "4f681e0bd53cda4b5a2041cc8a06f2eabde44fb16c951fbd5b87702f07aeab61"
	    "1565b19c47fde30587177ebb852e3971bbd8d3fd30da18d71037dfbd98420429" },
	{ "sha512", 240,
	    "4c296d90c61052a62ffb1dd196f1b7b09373b1f93e71836baebf89690546b759"
	    "5684dbe9467a8e484fa0d1094272b4344a7c24f5fee8daedeb0bf549c985ab5f" },
	{ "sha512", 246,
	    "6a3ec8dde11a1a644aa393d65edc5cdf6294e87d353c8cd3332f0aaf6f5faca6"
	    "1d4198622432a9de4269548637f89988fe1550a0891d422eafe5b1c08cbe9fb5" },
	{ "sha512", 256,
	    "6a9169eb662f136d87374070e8828b3e615a7eca32a89446e9225b02832709be"
	    "095e635c824a2bb70213ba2ea0ababac0809827843992c851903b7ac0c136699" },
	{ "sha3_256", 1,
	    "80084bf2fba02475726feb2cab2d8215eab14bc6bdd8bfb2c8151257032ecd8b" },
	{ "sha3_256", 134,
	    "58b970c37ac2d65b599b691868a61401a501c40f235d55f059d39a942f41dcee" },
	{ "sha3_256", 135,
	    "8094bb53c44cfb1e67b7c30447f9a1c33696d2463ecc1d9c92538913392843c9" },
	{ "sha3_256", 136,
	    "3fc5559f14db8e453a0a3091edbd2bc25e11528d81c66fa570a4efdcc2695ee1" },
	{ "sha3_256", 137,
	    "f8d6846cedd2ccfadf15c5879ef95af724d799eed7391fb1c91f95344e738614" },
	{ "sha3_256", 271,
	    "e79e5c6fef1bb5fdea2717ca27e88399e9b64699d1b3eb8e30f314fa055214e8" },
	{ "sha3_256", 272,
	    "a490357b9b3fb39d0a89a117734e5b020b1f33c7bf3fa3575c396425432003d3" },
	{ "sha3_512", 1,
	    "697f2d856172cb8309d6b8b97dac4de344b549d4dee61edfb4962d8698b7fa80"
	    "3f4f93ff24393586e28b5b957ac3d1d369420ce53332712f997bd336d09ab02a" },
	{ "sha3_512", 70,
	    "c2fe788baed79cbf7c3a9375de174343d482d0fbddfae434242a18401c9fa46d"
	    "de5bf60fd94330a13e2e1a5425f44c56ee885423634d1fc8c8dd87d74475a20d" },
	{ "sha3_512", 71,
	    "070faf98d2a8fddf8ed886408744dc06456096c2e045f26f3c7b010530e6bbb3"
	    "db535a54d636856f4e0e1e982461cb9a7e8e57ff8895cff1619af9f0e486e28c" },
	{ "sha3_512", 72,
	    "a8ae722a78e10cbbc413886c02eb5b369a03f6560084aff566bd597bb7ad8c1c"
	    "cd86e81296852359bf2faddb5153c0a7445722987875e74287adac21adebe952" },
	{ "sha3_512", 73,
	    "23e6a8815f8201dbbf6a5463be8dcadb1acea9df5f8998954e59ac9565cf6d29"
	    "b17aa27a5e8b0fc06343db6122d6e544d27583ddc78504d08203217e7e65b6bd" },
	{ "sha3_512", 143,
	    "1dfc536c0ef79e004ec6f18e3b24fd6c4c3076556424ef369e8734312d6594ff"
	    "9b92a8f02d2980ab51c191a9cc3cf47d06265e81d306d4098cdf2b6bada1db27" },
	{ "sha3_512", 144,
	    "446cd4d7ba19510dcc776b21045bc68d424b5b840e14685e149bb238b5f473c0"
	    "356b69e04f0f5785eefce20ff09e678b080d8aac64568c5edf001cd32b2ed7a8" },
	{ "keccak256", 1,
	    "3ac225168df54212a25c1c01fd35bebfea408fdac2e31ddd6f80a4bbf9a5f1cb" },
	{ "keccak256", 134,
	    "e5de5653994e2fa6729d329b65b5f332dee942a7ea54515e173824c232a4ff91" },
	{ "keccak256", 135,
	    "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446" },
	{ "keccak256", 136,
	    "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e" },
	{ "keccak256", 137,
	    "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39" },
	{ "keccak256", 271,
	    "132f47effd6c8b1b299efa53fe68aece77ec8ae4eb2e294f668eec94f76001e1" },
	{ "keccak256", 272,
	    "cf7fcd4f705ee749930d19ca84561a9bf62516bd90a471545fa2f49fdc7e63c8" },
	{ "keccak512", 1,
	    "9c46dbec5d03f74352cc4a4da354b4e9796887eeb66ac292617692e765dbe400"
	    "352559b16229f97b27614b51dbfbbb14613f2c10350435a8feaf53f73ba01c7c" },
	{ "keccak512", 70,
	    "df76afe8df74cd2a34b1f4a3e463d05e7c2fe9e46b8ba6237ea926741bca1c71"
	    "aeec29b68d0ad9eddd14198d3359b4e8d74bacb7041d79707cf6a0ab90e5f8e7" },
	{ "keccak512", 71,
	    "a57dce7da8ec781665705f3d69310beaaa5b0cae0c9c34c9b1c5b7238bbd2ce3"
	    "85bbe2f37694d2b8e9a55eb889eecb80d74ff4f9086067b47fd3f43c16c0b506" },
	{ "keccak512", 72,
	    "4cb1cecbc96415025c7a9d6fb89f82a8482773fd9664c378691a05323ff4700f"
	    "a3e60414e6064814f98b36a61a87f62dffa7c56a2371355868dd37b8a654cf50" },
	{ "keccak512", 73,
	    "2bc203eacdc544533b7e9da9c12f502e2e585716b1fa9cf8063df348f4bf20ee"
	    "b3deca3383db498dd3055fbe02dda8176087f2deb439774680822dabb26a127f" },
	{ "keccak512", 143,
	    "01d7b7f07058705d6f6d3093386f5bf09de2207fc6f0b1209cbd5983ab67bc28"
	    "6592049cac58f44bd41a5c1278a80ee0a3cbb967b46ab9e48415b41f94252c94" },
	{ "keccak512", 144,
	    "2a50e1f8ac7438c5694d5f46036bb5f2e590c1108869d14953b3a68ab79b6309"
	    "fe04bf52f23b10995165440f07330ba72f2a4523c9fe3f9534c32b72e9eb4639" },
};

TEST(hash, knows_the_published_examples)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(*examples); i++)
		check_hash(examples[i].name, span_text(examples[i].text),
		    examples[i].hex);
	CHECK(hash_find("md6") == NULL);
}

TEST(hash, pads_texts_of_every_awkward_length)
{
	uint8_t text[300];

	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < sizeof(repeated) / sizeof(*repeated); i++)
		check_hash(repeated[i].name, span_of(text, repeated[i].len),
		    repeated[i].hex);
}

TEST(hash, pieces_are_hashed_as_one_text)
{
	static const char *const names[] = { "md2", "sha3_512", "keccak256" };
	uint8_t text[300];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * 31);
	for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
		const struct hash_ops *ops = hash_find(names[k]);
		uint8_t whole[HASH_MAX_BYTES];
		uint8_t parts[HASH_MAX_BYTES];

		hash(ops, span_of(text, sizeof(text)), whole);
		for (size_t n = 0; n <= sizeof(text); n++) {
			union hash_state s;

			ops->init(&s);
			ops->update(&s, span_of(text, n));
			ops->update(&s, span_of(text + n, sizeof(text) - n));
			ops->final(&s, parts);
			CHECK(!memcmp(parts, whole, ops->bytes));
		}
	}
}

static void
check_hmac(const char *name, unsigned block, struct span key, const char *text,
    const char *hex)
{
	const struct hash_ops *ops = hash_find(name);
	uint8_t mac[HASH_MAX_BYTES];
	struct hmac h;

	hmac_init(&h, ops, block, key);
	hmac_update(&h, span_text(text));
	hmac_final(&h, mac);
	check_hex(mac, ops->bytes, hex);
}

TEST(hmac, knows_the_examples_of_the_rfcs)
{
	uint8_t key[131];

	/* RFC 2202, 3: cases 1, 2 and 6; RFC 4231: cases 2 and 6 */
	memset(key, 0x0b, 20);
	check_hmac("sha1", 64, span_of(key, 20), "Hi There",
	    "b617318655057264e28bc0b6fb378c8ef146be00");
	check_hmac("sha1", 64, span_text("Jefe"),
	    "what do ya want for nothing?",
	    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	memset(key, 0xaa, sizeof(key));
	check_hmac("sha1", 64, span_of(key, 80),
	    "Test Using Larger Than Block-Size Key - Hash Key First",
	    "aa4ae5e15272d00e95705637ce8a3b55ed402112");
	check_hmac("sha256", 64, span_text("Jefe"),
	    "what do ya want for nothing?",
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	check_hmac("sha256", 64, span_of(key, sizeof(key)),
	    "Test Using Larger Than Block-Size Key - Hash Key First",
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
}

TEST(hmac, takes_another_block_size)
{
	check_hmac("sha1", 32, span_text("super_secret_key"), "ao",
	    "3966f45acb53f7a1a493bae15afecb1a204fa32d");
}

static void
check_pbkdf2(const char *name, const char *password, const char *salt,
    uint64_t iterations, const char *hex)
{
	const struct hash_ops *ops = hash_find(name);
	uint8_t block[HASH_MAX_BYTES];
	struct hmac h;
	uint32_t index = 1;
	size_t left = strlen(hex) / 2;

	hmac_init(&h, ops, ops->block, span_text(password));
	for (; left; index++) {
		size_t n = left < ops->bytes ? left : ops->bytes;
		char part[2 * HASH_MAX_BYTES + 1];

		pbkdf2_block(&h, span_text(salt), index, iterations, block);
		snprintf(part, sizeof(part), "%.*s", (int)(2 * n), hex);
		check_hex(block, n, part);
		hex += 2 * n;
		left -= n;
	}
}

TEST(pbkdf2, knows_the_examples_of_the_rfcs)
{
	/* RFC 6070; the two of RFC 7914, 11 */
	check_pbkdf2("sha1", "password", "salt", 1,
	    "0c60c80f961f0e71f3a9b524af6012062fe037a6");
	check_pbkdf2("sha1", "password", "salt", 2,
	    "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
	check_pbkdf2("sha1", "password", "salt", 4096,
	    "4b007901b765489abead49d926f721d065a429c1");
	check_pbkdf2("sha1", "passwordPASSWORDpassword",
	    "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096,
	    "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
	check_pbkdf2("sha256", "passwd", "salt", 1,
	    "55ac046e56e3089fec1691c22544b605"
	    "f94185216dde0465e68b9d57c20dacbc"
	    "49ca9cccf179b645991664b39d77ef31"
	    "7c71b845b1e30bd509112041d3a19783");
	check_pbkdf2("sha256", "Password", "NaCl", 80000,
	    "4ddcd8f60b98be21830cee5ef22701f9"
	    "641a4418d04c0414aeff08876b34ab56"
	    "a1d425a1225833549adb841b51c9b317"
	    "6a272bdebba1d078478f62b397f33c8d");
}
