/*
 * Ciphers over texts. Results are written where Lua will make a text of them.
 */
#include <string.h>

#include <sodium.h>

#include "crypto/aead.h"
#include "crypto/aes.h"
#include "crypto/isaac.h"
#include "vm/lua/lib.h"
#include "vm/lua/lib_crypto.h"

enum {
	AES_NS = 160,     /* a block */
	AEAD_NS = 4,      /* a byte */
	AEAD_FIRST = 256, /* as many bytes' worth, however short the text */
	ISAAC_SEED_NS = 3000,
	ISAAC_NS = 8,      /* a number */
	ISAAC_CHARS = 95,  /* that can be printed, */
	ISAAC_FIRST = ' ', /* and the first of them */
	MORUS_WORDS = MORUS_ROWS * MORUS_LANES,
};

/* Less than a block, filled up by zeroes. */
static void
fill_block(uint8_t block[AES_BLOCK], const uint8_t *p, size_t n)
{
	memset(block, 0, AES_BLOCK);
	memcpy(block, p, n);
}

static int
aes(lua_State *L)
{
	static const char *const modes[] = { "ECB", "CBC", "CFB", "OFB", "CTR",
		NULL };
	int mode = luaL_checkoption(L, 1, NULL, modes);
	bool decrypt = lua_toboolean(L, 2);
	struct span key = lib_crypto_text(L, 3);
	struct span in = lib_crypto_text(L, 4);
	size_t first = mode == AES_ECB ? 0 : AES_BLOCK;
	uint8_t block[AES_BLOCK] = { 0 };
	size_t whole;
	size_t odd;
	struct aes a;
	luaL_Buffer b;
	uint8_t *to;

	luaL_argcheck(L, key.len == 16 || key.len == 24 || key.len == 32, 3,
	    "no length of a key");
	if (first > in.len)
		first = in.len;
	whole = (in.len - first) / AES_BLOCK;
	odd = (in.len - first) % AES_BLOCK;
	lib_crypto_charge(whole + 4, AES_NS);
	to = (uint8_t *)luaL_buffinitsize(L, &b, (whole + 1) * AES_BLOCK);
	fill_block(block, in.p, first);
	aes_init(&a, (enum aes_mode)mode, decrypt, key, block);
	aes_blocks(&a, in.p + first, to, whole);
	if (odd) {
		fill_block(block, in.p + in.len - odd, odd);
		aes_blocks(&a, block, to + whole * AES_BLOCK, 1);
	}
	luaL_pushresultsize(&b, (whole + (odd > 0)) * AES_BLOCK);
	return 1;
}

static void
charge_aead(size_t text, size_t data)
{
	lib_crypto_charge(AEAD_FIRST + (uint64_t)text + data, AEAD_NS);
}

/* Key and nonce are at 1 and 2, the data at 4. */
static void
start_morus(lua_State *L, struct morus *m, size_t text)
{
	struct span key = lib_crypto_text(L, 1);
	const uint8_t *nonce = lib_crypto_exactly(L, 2, MORUS_NONCE_BYTES);
	struct span data = lib_crypto_text(L, 4);
	uint8_t whole[MORUS_KEY_BYTES];

	luaL_argcheck(L,
	    key.len == MORUS_KEY_BYTES || key.len == MORUS_KEY_BYTES / 2, 1,
	    "16 or 32 bytes expected");
	charge_aead(text, data.len);
	for (size_t i = 0; i < sizeof(whole); i++)
		whole[i] = key.p[i % key.len];
	morus_init(m, whole, nonce);
	morus_data(m, data);
}

static int
seal_morus(lua_State *L)
{
	struct span text = lib_crypto_text(L, 3);
	struct morus m;
	luaL_Buffer b;
	uint8_t *to;

	start_morus(L, &m, text.len);
	to = (uint8_t *)luaL_buffinitsize(L, &b, text.len + MORUS_TAG_BYTES);
	morus_encrypt(&m, text, to);
	morus_tag(&m, to + text.len);
	luaL_pushresultsize(&b, text.len + MORUS_TAG_BYTES);
	return 1;
}

/* The text at 3 without the tag behind it; false: it is too short. */
static bool
split(lua_State *L, size_t tag_bytes, struct span *text, const uint8_t **tag)
{
	struct span sealed = lib_crypto_text(L, 3);

	if (sealed.len < tag_bytes)
		return false;
	*text = span_first(sealed, sealed.len - tag_bytes);
	*tag = sealed.p + text->len;
	return true;
}

static int
open_morus(lua_State *L)
{
	uint8_t tag[MORUS_TAG_BYTES];
	const uint8_t *sent;
	struct span text;
	struct morus m;
	luaL_Buffer b;
	uint8_t *to;

	if (!split(L, sizeof(tag), &text, &sent))
		return 0;
	start_morus(L, &m, text.len);
	to = (uint8_t *)luaL_buffinitsize(L, &b, text.len);
	morus_decrypt(&m, text, to);
	morus_tag(&m, tag);
	if (sodium_memcmp(tag, sent, sizeof(tag)) != 0)
		return 0;
	luaL_pushresultsize(&b, text.len);
	return 1;
}

