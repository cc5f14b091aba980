/*
 * passed - what a lookup of the machine passes over before it finds.
 *
 * Texts are kept once, in chains by their hash; tables keep keys in chains,
 * too, and a walk passes over places that are empty. None of it is seen in
 * instructions, and whoever chooses the keys chooses the chains: the hash has
 * no secret, for results must repeat. So these stand, like those of charged.h,
 * before functions that Lua's files call in one another, and charge by what
 * was passed.
 *
 * To measure that they read the first fields of Lua's own texts, tables and
 * nodes, which are the same in all releases of 5.4; a unit test holds them to
 * it.
 */
#ifndef VM_LUA_PASSED_H
#define VM_LUA_PASSED_H

#include <stddef.h>

#include <lua.h>

/* NOLINTBEGIN(readability-identifier-naming) */
/*
 * A text, made or found. One with a chain behind it that comes about by design
 * alone costs twice as much with each more, so that chains stay short; outside
 * a run it is an error, as where memory is short.
 */
void *__wrap_luaS_newlstr(lua_State *L, const char *text, size_t len);
/* The same. */
void *__wrap_luaS_new(lua_State *L, const char *text);
/* A key that is new may be put into a chain: by its length. */
void __wrap_luaH_finishset(lua_State *L, void *table, const void *key,
    const void *slot, void *value);
/* A step of a walk: by the places that are passed. */
int __wrap_luaH_next(lua_State *L, void *table, void *key);
/* A field of many that one call sets. */
void __wrap_luaH_setint(lua_State *L, void *table, lua_Integer key,
    void *value);
/* NOLINTEND(readability-identifier-naming) */

#endif
