/*
 * utf8: stock, with what it does at length charged. offset and the iterators of
 * codes are ours, since they go as far as the text says, not the arguments.
 */
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/lib_string.h"
#include "vm/lua/limit.h"

enum {
	/* units to make a text of a number */
	CHAR_COST = 16,
	/* continuation bytes that are worth a charge */
	MANY = 16,
};

/* A byte inside of a character, seen from zero; the end is none. */
static bool
continues(struct span s, lua_Integer at)
{
	return at < (lua_Integer)s.len && (s.p[at] & 0xc0) == 0x80;
}

/* A place counted from either end; 0: in front of the text. */
static lua_Integer
place(lua_Integer i, size_t len)
{
	if (i >= 0)
		return i;
	if (0U - (size_t)i > len)
		return 0;
	return (lua_Integer)len + i + 1;
}

/* Charge the bytes from one place to another of a text of `len`. */
static void
charge_range(lua_Integer first, lua_Integer last, size_t len)
{
	first = place(first, len);
	last = place(last, len);
	if (last > (lua_Integer)len)
		last = (lua_Integer)len;
	if (first < last)
		limit_charge((uint64_t)(last - first) * 2);
}

static int
utf8_len(lua_State *L)
{
	size_t len = lib_string_arg(L, 1).len;

	charge_range(luaL_optinteger(L, 2, 1), luaL_optinteger(L, 3, -1), len);
	return lib_stock(L);
}

static int
utf8_codepoint(lua_State *L)
{
	size_t len = lib_string_arg(L, 1).len;
	lua_Integer first = luaL_optinteger(L, 2, 1);

	charge_range(first, luaL_optinteger(L, 3, first), len);
	return lib_stock(L);
}

static int
utf8_char(lua_State *L)
{
	limit_charge((uint64_t)lua_gettop(L) * CHAR_COST);
	return lib_stock(L);
}

/* From `at` to the beginning of the n-th character behind it; to the end when
 * there are fewer. *n: how many are missing. */
static lua_Integer
go_on(struct span s, lua_Integer at, lua_Integer *n)
{
	while (*n > 0 && at < (lua_Integer)s.len) {
		do
			at++;
		while (continues(s, at));
		--*n;
	}
	return at;
}

/* The same backwards. */
static lua_Integer
go_back(struct span s, lua_Integer at, lua_Integer *n)
{
	while (*n > 0 && at > 0) {
		do
			at--;
		while (at > 0 && continues(s, at));
		--*n;
	}
	return at;
}

static int
utf8_offset(lua_State *L)
{
	struct span s = lib_string_arg(L, 1);
	lua_Integer n = luaL_checkinteger(L, 2);
	lua_Integer from =
	    luaL_optinteger(L, 3, n >= 0 ? 1 : (lua_Integer)s.len + 1);
	lua_Integer at = place(from, s.len) - 1;
	lua_Integer left;

	luaL_argcheck(L, at >= 0 && at <= (lua_Integer)s.len, 3,
	    "position out of bounds");
	from = at;
	left = 0;
	if (n == 0) {
		while (at > 0 && continues(s, at))
			at--;
	} else if (continues(s, at)) {
		return luaL_error(L, "initial position is a continuation byte");
	} else if (n > 0) {
		left = n - 1;
		at = go_on(s, at, &left);
	} else {
		/* the least number has no positive twin; the text is shorter */
		left = n == LUA_MININTEGER ? LUA_MAXINTEGER : -n;
		at = go_back(s, at, &left);
	}
	limit_charge((uint64_t)(at > from ? at - from : from - at));
	if (left == 0)
		lua_pushinteger(L, at + 1);
	else
		luaL_pushfail(L);
	return 1;
}

/*
 * The character at `at`, up to 31 bits as its first byte tells; -1: none.
 * Surrogates and what is above Unicode count only when `lax`.
 */
static lua_Integer
decode(struct span s, size_t at, bool lax)
{
	/* the least that needs so many bytes */
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000, 0x200000,
		0x4000000 };
	uint8_t first = s.p[at];
	uint32_t c = 0;
	unsigned more = 0;

	if (first < 0x80)
		return first;
	/* as many bytes follow as there are ones behind the first */
	while (first & (0x40U >> more) && more < 6)
		more++;
	if (more == 0 || more > 5 || s.len - at <= more)
		return -1;
	for (unsigned i = 1; i <= more; i++) {
		if ((s.p[at + i] & 0xc0) != 0x80)
			return -1;
		c = c << 6 | (s.p[at + i] & 0x3f);
	}
	c |= (first & (0x3fU >> more)) << more * 6;
	if (c < least[more] || c > 0x7fffffff)
		return -1;
	if (!lax && (c > 0x10ffff || (c & ~0x7ffU) == 0xd800))
		return -1;
	return c;
}

/* What belongs to the character before is passed over: a program can make that
 * as long as it likes. */
static int
next_code(lua_State *L, bool lax)
{
	struct span s = lib_string_arg(L, 1);
	lua_Unsigned from = (lua_Unsigned)lua_tointeger(L, 2);
	lua_Unsigned at = from;
	lua_Integer c;

	while (at < s.len && (s.p[at] & 0xc0) == 0x80)
		at++;
	if (at - from >= MANY)
		limit_charge(at - from);
	if (at >= s.len)
		return 0;
	c = decode(s, at, lax);
	if (c < 0)
		return luaL_error(L, "invalid UTF-8 code");
	lua_pushinteger(L, (lua_Integer)at + 1);
	lua_pushinteger(L, c);
	return 2;
}

static int
next_strict(lua_State *L)
{
	return next_code(L, false);
}

static int
next_lax(lua_State *L)
{
	return next_code(L, true);
}

/* Upvalues: the stock function, its strict iterator and its lax one. */
static int
utf8_codes(lua_State *L)
{
	bool lax = lua_toboolean(L, 2);
	int n = lib_stock(L);

	lua_pushvalue(L, lua_upvalueindex(lax ? 3 : 2));
	lua_replace(L, -(n + 1));
	return n;
}

void
lib_utf8_open(lua_State *L)
{
	lua_getglobal(L, "utf8");
	lib_push(L, utf8_offset);
	lua_setfield(L, -2, "offset");
	lib_wrap(L, "char", utf8_char);
	lib_wrap(L, "codepoint", utf8_codepoint);
	lib_wrap(L, "len", utf8_len);
	lua_getfield(L, -1, "codes");
	lib_push(L, next_strict);
	lib_push(L, next_lax);
	lua_pushcclosure(L, utf8_codes, 3);
	lua_setfield(L, -2, "codes");
	lua_pop(L, 1);
}
