/*
 * finalizer - finalizers that are counted.
 *
 * Lua calls no hook while a finalizer runs, for hooks are off in the thread
 * that it runs in. So they run in a coroutine of their own, which has hooks on. What a program can see of that: coroutine.running() names another
 * coroutine, and a traceback ends at the finalizer.
 *
 * The wrapper is called by the linker's doing (--wrap); see the Makefile.
 */
#ifndef VM_LUA_FINALIZER_H
#define VM_LUA_FINALIZER_H

#include <stddef.h>

#include <lua.h>

/* Make the coroutine, when libraries are opened. */
void finalizer_open(lua_State *L);

/* NOLINTBEGIN(readability-identifier-naming) */
/*
 * Lua's own protected call, body(L, arg), by which the collector calls
 * finalizers: with function and object on top, and alone with no arg. Where
 * another Lua does it in another way, all goes on as if this were not here.
 */
int __wrap_luaD_pcall(lua_State *L, void (*body)(lua_State *, void *),
    void *arg, ptrdiff_t top, ptrdiff_t handler);
/* NOLINTEND(readability-identifier-naming) */

#endif
