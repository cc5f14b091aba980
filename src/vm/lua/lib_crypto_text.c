/*
 * Texts as hex, as lists of bytes and as streams of bytes, and back.
 */
#include <limits.h>

#include "vm/lua/lib.h"
#include "vm/lua/lib_crypto.h"

enum {
	TEXT_NS = 4, /* a byte written or read */
	LIST_NS = 10 /* a field of a list */
};

static int
hex(lua_State *L)
{
	struct span text = lib_crypto_text(L, 1);
	const char *digits =
	    lua_toboolean(L, 2) ? "0123456789ABCDEF" : "0123456789abcdef";
	luaL_Buffer b;
	char *to;

	lib_crypto_charge(text.len, TEXT_NS);
	to = luaL_buffinitsize(L, &b, 2 * text.len);
	for (size_t i = 0; i < text.len; i++) {
		to[2 * i] = digits[text.p[i] >> 4];
		to[2 * i + 1] = digits[text.p[i] & 15];
	}
	luaL_pushresultsize(&b, 2 * text.len);
	return 1;
}

static bool
is_space(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* 0 … 15; -1: no digit. */
static int
digit_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int
unhex(lua_State *L)
{
	struct span text = lib_crypto_text(L, 1);
	size_t n = 0; /* digits */
	luaL_Buffer b;
	uint8_t *to;

	lib_crypto_charge(text.len, TEXT_NS);
	to = (uint8_t *)luaL_buffinitsize(L, &b, text.len / 2 + 1);
	for (size_t i = 0; i < text.len; i++) {
		int value = digit_value(text.p[i]);

		if (is_space(text.p[i]))
			continue;
		if (value < 0)
			return 0;
		to[n / 2] = (uint8_t)(n % 2 ? to[n / 2] | value : value << 4);
		n++;
	}
	if (n % 2)
		return 0;
	luaL_pushresultsize(&b, n / 2);
	return 1;
}

static int
bytes(lua_State *L)
{
	struct span text = lib_crypto_text(L, 1);

	luaL_argcheck(L, text.len < INT_MAX, 1, "too long");
	lib_crypto_charge(text.len, LIST_NS);
	lua_createtable(L, (int)text.len, 0);
	for (size_t i = 0; i < text.len; i++) {
		lua_pushinteger(L, text.p[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

/* The byte at `place` of the list at 1. */
static uint8_t
check_byte(lua_State *L, size_t place)
{
	int whole;
	lua_Integer n;

	lua_rawgeti(L, 1, (lua_Integer)place);
	n = lua_tointegerx(L, -1, &whole);
	if (!whole || n < 0 || n > UINT8_MAX)
		luaL_error(L, "byte expected at %I, got %s", (LUAI_UACINT)place,
		    whole ? "another number" : luaL_typename(L, -1));
	lua_pop(L, 1);
	return (uint8_t)n;
}

static int
text(lua_State *L)
{
	size_t n;
	uint8_t *to;

	luaL_checktype(L, 1, LUA_TTABLE);
	n = lua_rawlen(L, 1);
	lib_crypto_charge(n, LIST_NS);
	to = lua_newuserdatauv(L, n, 0);
	for (size_t i = 0; i < n; i++)
		to[i] = check_byte(L, i + 1);
	lua_pushlstring(L, (const char *)to, n);
	return 1;
}

/* Upvalues: the text, and how many bytes of it are gone. */
static int
next_byte(lua_State *L)
{
	size_t len;
	const char *p = lua_tolstring(L, lua_upvalueindex(1), &len);
	size_t at = (size_t)lua_tointeger(L, lua_upvalueindex(2));

	if (at >= len) {
		lua_pushnil(L);
		return 1;
	}
	lua_pushinteger(L, (lua_Integer)at + 1);
	lua_replace(L, lua_upvalueindex(2));
	lua_pushinteger(L, (uint8_t)p[at]);
	return 1;
}

static int
stream(lua_State *L)
{
	luaL_checkstring(L, 1);
	lua_settop(L, 1);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_byte, 2);
	return 1;
}

static int
rest(lua_State *L)
{
	const char *p;
	size_t len;
	size_t at;

	lua_settop(L, 1);
	if (lua_tocfunction(L, 1) != next_byte)
		return 0;
	lua_getupvalue(L, 1, 1);
	lua_getupvalue(L, 1, 2);
	p = lua_tolstring(L, 2, &len);
	at = (size_t)lua_tointeger(L, 3);
	lua_pushlstring(L, p + at, len - at);
	lua_pushinteger(L, (lua_Integer)len);
	lua_setupvalue(L, 1, 2);
	return 1;
}

void
lib_crypto_texts(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "bytes", bytes },
		{ "hex", hex },
		{ "rest", rest },
		{ "stream", stream },
		{ "text", text },
		{ "unhex", unhex },
		{ NULL, NULL },
	};

	lib_set(L, functions);
}
