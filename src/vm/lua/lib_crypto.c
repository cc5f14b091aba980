/*
 * The table, and what is made of digests.
 *
 * Work is charged before it is begun, for all of it: what passes the limit does
 * nothing. The clock and Ctrl-C leave it wherever it is.
 */
#include "vm/lua/lib_crypto.h"

#include <sodium.h>

#include "crypto/hash.h"
#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	NS_PER_UNIT = 2,
	BLAKE2B_MAX = 64,
	BLAKE2B_BLOCK = 128,
	BLAKE2B_NS = 240,
};

struct span
lib_crypto_text(lua_State *L, int arg)
{
	size_t len;
	const char *p = luaL_checklstring(L, arg, &len);

	return span_of(p, len);
}

const uint8_t *
lib_crypto_exactly(lua_State *L, int arg, size_t bytes)
{
	struct span s = lib_crypto_text(L, arg);

	if (s.len != bytes)
		luaL_argerror(L, arg,
		    lua_pushfstring(L, "%d bytes expected, got %d", (int)bytes,
			(int)s.len));
	return s.p;
}

/* More than can be counted is more than any limit. */
void
lib_crypto_charge(uint64_t pieces, uint64_t ns)
{
	uint64_t all;

	if (__builtin_mul_overflow(pieces, ns, &all))
		all = UINT64_MAX;
	limit_charge(all / NS_PER_UNIT);
}

/* By name, or the error of that argument. */
static const struct hash_ops *
check_hash(lua_State *L, int arg)
{
	const struct hash_ops *ops = hash_find(luaL_checkstring(L, arg));

	luaL_argcheck(L, ops, arg, "no such digest");
	return ops;
}

/* For hashing `len` bytes. */
static void
charge_hash(const struct hash_ops *ops, size_t len)
{
	lib_crypto_charge(len / ops->block + 1, ops->ns);
}

static int
push_bytes(lua_State *L, const uint8_t *p, size_t n)
{
	lua_pushlstring(L, (const char *)p, n);
	return 1;
}

static int
digest(lua_State *L)
{
	const struct hash_ops *ops = check_hash(L, 1);
	struct span text = lib_crypto_text(L, 2);
	uint8_t out[HASH_MAX_BYTES];

	charge_hash(ops, text.len);
	hash(ops, text, out);
	return push_bytes(L, out, ops->bytes);
}

static int
blake2b(lua_State *L)
{
	struct span text = lib_crypto_text(L, 1);
	lua_Integer size = luaL_checkinteger(L, 2);
	struct span key = lib_crypto_text(L, 3);
	uint8_t out[BLAKE2B_MAX];

	luaL_argcheck(L, size >= 1 && size <= BLAKE2B_MAX, 2, "not 1 to 64");
	luaL_argcheck(L, key.len <= BLAKE2B_MAX, 3, "over 64 bytes");
	/* a key is a block of its own */
	lib_crypto_charge(text.len / BLAKE2B_BLOCK + 2, BLAKE2B_NS);
	crypto_generichash_blake2b(out, (size_t)size, text.p, text.len, key.p,
	    key.len);
	return push_bytes(L, out, (size_t)size);
}

static int
mac(lua_State *L)
{
	const struct hash_ops *ops = check_hash(L, 1);
	lua_Integer block = luaL_checkinteger(L, 2);
	struct span key = lib_crypto_text(L, 3);
	struct span text = lib_crypto_text(L, 4);
	uint8_t out[HASH_MAX_BYTES];
	struct hmac h;

	luaL_argcheck(L, block >= (int)ops->bytes && block <= HASH_MAX_BLOCK, 2,
	    "no block size for this digest");
	charge_hash(ops, key.len);
	charge_hash(ops, text.len);
	hmac_init(&h, ops, (unsigned)block, key);
	hmac_update(&h, text);
	hmac_final(&h, out);
	return push_bytes(L, out, ops->bytes);
}

/* An iteration hashes two blocks. */
static void
charge_pbkdf2(const struct hash_ops *ops, uint64_t blocks, uint64_t iterations)
{
	uint64_t pieces;

	if (__builtin_mul_overflow(blocks, iterations, &pieces))
		pieces = UINT64_MAX;
	lib_crypto_charge(pieces, (uint64_t)ops->ns * 2);
}

static int
pbkdf2(lua_State *L)
{
	const struct hash_ops *ops = check_hash(L, 1);
	struct span password = lib_crypto_text(L, 2);
	struct span salt = lib_crypto_text(L, 3);
	lua_Integer iterations = luaL_checkinteger(L, 4);
	lua_Integer size = luaL_checkinteger(L, 5);
	uint64_t blocks = ((uint64_t)size + ops->bytes - 1) / ops->bytes;
	struct hmac h;
	luaL_Buffer b;
	uint8_t *out;

	luaL_argcheck(L, iterations >= 1, 4, "not positive");
	luaL_argcheck(L, size >= 0 && blocks <= UINT32_MAX, 5,
	    "no length of a key");
	charge_hash(ops, password.len);
	lib_crypto_charge(blocks, (uint64_t)(salt.len / ops->block) * ops->ns);
	charge_pbkdf2(ops, blocks, (uint64_t)iterations);
	out = (uint8_t *)luaL_buffinitsize(L, &b, blocks * ops->bytes);
	hmac_init(&h, ops, ops->block, password);
	for (uint32_t i = 0; i < blocks; i++)
		pbkdf2_block(&h, salt, i + 1, (uint64_t)iterations,
		    out + i * ops->bytes);
	luaL_pushresultsize(&b, (size_t)size);
	return 1;
}

int
lib_crypto_open(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "blake2b", blake2b },
		{ "digest", digest },
		{ "hmac", mac },
		{ "pbkdf2", pbkdf2 },
		{ NULL, NULL },
	};

	lua_createtable(L, 0, 32);
	lib_set(L, functions);
	lib_crypto_ciphers(L);
	lib_crypto_texts(L);
	return 1;
}
