/*
 * slots - the array that Lua keeps the values of 1 … n of a table in.
 *
 * What table.insert and table.remove move one by one through the public
 * functions lies there side by side, so a queue of 10,000 need not cost 20,000
 * calls for each message.
 */
#ifndef VM_LUA_SLOTS_H
#define VM_LUA_SLOTS_H

#include <stdbool.h>

#include <lua.h>

/*
 * t[to … ] = t[from … ], n of them, for the table at `index`, all at once; they
 * may overlap. false, and nothing has happened: some lie elsewhere, or it has a
 * metatable. from, to and n are positive. Charges.
 */
bool slots_move(lua_State *L, int index, lua_Integer from, lua_Integer to,
    lua_Unsigned n);

#endif
