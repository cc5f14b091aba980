#include "crypto/aead.h"
#include "test.h"

enum {
	ROOM = 256
};

struct example {
	const char *key;
	const char *nonce;
	const char *data;
	const char *text;
	const char *sealed; /* ciphertext, tag */
};

/* MORUS-1280-128, of the known answers of C2SP's wycheproof. */
static const struct example morus_examples[] = {
	{ "00000000000000000000000000000000",
	    "0fc98e67449eaa8620362c24fec93081", "", "",
	    "91850ff5529ecece6599c7bfd376e898" },
	{ "3c24399f107ba81b80dab291f924c206",
	    "4bedc807541a52a2a110deb5f8edf387", "", "69",
	    "88c34cf02f43761396da7634334ed53973" },
	{ "7949733e20f7513701b46422f348850c",
	    "881201a66496fbbe22ea9047f211b58e", "",
	    "a6a41e76ecd450cc6258e98fefa41791b4969f6bce38a546137d6493d705f5",
	    "3e5c3b583b7d2a22750b24a60ec3de52970b64d4ce9052f7efdb6a38d2a8a10d"
	    "e0613324c64d51bca42174cf191659" },
	{ "b56eaddd3072fa53828e16b4ed6d4712",
	    "c4373b457411a4daa2c542d8ec367894", "",
	    "e2c95815fc4ff8e8e3329b21e9c8d997"
	    "de58abf0d3d82760d5aa436bb16495a4",
	    "30829c2b67cbf91fde9f77b2da92615c090b2d9a26aa1c06ab74b72b955f9fa1"
	    "9aff50a0a2ffc5ad218e845c1261b2ae" },
	{ "f292e67d40eea36f0368c845e7910a18",
	    "015c75e5848d4df6239ff46ae65a3b9a", "",
	    "1fee92b40ccba104640c4db2e3ec9c9d"
	    "091ab774d878a97996d822438cc3347bc4",
	    "675d8e45c839f517c11d2add8867da1f6de837285ac15e9fa6ecc692054bc0a3"
	    "63ef88a49b0a5ced2b6aac6352aa1094d0" },
	{ "204a07999158eefa88ab421cc947d738",
	    "2f139501d5f79981a8e26f41c81008b9",
	    "3fdc246919964308c8189b65c6d9393b"
	    "12356ee8b0f052f32db04587188668f6",
	    "", "48c5c34c402e2fc26d65e0679c1da0f0" },
	{ "c84b9bf501ba8cbd0ea321169f462a63",
	    "d714295d455936442ed94d3b9e0f5be5",
	    "e6ddb8c489f8e0ca4f107a5f9cd88b663b86bf86d450e0a776ef5c720f1fc3d4"
	    "ee",
	    "f5a6462cce978a516f46a6839ba1bce8053642a716f8c1ada7fb9468c537ab8a"
	    "72",
	    "5910841c834c8bfcfd2e4b4684ff784e50da5cb9611df5b9febb7fae8cc124bd"
	    "8c6f1f9bcec6c13708065ae5961095c25e" },
	{ "25badc2ea38f24d3172915c563b2c5a1"
	  "4dbc2d6f8540339aa3a0a1fa27a62cca",
	    "34836a96e72dce5a385f42e9617bf523", "", "53",
	    "01d8553cc05a4bc701f408e30df7f07853" },
	{ "909636ea0374187a1d46422d3f8c54c7"
	  "4b4a7389a4003f342cb1db0c44e0e8d2",
	    "a05fc5524713c2013d7c6e523d558548", "af", "",
	    "9bc53b200a8856be69dfc4c402463af0" },
	{ "b1e13e8494cd0774a5f2844a08d42cff"
	  "c81edb2fd2a0d11bf84cb0a8ef37815d",
	    "c0aaccecd86cb1fbc528b16e079d5d81",
	    "d0735a541d0b5b82e55fdd9305668e025e80e17155f09228596220945c6750c8"
	    "58",
	    "df3ce9bc61aa060906950ab7042fbe84283064929698722e896e578a137e387e"
	    "db",
	    "85e0f80f8e49e360cb4a5494cff57e34e9f8806553d072704f7d9dd1156fb92c"
	    "fae8ddac2ee13f67630f1a59b789dbf4c3" },
	{ "2a2ab1c3b5c559aca7a6e86dfc1db20b"
	  "1da3f338dde0d54e7ba76e58a3f5bf0a",
	    "39f33f2bf9640333c7dd1591fbe6e28d",
	    "49bcce923d02adbae71341b6f9af130fb204f87a5f30965bdcbddd4410258f75"
	    "754db95b8e0a38136f9f36e43a3eacc99d83dee557fde30eb1a71b440567b737",
	    "58855cfa81a15740084a6edaf87844907db57b9ba1d876620cc9153bc73c772b"
	    "f878baa7a60ebd5276a3dcbe6ba8b12da91dd84e3153ab00a5a701130449f204",
	    "28ddb94a12c70ae158061a9b8c67dfeb3535609d064065c193e8b3825029ddb5"
	    "2bcbde18786b42be6d24d0b27dd7088f4a1898ad8cf297b4f477e4bf413bc406"
	    "ce9e3481f08911130265a17cdf073306" },
};

