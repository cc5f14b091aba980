/*
 * io: as in a machine with an empty file system whose output goes nowhere.
 *
 * Programs written for other machines print, flush or look whether a file is
 * there. They get the answers of an empty machine, not an error about a missing
 * io. There is one file for standard input and both outputs: at its end for
 * reading, swallowing what is written.
 */
#include "vm/lua/lib.h"

#define FILE_TYPE "FILE*"

/* nil, the text and the number, as the C library would give them. */
static int
no_such_file(lua_State *L, const char *path)
{
	lua_pushnil(L);
	lua_pushfstring(L, "%s: No such file or directory", path);
	lua_pushinteger(L, 2);
	return 3;
}

/* popen, too: there is nothing to run. */
static int
io_open(lua_State *L)
{
	return no_such_file(L, luaL_checkstring(L, 1));
}

static int
io_tmpfile(lua_State *L)
{
	return no_such_file(L, "/tmp/lua");
}

/* A path is given: there is no such file. None: standard input, at its end. */
static int
io_lines(lua_State *L)
{
	const char *path = luaL_optstring(L, 1, "stdin");

	return luaL_error(L, "%s: No such file or directory", path);
}

/* The end of the input, or nothing to say. */
static int
io_nothing(lua_State *L)
{
	lua_pushnil(L);
	return 1;
}

/* Upvalue: the one file. */
static int
io_std(lua_State *L)
{
	lua_pushvalue(L, lua_upvalueindex(1));
	return 1;
}

static int
io_type(lua_State *L)
{
	luaL_checkany(L, 1);
	if (luaL_testudata(L, 1, FILE_TYPE))
		lua_pushliteral(L, "file");
	else
		lua_pushnil(L);
	return 1;
}

/* Of a file: gives the file back, as write, flush and setvbuf do. */
static int
file_same(lua_State *L)
{
	luaL_checkudata(L, 1, FILE_TYPE);
	lua_settop(L, 1);
	return 1;
}

/* Checks that it is a file, as stock does. */
static int
file_nothing(lua_State *L)
{
	luaL_checkudata(L, 1, FILE_TYPE);
	return io_nothing(L);
}

/* As a terminal or a pipe answers: ESPIPE. */
static int
file_seek(lua_State *L)
{
	luaL_checkudata(L, 1, FILE_TYPE);
	lua_pushnil(L);
	lua_pushliteral(L, "Illegal seek");
	lua_pushinteger(L, 29);
	return 3;
}

static const luaL_Reg file_methods[] = {
	{ "close", file_nothing },
	{ "flush", file_same },
	{ "lines", file_nothing },
	{ "read", file_nothing },
	{ "seek", file_seek },
	{ "setvbuf", file_same },
	{ "write", file_same },
	{ NULL, NULL },
};

static const luaL_Reg functions[] = {
	{ "close", io_nothing },
	{ "lines", io_lines },
	{ "open", io_open },
	{ "popen", io_open },
	{ "read", io_nothing },
	{ "tmpfile", io_tmpfile },
	{ "type", io_type },
	{ NULL, NULL },
};

/* Those that leave the one file. */
static const char *const files[] = { "stdin", "stdout", "stderr" };
static const char *const givers[] = { "flush", "input", "output", "write" };

void
lib_io_open(lua_State *L)
{
	lua_createtable(L, 0, 16);
	lib_set(L, functions);
	lua_newuserdatauv(L, 0, 0);
	luaL_newmetatable(L, FILE_TYPE);
	lua_createtable(L, 0, 8);
	lib_set(L, file_methods);
	lua_setfield(L, -2, "__index");
	lua_pushboolean(L, 0);
	lua_setfield(L, -2, "__metatable");
	lua_setmetatable(L, -2);
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		lua_pushvalue(L, -1);
		lua_setfield(L, -3, files[i]);
	}
	for (size_t i = 0; i < sizeof(givers) / sizeof(*givers); i++) {
		lua_pushvalue(L, -1);
		lua_pushcclosure(L, io_std, 1);
		lua_setfield(L, -3, givers[i]);
	}
	lua_pop(L, 1);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_pushvalue(L, -2);
	lua_setfield(L, -2, "io");
	lua_pop(L, 1);
	lua_setglobal(L, "io");
}
