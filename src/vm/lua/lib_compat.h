/*
 * lib_compat - habits of Lua 5.3 on Lua 5.4, for programs written for aos.
 *
 * Arithmetic on numeric texts gives floats, bitwise operators take them, and
 * bit32 is a global. The functions of math that 5.3 still had are in the
 * distribution's 5.4. Source: spec/aos-process.md 12.
 */
#ifndef VM_LUA_LIB_COMPAT_H
#define VM_LUA_LIB_COMPAT_H

#include <lua.h>

/* Change the globals; the standard libraries must be open, and bit32, where
 * there is one, loaded. */
void lib_compat_open(lua_State *L);

#endif
