/* Base, string and math: what differs from stock. */
#include <stdbool.h>
#include <string.h>

#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	/* units to collect a KiB of the heap */
	HEAP_COST = 256
};

/* Where prints go is for the process library to say; until then nowhere. */
static int
base_print(lua_State *L)
{
	(void)L;
	return 0;
}

/* There are no files. */
static int
base_loadfile(lua_State *L)
{
	lua_pushnil(L);
	lua_pushfstring(L, "cannot open %s", luaL_optstring(L, 1, "stdin"));
	return 2;
}

/* As stock fails when there is no such file. */
static int
base_dofile(lua_State *L)
{
	return luaL_error(L, "cannot open %s", luaL_optstring(L, 1, "stdin"));
}

/* Bytecode could not be loaded again anyway. */
static int
string_dump(lua_State *L)
{
	return luaL_error(L, "unable to dump given function");
}

/* Stock gives its iterator as a bare function; it is kept as a closure in the
 * upvalue. */
static int
base_ipairs(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_pushvalue(L, 1);
	lua_pushinteger(L, 0);
	return 3;
}

/* With a base, stock goes through the text by itself. */
static int
base_tonumber(lua_State *L)
{
	const char *text;
	size_t len;

	if (!lua_isnoneornil(L, 2)) {
		if (lua_type(L, 1) == LUA_TSTRING)
			limit_charge(lua_rawlen(L, 1));
		return lib_stock(L);
	}
	if (lua_type(L, 1) == LUA_TNUMBER) {
		lua_settop(L, 1);
		return 1;
	}
	/* a zero byte ends what is looked at */
	text = lua_tolstring(L, 1, &len);
	if (text && lua_stringtonumber(L, text) == len + 1)
		return 1;
	luaL_checkany(L, 1);
	luaL_pushfail(L);
	return 1;
}

/* The collector's numbers, in percent, between which it goes through the heap
 * no more often than the allocations pay for. */
static const struct pace {
	const char *option;
	int arg;
	lua_Integer least;
	lua_Integer most;
	bool zero_keeps; /* 0 changes nothing */
} paces[] = {
	{ "generational", 2, 10, 100, true },
	{ "generational", 3, 50, 1000, true },
	{ "incremental", 2, 120, 1000, true },
	{ "incremental", 3, 25, 400, true },
	{ "incremental", 4, 10, 40, true },
	{ "setpause", 2, 120, 1000, false },
	{ "setstepmul", 2, 25, 400, false },
};

static void
restrain(lua_State *L, const char *option)
{
	for (size_t i = 0; i < sizeof(paces) / sizeof(*paces); i++) {
		const struct pace *p = &paces[i];
		lua_Integer n;

		if (strcmp(p->option, option) != 0 ||
		    lua_isnoneornil(L, p->arg))
			continue;
		n = luaL_checkinteger(L, p->arg);
		if (n == 0 && p->zero_keeps)
			continue;
		n = n < p->least ? p->least : n;
		lua_pushinteger(L, n > p->most ? p->most : n);
		lua_replace(L, p->arg);
	}
}

/* All but what only asks or sets a number may go through the whole heap. */
static int
base_collectgarbage(lua_State *L)
{
	static const char *const quick[] = { "count", "isrunning", "restart",
		"setpause", "setstepmul", "stop" };
	const char *option = luaL_optstring(L, 1, "collect");
	int kib = lua_gc(L, LUA_GCCOUNT);

	restrain(L, option);
	for (size_t i = 0; i < sizeof(quick) / sizeof(*quick); i++)
		if (strcmp(option, quick[i]) == 0)
			return lib_stock(L);
	/* a finalizer is told nothing and collects nothing */
	if (kib > 0)
		limit_charge(HEAP_COST * (uint64_t)kib);
	return lib_stock(L);
}

/* Chance is the process library's; networks fix it at one half. */
static int
math_random(lua_State *L)
{
	lua_Integer low = lua_gettop(L) > 1 ? luaL_checkinteger(L, 1) : 1;
	lua_Integer high;

	if (lua_gettop(L) == 0) {
		lua_pushnumber(L, 0.5);
		return 1;
	}
	high = luaL_checkinteger(L, lua_gettop(L) > 1 ? 2 : 1);
	luaL_argcheck(L, low <= high, lua_gettop(L) > 1 ? 2 : 1,
	    "interval is empty");
	/* half of the distance, rounded up; it may not fit a lua_Integer */
	lua_pushinteger(L,
	    (lua_Integer)((lua_Unsigned)low +
		((lua_Unsigned)high - (lua_Unsigned)low) / 2 +
		(((lua_Unsigned)high - (lua_Unsigned)low) & 1)));
	return 1;
}

/* There is no state to seed. */
static int
math_randomseed(lua_State *L)
{
	(void)L;
	return 0;
}

void
lib_base_open(lua_State *L)
{
	static const luaL_Reg base[] = {
		{ "print", base_print },
		{ "loadfile", base_loadfile },
		{ "dofile", base_dofile },
		{ NULL, NULL },
	};
	static const luaL_Reg chance[] = {
		{ "random", math_random },
		{ "randomseed", math_randomseed },
		{ NULL, NULL },
	};
	static const luaL_Reg string[] = {
		{ "dump", string_dump },
		{ NULL, NULL },
	};

	lua_pushglobaltable(L);
	lib_set(L, base);
	lib_wrap(L, "collectgarbage", base_collectgarbage);
	lib_wrap(L, "tonumber", base_tonumber);
	lua_pushnil(L);
	lua_setfield(L, -2, "warn");

	lua_getfield(L, -1, "ipairs");
	lua_pushvalue(L, -1);
	lua_newtable(L);
	lua_call(L, 1, 1);
	lib_push(L, lua_tocfunction(L, -1));
	lua_pushcclosure(L, base_ipairs, 1);
	lua_setfield(L, -4, "ipairs");
	lua_pop(L, 2);

	lua_getfield(L, -1, "math");
	/* stock has seeded its state from an address: nothing of that stays,
	 * for templates are compared byte by byte */
	lua_getfield(L, -1, "randomseed");
	lua_pushinteger(L, 0);
	lua_pushinteger(L, 0);
	lua_call(L, 2, 0);
	lib_set(L, chance);
	lua_pop(L, 1);
	lua_getfield(L, -1, "string");
	lib_set(L, string);
	lua_pop(L, 2);
}
