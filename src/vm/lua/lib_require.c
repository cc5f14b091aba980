/*
 * require and package. Modules are found in package.loaded, which programs
 * write to, in package.preload, and in the module that the process runs: "X"
 * also as "X.init", and "ao" as ".ao". There are no paths and no C libraries.
 *
 * A module is loaded by calling its code (code.h) with its name. What it leaves
 * is kept under the full name and under the one asked for, so that "X" and
 * "X.init" are the same table. What leaves nothing is true, as in stock.
 */
#include <stdbool.h>
#include <string.h>

#include "vm/lua/archive.h"
#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	/* units for a file of the archive that is passed over */
	FILE_COST = 16,
};

/* Push package.loaded[name] and say whether it is there. */
static bool
push_loaded(lua_State *L, const char *name)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_getfield(L, -1, name);
	lua_remove(L, -2);
	if (lua_toboolean(L, -1))
		return true;
	lua_pop(L, 1);
	return false;
}

/* package.loaded[name] = the value on top, which stays. */
static void
set_loaded(lua_State *L, const char *name)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_pushvalue(L, -2);
	lua_setfield(L, -2, name);
	lua_pop(L, 1);
}

/* Call the loader on top with the name and a require() that no program has
 * replaced; leave what it gives. */
static void
call_loader(lua_State *L, const char *name)
{
	lua_pushstring(L, name);
	lib_push(L, lib_require);
	lua_call(L, 2, 1);
}

/* Call the loader on top; leave the module and remember it. */
static void
load_by(lua_State *L, const char *name)
{
	call_loader(L, name);
	if (lua_isnil(L, -1)) {
		lua_pop(L, 1);
		if (push_loaded(L, name))
			return;
		lua_pushboolean(L, 1);
	}
	set_loaded(L, name);
}

/* archive_find(), charged: a module may have any number of files. */
static bool
find_file(const char *name, struct span *text)
{
	struct span rest = limit_current()->code;
	struct archive_file file;
	struct error err;

	while (archive_next(&rest, &file, &err) > 0) {
		limit_charge(FILE_COST);
		if (span_equal(file.name, span_text(name))) {
			*text = file.text;
			return true;
		}
	}
	return false;
}

/* Push the archive's file of that name as a function. It is bytecode of our
 * own making (code.h). */
static bool
push_file(lua_State *L, const char *name)
{
	struct span text;

	if (!find_file(name, &text))
		return false;
	/* what it holds is made anew each time */
	limit_charge(text.len);
	if (luaL_loadbufferx(L, (const char *)text.p, text.len, name, "b") !=
	    LUA_OK)
		luaL_error(L, "error loading module '%s':\n\t%s", name,
		    lua_tostring(L, -1));
	return true;
}

void
lib_load(lua_State *L, const char *name)
{
	if (!push_file(L, name))
		luaL_error(L, "no file '%s' of this process's module", name);
	call_loader(L, name);
}

/* Leave the module of that very name, if it is loaded or in the archive. */
static bool
require_exactly(lua_State *L, const char *name)
{
	if (push_loaded(L, name))
		return true;
	if (!push_file(L, name))
		return false;
	load_by(L, name);
	return true;
}

/* package.preload, where programs and bundles put loaders. */
static bool
preloaded(lua_State *L, const char *name)
{
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	lua_getfield(L, -1, name);
	lua_remove(L, -2);
	if (lua_isfunction(L, -1)) {
		load_by(L, name);
		return true;
	}
	lua_pop(L, 1);
	return false;
}

int
lib_require(lua_State *L)
{
	static const char *const forms[] = { "%s", "%s.init" };
	const char *name = luaL_checkstring(L, 1);
	const char *own = strcmp(name, "ao") == 0 ? ".ao" : name;

	lua_settop(L, 1);
	if (push_loaded(L, name) || preloaded(L, name))
		return 1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		const char *full = lua_pushfstring(L, forms[i], own);

		if (require_exactly(L, full)) {
			set_loaded(L, name);
			return 1;
		}
		lua_pop(L, 1);
	}
	return luaL_error(L,
	    "module '%s' not found:\n\tno field package.preload['%s']"
	    "\n\tno file of this process's module",
	    name, name);
}

/* package.searchers: one that knows the archive. */
static int
searcher(lua_State *L)
{
	const char *name = luaL_checkstring(L, 1);

	if (!push_file(L, name)) {
		lua_pushfstring(L, "no file '%s' of this process's module",
		    name);
		return 1;
	}
	lua_pushvalue(L, 1);
	return 2;
}

/* As a Lua built without dynamic libraries. */
static int
load_lib(lua_State *L)
{
	lua_pushnil(L);
	lua_pushliteral(L, "dynamic libraries not enabled");
	lua_pushliteral(L, "absent");
	return 3;
}

static int
search_path(lua_State *L)
{
	luaL_checkstring(L, 1);
	lua_pushnil(L);
	lua_pushliteral(L, "no files");
	return 2;
}

void
lib_require_open(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "loadlib", load_lib },
		{ "searchpath", search_path },
		{ NULL, NULL },
	};

	lua_createtable(L, 0, 8);
	lib_set(L, functions);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_pushvalue(L, -2);
	lua_setfield(L, -2, "package");
	lua_setfield(L, -2, "loaded");
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
	lua_setfield(L, -2, "preload");
	lua_createtable(L, 1, 0);
	lib_push(L, searcher);
	lua_rawseti(L, -2, 1);
	lua_setfield(L, -2, "searchers");
	lua_pushliteral(L, "");
	lua_setfield(L, -2, "path");
	lua_pushliteral(L, "");
	lua_setfield(L, -2, "cpath");
	lua_pushliteral(L, "/\n;\n?\n!\n-\n");
	lua_setfield(L, -2, "config");
	lua_setglobal(L, "package");
	lib_push(L, lib_require);
	lua_setglobal(L, "require");
}
