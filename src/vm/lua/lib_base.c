/* Base, string, utf8 and math: what differs from stock. */
#include <stdbool.h>

#include "vm/lua/lib.h"

/* Where prints go is for the process library to say; until then nowhere. */
static int
base_print(lua_State *L)
{
	(void)L;
	return 0;
}

/* Text only, whatever mode is asked for: bytecode can break the machine. */
static int
base_load(lua_State *L)
{
	int n = lua_gettop(L);

	luaL_checkany(L, 1);
	if (n < 3)
		lua_settop(L, 3);
	lua_pushliteral(L, "t");
	lua_replace(L, 3);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
	return lua_gettop(L);
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

/* ipairs and utf8.codes give their iterator, a bare function, which is kept
 * as a closure in the upvalue. */
static int
base_ipairs(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_pushvalue(L, 1);
	lua_pushinteger(L, 0);
	return 3;
}

/* Upvalues: the stock function, its strict iterator and its lax one. */
static int
utf8_codes(lua_State *L)
{
	bool lax = lua_toboolean(L, 2);

	/* the stock function checks its argument */
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, 3);
	lua_pushvalue(L, lua_upvalueindex(lax ? 3 : 2));
	lua_replace(L, 1);
	return 3;
}

/* Push the iterator that the function at `index` gives for ("", lax), as a
 * closure. */
static void
push_iterator(lua_State *L, int index, bool lax)
{
	lua_pushvalue(L, index);
	lua_pushliteral(L, "");
	lua_pushboolean(L, lax);
	lua_call(L, 2, 1);
	lib_push(L, lua_tocfunction(L, -1));
	lua_remove(L, -2);
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
	lib_wrap(L, "load", base_load);
	lua_pushnil(L);
	lua_setfield(L, -2, "warn");

	lua_getfield(L, -1, "ipairs");
	push_iterator(L, -1, false);
	lua_pushcclosure(L, base_ipairs, 1);
	lua_setfield(L, -3, "ipairs");
	lua_pop(L, 1);

	lua_getfield(L, -1, "utf8");
	lua_getfield(L, -1, "codes");
	push_iterator(L, -1, false);
	push_iterator(L, -2, true);
	lua_pushcclosure(L, utf8_codes, 3);
	lua_setfield(L, -2, "codes");
	lua_pop(L, 1);

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