/* At 1 the state as a list, which is changed; then a block in four words. */
static int
update_morus(lua_State *L)
{
	uint64_t block[MORUS_LANES];
	struct morus m;

	luaL_checktype(L, 1, LUA_TTABLE);
	for (int i = 0; i < MORUS_LANES; i++)
		block[i] = (uint64_t)luaL_optinteger(L, 2 + i, 0);
	for (int i = 0; i < MORUS_WORDS; i++) {
		lua_rawgeti(L, 1, i + 1);
		m.rows[i / MORUS_LANES][i % MORUS_LANES] =
		    (uint64_t)luaL_checkinteger(L, -1);
		lua_pop(L, 1);
	}
	morus_update(&m, block);
	for (int i = 0; i < MORUS_WORDS; i++) {
		lua_pushinteger(L,
		    (lua_Integer)m.rows[i / MORUS_LANES][i % MORUS_LANES]);
		lua_rawseti(L, 1, i + 1);
	}
	return 0;
}

/* Key and nonce are at 1 and 2, header and trailer at 4 and 5. */
static void
start_norx(lua_State *L, struct norx *n, size_t text)
{
	const uint8_t *key = lib_crypto_exactly(L, 1, NORX_KEY_BYTES);
	const uint8_t *nonce = lib_crypto_exactly(L, 2, NORX_NONCE_BYTES);
	struct span header = lib_crypto_text(L, 4);

	charge_aead(text, header.len + lib_crypto_text(L, 5).len);
	norx_init(n, key, nonce);
	norx_header(n, header);
}

static int
seal_norx(lua_State *L)
{
	struct span text = lib_crypto_text(L, 3);
	struct norx n;
	luaL_Buffer b;
	uint8_t *to;

	start_norx(L, &n, text.len);
	to = (uint8_t *)luaL_buffinitsize(L, &b, text.len + NORX_TAG_BYTES);
	norx_encrypt(&n, text, to);
	norx_trailer(&n, lib_crypto_text(L, 5));
	norx_tag(&n, to + text.len);
	luaL_pushresultsize(&b, text.len + NORX_TAG_BYTES);
	return 1;
}

static int
open_norx(lua_State *L)
{
	uint8_t tag[NORX_TAG_BYTES];
	const uint8_t *sent;
	struct span text;
	struct norx n;
	luaL_Buffer b;
	uint8_t *to;

	if (!split(L, sizeof(tag), &text, &sent))
		return 0;
	start_norx(L, &n, text.len);
	to = (uint8_t *)luaL_buffinitsize(L, &b, text.len);
	norx_decrypt(&n, text, to);
	norx_trailer(&n, lib_crypto_text(L, 5));
	norx_tag(&n, tag);
	if (sodium_memcmp(tag, sent, sizeof(tag)) != 0)
		return 0;
	luaL_pushresultsize(&b, text.len);
	return 1;
}

/* Upvalue of the three: the generator, which nobody else gets hold of. */
static struct isaac *
generator(lua_State *L)
{
	return lua_touserdata(L, lua_upvalueindex(1));
}

static int
isaac_seed_by(lua_State *L)
{
	struct span text = lib_crypto_text(L, 1);

	lib_crypto_charge(1, ISAAC_SEED_NS);
	isaac_seed(generator(L), text, lua_toboolean(L, 2));
	return 0;
}

static int
isaac_number(lua_State *L)
{
	lua_pushinteger(L, isaac_next(generator(L)));
	return 1;
}

/* Each character by a number among those that can be printed; others come out
 * as one that can be. */
static int
isaac_shift(lua_State *L)
{
	struct span text = lib_crypto_text(L, 1);
	int sign = lua_toboolean(L, 2) ? 1 : -1;
	luaL_Buffer b;
	char *to;

	lib_crypto_charge(text.len, ISAAC_NS);
	to = luaL_buffinitsize(L, &b, text.len);
	for (size_t i = 0; i < text.len; i++) {
		int by =
		    (int)(isaac_next(generator(L)) % ISAAC_CHARS) + ISAAC_FIRST;
		int place = (text.p[i] - ISAAC_FIRST + sign * by) % ISAAC_CHARS;

		if (place < 0)
			place += ISAAC_CHARS;
		to[i] = (char)(place + ISAAC_FIRST);
	}
	luaL_pushresultsize(&b, text.len);
	return 1;
}

static int
isaac(lua_State *L)
{
	static const lua_CFunction functions[] = { isaac_seed_by, isaac_number,
		isaac_shift };
	struct isaac *s = lua_newuserdatauv(L, sizeof(*s), 0);
	int at = lua_gettop(L);

	isaac_seed(s, span_text(""), false);
	for (int i = 0; i < 3; i++) {
		lua_pushvalue(L, at);
		lua_pushcclosure(L, functions[i], 1);
	}
	return 3;
}

void
lib_crypto_ciphers(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "aes", aes },
		{ "isaac", isaac },
		{ "morus_decrypt", open_morus },
		{ "morus_encrypt", seal_morus },
		{ "morus_update", update_morus },
		{ "norx_decrypt", open_norx },
		{ "norx_encrypt", seal_norx },
		{ NULL, NULL },
	};

	lib_set(L, functions);
}