/* Gives how many bytes. */
static size_t
unhex(const char *hex, uint8_t *to)
{
	size_t n = strlen(hex) / 2;

	CHECK(n <= ROOM);
	for (size_t i = 0; i < n; i++) {
		unsigned byte;

		CHECK_INT(sscanf(hex + 2 * i, "%2x", &byte), 1);
		to[i] = (uint8_t)byte;
	}
	return n;
}

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
check_morus(const struct example *e)
{
	uint8_t key[ROOM];
	uint8_t nonce[ROOM];
	uint8_t data[ROOM];
	uint8_t text[ROOM];
	uint8_t got[ROOM + MORUS_TAG_BYTES];
	size_t data_len = unhex(e->data, data);
	size_t len = unhex(e->text, text);
	struct morus m;

	if (unhex(e->key, key) == MORUS_KEY_BYTES / 2)
		memcpy(key + MORUS_KEY_BYTES / 2, key, MORUS_KEY_BYTES / 2);
	unhex(e->nonce, nonce);
	morus_init(&m, key, nonce);
	morus_data(&m, span_of(data, data_len));
	morus_encrypt(&m, span_of(text, len), got);
	morus_tag(&m, got + len);
	check_hex(got, len + MORUS_TAG_BYTES, e->sealed);
	/* and back, in its own place */
	morus_init(&m, key, nonce);
	morus_data(&m, span_of(data, data_len));
	morus_decrypt(&m, span_of(got, len), got);
	CHECK(!memcmp(got, text, len));
	morus_tag(&m, got);
	check_hex(got, MORUS_TAG_BYTES, e->sealed + 2 * len);
}

TEST(morus, knows_the_published_examples_both_ways)
{
	for (size_t i = 0; i < sizeof(morus_examples) / sizeof(*morus_examples);
	     i++)
		check_morus(&morus_examples[i]);
}

/* 0, 1, 2 … */
static void
count_up(uint8_t *p, size_t n, unsigned from)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(from + i);
}

TEST(norx, knows_the_example_of_its_specification)
{
	uint8_t key[NORX_KEY_BYTES];
	uint8_t nonce[NORX_NONCE_BYTES];
	uint8_t text[128];
	uint8_t got[128];
	uint8_t tag[NORX_TAG_BYTES];
	struct norx n;

	count_up(key, sizeof(key), 0);
	count_up(nonce, sizeof(nonce), 32);
	count_up(text, sizeof(text), 0);
	norx_init(&n, key, nonce);
	norx_header(&n, span_of(text, sizeof(text)));
	norx_encrypt(&n, span_of(text, sizeof(text)), got);
	norx_trailer(&n, span_of(text, sizeof(text)));
	norx_tag(&n, tag);
	/* the tag depends on all that came before */
	check_hex(tag, sizeof(tag),
	    "d1f2fa3305a32376e23a61d1c989303f"
	    "bfbd935aa55b17e4e7254733c473408e");
}

TEST(norx, every_length_comes_back_in_its_own_place)
{
	uint8_t key[NORX_KEY_BYTES];
	uint8_t nonce[NORX_NONCE_BYTES];
	uint8_t tags[2][NORX_TAG_BYTES];
	uint8_t text[200];
	uint8_t got[200];
	struct norx n;

	count_up(key, sizeof(key), 7);
	count_up(nonce, sizeof(nonce), 99);
	count_up(text, sizeof(text), 3);
	for (size_t len = 0; len <= sizeof(text); len++) {
		memcpy(got, text, len);
		norx_init(&n, key, nonce);
		norx_header(&n, span_of(text, len));
		norx_encrypt(&n, span_of(got, len), got);
		norx_trailer(&n, span_of(text, sizeof(text) - len));
		norx_tag(&n, tags[0]);
		CHECK(len == 0 || memcmp(got, text, len) != 0);
		norx_init(&n, key, nonce);
		norx_header(&n, span_of(text, len));
		norx_decrypt(&n, span_of(got, len), got);
		norx_trailer(&n, span_of(text, sizeof(text) - len));
		norx_tag(&n, tags[1]);
		CHECK(!memcmp(got, text, len));
		CHECK(!memcmp(tags[0], tags[1], sizeof(tags[0])));
	}
}
