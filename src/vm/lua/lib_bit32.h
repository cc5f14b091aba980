/*
 * lib_bit32 - the bit library of Lua 5.2 and 5.3: unsigned 32-bit numbers.
 *
 * Source: Lua 5.2 reference manual, 6.7.
 */
#ifndef VM_LUA_LIB_BIT32_H
#define VM_LUA_LIB_BIT32_H

#include <lua.h>

/* Push the table of functions. */
void lib_bit32_open(lua_State *L);

#endif
