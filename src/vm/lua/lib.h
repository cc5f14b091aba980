/*
 * lib - the libraries that a program sees.
 *
 * Real: string, table, utf8, math, coroutine, what is harmless of base, os and
 * debug. Functions that a program can get hold of are C closures with one
 * upvalue, so that as a table's key they hash by a place in the arena.
 *
 * A function here owns nothing outside Lua's memory across a Lua call: it may
 * be left by a jump at any instant. Source: spec/aos-process.md 3, 11 to 13.
 */
#ifndef VM_LUA_LIB_H
#define VM_LUA_LIB_H

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* Open all of them in a fresh state. */
void lib_open(lua_State *L);

/* Push a C closure with one dummy upvalue. */
void lib_push(lua_State *L, lua_CFunction f);
/* Set a list of functions, each such a closure, in the table on top. */
void lib_set(lua_State *L, const luaL_Reg *list);
/* Push `f` with the function at t.name as its upvalue, and set it there; t is
 * the table on top. For a function that stands before a stock one. */
void lib_wrap(lua_State *L, const char *name, lua_CFunction f);

/* Push a list of the keys of the table at that index, which is absolute, in the
 * order of pairs(). */
void lib_push_sorted_keys(lua_State *L, int table);
/* Go on with the stock function that lib_wrap() has kept, in its place: names
 * in errors are right, and it costs nothing. Gives its number of results. */
int lib_stock(lua_State *L);

/* Each changes or adds to the globals. */
void lib_base_open(lua_State *L);
void lib_pairs_open(lua_State *L);
/* load, for text alone. */
void lib_load_open(lua_State *L);
/* table, charged. */
void lib_table_open(lua_State *L);
/* table.sort, stable. */
void lib_sort_open(lua_State *L);
/* utf8, charged. */
void lib_utf8_open(lua_State *L);
/* coroutine with hooks that are counted. */
void lib_coroutine_open(lua_State *L);
/* debug with traceback and getinfo alone. */
void lib_debug_open(lua_State *L);
/* io on an empty file system. */
void lib_io_open(lua_State *L);
/* os with the message's time and no surroundings. */
void lib_os_open(lua_State *L);
/* require and package, on the module alone. */
void lib_require_open(lua_State *L);

/*
 * require(): a C function of one text that leaves the module. Looks into
 * package.loaded, package.preload and the module of the current run.
 */
int lib_require(lua_State *L);

/*
 * Run the file of that name anew and push what it gives; nothing is remembered.
 * A file is called with its name and a require() that no program has replaced.
 * Raises an error when there is none.
 */
void lib_load(lua_State *L, const char *name);

#endif
