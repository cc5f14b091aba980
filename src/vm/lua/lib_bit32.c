/*
 * Arguments that are no whole numbers raise Lua's own error. lua_Integer is of
 * two's complement, so the cast to 32 bits is the remainder that the manual
 * asks for, also of negative numbers.
 */
#include "vm/lua/lib_bit32.h"

#include <stdint.h>

#include <lauxlib.h>

enum {
	BITS = 32
};

/* Numbers are taken modulo 2^32. */
static uint32_t
check_bits(lua_State *L, int arg)
{
	return (uint32_t)luaL_checkinteger(L, arg);
}

/* Results are never negative: 0 … 2^32 - 1. */
static int
push_bits(lua_State *L, uint32_t bits)
{
	lua_pushinteger(L, bits);
	return 1;
}

/* Of no arguments: all bits. */
static uint32_t
all_and(lua_State *L)
{
	uint32_t bits = UINT32_MAX;

	for (int i = 1; i <= lua_gettop(L); i++)
		bits &= check_bits(L, i);
	return bits;
}

static int
bit_and(lua_State *L)
{
	return push_bits(L, all_and(L));
}

static int
bit_test(lua_State *L)
{
	lua_pushboolean(L, all_and(L) != 0);
	return 1;
}

static int
bit_or(lua_State *L)
{
	uint32_t bits = 0;

	for (int i = 1; i <= lua_gettop(L); i++)
		bits |= check_bits(L, i);
	return push_bits(L, bits);
}

static int
bit_xor(lua_State *L)
{
	uint32_t bits = 0;

	for (int i = 1; i <= lua_gettop(L); i++)
		bits ^= check_bits(L, i);
	return push_bits(L, bits);
}

static int
bit_not(lua_State *L)
{
	return push_bits(L, ~check_bits(L, 1));
}

/* To the left, or to the right where n is negative; zeroes come in. */
static uint32_t
shift(uint32_t bits, lua_Integer n)
{
	if (n <= -BITS || n >= BITS)
		return 0;
	return n >= 0 ? bits << n : bits >> -n;
}

static int
bit_lshift(lua_State *L)
{
	return push_bits(L, shift(check_bits(L, 1), luaL_checkinteger(L, 2)));
}

/* A displacement that cannot be negated moves everything out anyway. */
static lua_Integer
check_reverse(lua_State *L, int arg)
{
	lua_Integer n = luaL_checkinteger(L, arg);

	return n == LUA_MININTEGER ? LUA_MAXINTEGER : -n;
}

static int
bit_rshift(lua_State *L)
{
	return push_bits(L, shift(check_bits(L, 1), check_reverse(L, 2)));
}

/* To the right copies of the highest bit come in. */
static int
bit_arshift(lua_State *L)
{
	uint32_t bits = check_bits(L, 1);
	lua_Integer n = check_reverse(L, 2);
	uint32_t moved = shift(bits, n);

	if (n < 0 && bits >> (BITS - 1))
		moved |= ~shift(UINT32_MAX, n);
	return push_bits(L, moved);
}

/* To the left by n; to the right is to the left by the rest. */
static int
rotate(lua_State *L, lua_Integer n)
{
	uint32_t bits = check_bits(L, 1);

	/* of a negative number too this is n modulo 32 */
	n &= BITS - 1;
	return push_bits(L, n ? bits << n | bits >> (BITS - n) : bits);
}

static int
bit_lrotate(lua_State *L)
{
	return rotate(L, luaL_checkinteger(L, 2));
}

static int
bit_rrotate(lua_State *L)
{
	return rotate(L, -(luaL_checkinteger(L, 2) & (BITS - 1)));
}

/* The mask of `width` bits, not yet at its place `*field`; both arguments,
 * from `arg`, are checked. */
static uint32_t
check_field(lua_State *L, int arg, int *field)
{
	lua_Integer at = luaL_checkinteger(L, arg);
	lua_Integer width = luaL_optinteger(L, arg + 1, 1);

	luaL_argcheck(L, at >= 0, arg, "field cannot be negative");
	luaL_argcheck(L, width > 0, arg + 1, "width must be positive");
	if (at >= BITS || width > BITS - at)
		luaL_error(L, "trying to access non-existent bits");
	*field = (int)at;
	return UINT32_MAX >> (BITS - width);
}

static int
bit_extract(lua_State *L)
{
	uint32_t bits = check_bits(L, 1);
	int field;
	uint32_t mask = check_field(L, 2, &field);

	return push_bits(L, bits >> field & mask);
}

static int
bit_replace(lua_State *L)
{
	uint32_t bits = check_bits(L, 1);
	uint32_t value = check_bits(L, 2);
	int field;
	uint32_t mask = check_field(L, 3, &field);

	return push_bits(L,
	    (bits & ~(mask << field)) | (value & mask) << field);
}

void
lib_bit32_open(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "arshift", bit_arshift },
		{ "band", bit_and },
		{ "bnot", bit_not },
		{ "bor", bit_or },
		{ "btest", bit_test },
		{ "bxor", bit_xor },
		{ "extract", bit_extract },
		{ "lrotate", bit_lrotate },
		{ "lshift", bit_lshift },
		{ "replace", bit_replace },
		{ "rrotate", bit_rrotate },
		{ "rshift", bit_rshift },
		{ NULL, NULL },
	};

	luaL_newlibtable(L, functions);
	/* closures hash by their own place, bare functions by the program's */
	lua_pushboolean(L, 0);
	luaL_setfuncs(L, functions, 1);
}
