/*
 * All such tables share one metatable; which file one stands for is in a list
 * that only the functions here see. A function has its file's name as upvalue,
 * and later the function that the file gave.
 */
#include "vm/lua/lib_later.h"

#include "vm/lua/lib.h"

/* First upvalue of all that follow: the names, by table. */
#define NAMES lua_upvalueindex(1)

/* Put key and value, on top, into the table at 1, unless a program has put
 * something there. Pops the value. */
static void
add_missing(lua_State *L)
{
	lua_pushvalue(L, -2);
	if (lua_rawget(L, 1) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_pushvalue(L, -2);
		lua_insert(L, -2);
		lua_rawset(L, 1);
	} else {
		lua_pop(L, 2);
	}
}

/* The table at 1 gets the fields of its file; nothing if it has them. */
static void
fill(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_pushvalue(L, 1);
	if (lua_rawget(L, NAMES) != LUA_TSTRING) {
		lua_pop(L, 1);
		return;
	}
	lib_load(L, lua_tostring(L, -1));
	luaL_checktype(L, -1, LUA_TTABLE);
	lua_pushnil(L);
	while (lua_next(L, -2))
		add_missing(L);
	lua_pushnil(L);
	lua_setmetatable(L, 1);
	lua_pushvalue(L, 1);
	lua_pushnil(L);
	lua_rawset(L, NAMES);
	lua_pop(L, 2);
}

static int
index_later(lua_State *L)
{
	lua_settop(L, 2);
	fill(L);
	lua_rawget(L, 1);
	return 1;
}

static int
write_later(lua_State *L)
{
	luaL_checkany(L, 2);
	lua_settop(L, 3);
	fill(L);
	lua_rawset(L, 1);
	return 0;
}

/* Second upvalue: pairs() as it was. */
static int
pairs_later(lua_State *L)
{
	lua_settop(L, 1);
	fill(L);
	lua_pushvalue(L, lua_upvalueindex(2));
	lua_insert(L, 1);
	lua_call(L, 1, 3);
	return 3;
}

/* As stock, but where a walk begins the table may be one of ours, which fills
 * itself before: that it does is known by its __pairs. */
static int
next_key(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 2);
	if (lua_isnil(L, 2) && luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
		if (lua_tocfunction(L, -1) == pairs_later) {
			lua_pushvalue(L, 1);
			lua_call(L, 1, 0);
		}
		lua_settop(L, 2);
	}
	if (lua_next(L, 1))
		return 2;
	lua_pushnil(L);
	return 1;
}

/* After the call, perhaps over a yield. */
static int
called(lua_State *L, int status, lua_KContext context)
{
	(void)status;
	(void)context;
	return lua_gettop(L);
}

/* Upvalue: a name, or the function. */
static int
call_later(lua_State *L)
{
	if (lua_type(L, lua_upvalueindex(1)) == LUA_TSTRING) {
		lib_load(L, lua_tostring(L, lua_upvalueindex(1)));
		luaL_checktype(L, -1, LUA_TFUNCTION);
		lua_replace(L, lua_upvalueindex(1));
	}
	lua_pushvalue(L, lua_upvalueindex(1));
	lua_insert(L, 1);
	lua_callk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, called);
	return called(L, LUA_OK, 0);
}

/* Second upvalue: the metatable. */
static int
later(lua_State *L)
{
	luaL_checkstring(L, 1);
	lua_settop(L, 2);
	if (lua_isboolean(L, 2) && lua_toboolean(L, 2)) {
		lua_settop(L, 1);
		lua_pushcclosure(L, call_later, 1);
		return 1;
	}
	if (!lua_istable(L, 2)) {
		lua_createtable(L, 0, 0);
		lua_replace(L, 2);
	}
	lua_pushvalue(L, 2);
	lua_pushvalue(L, 1);
	lua_rawset(L, NAMES);
	lua_pushvalue(L, lua_upvalueindex(2));
	lua_setmetatable(L, 2);
	return 1;
}

int
lib_later_open(lua_State *L)
{
	int names;

	lua_newtable(L);
	names = lua_gettop(L);
	lua_createtable(L, 0, 4);
	lua_pushvalue(L, names);
	lua_pushcclosure(L, index_later, 1);
	lua_setfield(L, -2, "__index");
	lua_pushvalue(L, names);
	lua_pushcclosure(L, write_later, 1);
	lua_setfield(L, -2, "__newindex");
	lua_pushvalue(L, names);
	lua_getglobal(L, "pairs");
	lua_pushcclosure(L, pairs_later, 2);
	lua_setfield(L, -2, "__pairs");
	lua_pushcclosure(L, later, 2);
	return 1;
}

void
lib_later_next(lua_State *L)
{
	lib_push(L, next_key);
	lua_setglobal(L, "next");
}
