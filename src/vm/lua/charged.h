/*
 * charged - what one instruction of the machine may do at length.
 *
 * These stand before functions of Lua's own that are called from one of its
 * files to another, by the linker's doing (--wrap); see the Makefile. Each
 * charges and goes on. What they get of Lua's private kinds is passed on, never
 * looked into; passed.h has those that must.
 */
#ifndef VM_LUA_CHARGED_H
#define VM_LUA_CHARGED_H

#include <stddef.h>

#include <lua.h>

/* NOLINTBEGIN(readability-identifier-naming) */
/* A text as a number: by its length. */
size_t __wrap_luaO_str2num(const char *text, void *out);
/* "...": by how many there are. */
void __wrap_luaT_getvarargs(lua_State *L, void *frame, void *to, int wanted);
/* An error is raised: what is left and called again on the way costs. */
_Noreturn void __wrap_luaD_throw(lua_State *L, int status);
/* A metamethod is looked up: a chain of __index is one instruction. */
const void *__wrap_luaT_gettm(void *events, int event, void *name);
/* The same by the value it is of: where that is called, it is put in front of
 * the arguments, which all move. */
const void *__wrap_luaT_gettmbyobj(lua_State *L, const void *of, int event);
/* The C library's, which takes a step for each bit between the exponents. */
double __wrap_fmod(double a, double b);
/* NOLINTEND(readability-identifier-naming) */

#endif
