/*
 * First the stock libraries, then ours over them, then everything is sealed. A
 * bare C function is a pointer into the program and would hash by it, which
 * differs from build to build; a closure hashes by its place in the arena.
 * Sealing comes before ours, since ours keep stock functions as upvalues, and
 * again at the end for what was added.
 *
 * package and io of the stock are never opened: nothing of them is to be found
 * in a state, not even by debug.
 */
#include "vm/lua/lib.h"

#include "vm/lua/lib_bit32.h"
#include "vm/lua/lib_compat.h"
#include "vm/lua/lib_crypto.h"
#include "vm/lua/lib_json.h"
#include "vm/lua/lib_later.h"
#include "vm/lua/lib_message.h"
#include "vm/lua/lib_string.h"

void
lib_push(lua_State *L, lua_CFunction f)
{
	lua_pushboolean(L, 0);
	lua_pushcclosure(L, f, 1);
}

void
lib_set(lua_State *L, const luaL_Reg *list)
{
	for (; list->name; list++) {
		lib_push(L, list->func);
		lua_setfield(L, -2, list->name);
	}
}

void
lib_wrap(lua_State *L, const char *name, lua_CFunction f)
{
	lua_getfield(L, -1, name);
	lua_pushcclosure(L, f, 1);
	lua_setfield(L, -2, name);
}

int
lib_stock(lua_State *L)
{
	return lua_tocfunction(L, lua_upvalueindex(1))(L);
}

/* Make closures of the bare C functions in the table on top. Setting a field
 * that is there does not disturb the walk. */
static void
seal(lua_State *L)
{
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		lua_CFunction f = lua_tocfunction(L, -1);

		if (f && !lua_getupvalue(L, -1, 1)) {
			lua_pushvalue(L, -2);
			lib_push(L, f);
			lua_rawset(L, -5);
			lua_pop(L, 1);
		} else {
			lua_settop(L, -2 - (f != NULL));
		}
	}
}

/* seal() for the globals, the tables in them, and the metatable of texts. */
static void
seal_all(lua_State *L)
{
	lua_pushglobaltable(L);
	seal(L);
	lua_pushnil(L);
	while (lua_next(L, -2)) {
		if (lua_istable(L, -1) && !lua_rawequal(L, -1, -3))
			seal(L);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	lua_pushliteral(L, "");
	if (lua_getmetatable(L, -1)) {
		seal(L);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* A loader, for package.preload. Upvalue: the module. */
static int
load_native(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	return 1;
}

/* Put the module into package.loaded, as require() would have. The library
 * needs it, so it is found again once a program has emptied that. */
static void
open_native(lua_State *L, const char *name, void (*open)(lua_State *L))
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	open(L);
	seal(L);
	lua_pushvalue(L, -1);
	lua_setfield(L, -3, name);
	lua_pushcclosure(L, load_native, 1);
	lua_setfield(L, -3, name);
	lua_pop(L, 2);
}

/* The same without its table, which is made when somebody requires it: most
 * processes never do. */
static void
offer_native(lua_State *L, const char *name, lua_CFunction open)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	lib_push(L, open);
	lua_setfield(L, -2, name);
	lua_pop(L, 1);
}

void
lib_open(lua_State *L)
{
	static const luaL_Reg stock[] = {
		{ LUA_GNAME, luaopen_base },
		{ LUA_COLIBNAME, luaopen_coroutine },
		{ LUA_TABLIBNAME, luaopen_table },
		{ LUA_STRLIBNAME, luaopen_string },
		{ LUA_UTF8LIBNAME, luaopen_utf8 },
		{ LUA_MATHLIBNAME, luaopen_math },
		{ LUA_OSLIBNAME, luaopen_os },
		{ LUA_DBLIBNAME, luaopen_debug },
		{ NULL, NULL },
	};

	for (const luaL_Reg *l = stock; l->name; l++) {
		luaL_requiref(L, l->name, l->func, 1);
		lua_pop(L, 1);
	}
	seal_all(L);
	lib_base_open(L);
	lib_later_next(L);
	lib_pairs_open(L);
	lib_load_open(L);
	lib_string_open(L);
	lib_table_open(L);
	lib_sort_open(L);
	lib_utf8_open(L);
	lib_coroutine_open(L);
	lib_debug_open(L);
	lib_io_open(L);
	lib_os_open(L);
	lib_require_open(L);
	open_native(L, "json", lib_json_open);
	open_native(L, "bit32", lib_bit32_open);
	open_native(L, ".message", lib_message_open);
	offer_native(L, ".crypto.native", lib_crypto_open);
	offer_native(L, ".later", lib_later_open);
	lib_compat_open(L);
	seal_all(L);
}
