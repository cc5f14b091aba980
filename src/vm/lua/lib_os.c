/*
 * os: the message's time, and a machine without surroundings. date, difftime
 * and time of a table are stock; what they ask of the C library is in
 * determinism.c.
 */
#include "vm/lua/determinism.h"
#include "vm/lua/lib.h"

/* In milliseconds, as the message gives it: programs of ao count so. */
static int
os_time(lua_State *L)
{
	if (lua_isnoneornil(L, 1)) {
		lua_pushinteger(L, (lua_Integer)determinism_now_ms());
		return 1;
	}
	lua_settop(L, 1);
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_call(L, 1, 1);
	return 1;
}

/* A process has no processor time that it could measure. */
static int
os_clock(lua_State *L)
{
	lua_pushinteger(L, 0);
	return 1;
}

/* No variable is set, no locale known, nothing can be run. */
static int
os_nil(lua_State *L)
{
	lua_pushnil(L);
	return 1;
}

/* The process lives on; the message fails. */
static int
os_exit(lua_State *L)
{
	return luaL_error(L, "a process cannot exit");
}

/* remove and rename: nil, text and number, as the C library gives them. */
static int
os_no_file(lua_State *L)
{
	lua_pushnil(L);
	lua_pushfstring(L, "%s: No such file or directory",
	    luaL_checkstring(L, 1));
	lua_pushinteger(L, 2);
	return 3;
}

static int
os_tmpname(lua_State *L)
{
	return luaL_error(L, "unable to generate a unique filename");
}

void
lib_os_open(lua_State *L)
{
	static const luaL_Reg ours[] = {
		{ "clock", os_clock },
		{ "execute", os_nil },
		{ "exit", os_exit },
		{ "getenv", os_nil },
		{ "remove", os_no_file },
		{ "rename", os_no_file },
		{ "setlocale", os_nil },
		{ "tmpname", os_tmpname },
		{ NULL, NULL },
	};

	lua_getglobal(L, "os");
	lib_set(L, ours);
	lib_wrap(L, "time", os_time);
	lua_pop(L, 1);
}
