/*
 * debug: traceback and getinfo, nothing that reaches into other frames or into
 * the machine.
 *
 * What stock debug offers beside these would break the promises of a process:
 * sethook turns the counting off, upvalues and locals reach into the process
 * library, and the registry holds what C code relies on.
 */
#include <limits.h>
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	/* units; it tells of 22 functions at most */
	TRACEBACK_COST = 4000
};

/* Stock, but a function of the machine that is found on the stack is kept
 * back: called out of place it could do harm. */
static int
get_info(lua_State *L)
{
	int at = lua_isthread(L, 1) ? 2 : 1;
	bool here = at == 1 || lua_tothread(L, 1) == L;
	bool by_level = !lua_isfunction(L, at);
	int is_integer;
	lua_Integer level = lua_tointegerx(L, at, &is_integer);

	if (by_level && is_integer) {
		/* stock would cut it down to an int */
		if (level < 0 || level >= INT_MAX) {
			luaL_pushfail(L);
			return 1;
		}
		/* a level counts from here; one frame more lies in between */
		lua_pushinteger(L, level + here);
		lua_replace(L, at);
	}
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, lua_gettop(L) - 1, 1);
	if (!by_level || !lua_istable(L, -1))
		return 1;
	lua_getfield(L, -1, "func");
	if (lua_iscfunction(L, -1)) {
		lua_pushnil(L);
		lua_setfield(L, -3, "func");
	}
	lua_pop(L, 1);
	return 1;
}

/* Each function of the stack is looked for in all modules. */
static int
traceback(lua_State *L)
{
	limit_charge(TRACEBACK_COST);
	return lib_stock(L);
}

void
lib_debug_open(lua_State *L)
{
	lua_getglobal(L, "debug");
	lua_createtable(L, 0, 2);
	lua_getfield(L, -2, "traceback");
	lua_pushcclosure(L, traceback, 1);
	lua_setfield(L, -2, "traceback");
	lua_getfield(L, -2, "getinfo");
	lua_pushcclosure(L, get_info, 1);
	lua_setfield(L, -2, "getinfo");
	lua_pushvalue(L, -1);
	lua_setglobal(L, "debug");
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_insert(L, -2);
	lua_setfield(L, -2, "debug");
	lua_pop(L, 2);
}
