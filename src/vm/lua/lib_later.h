/*
 * lib_later - modules that are loaded when a program first touches them.
 *
 * The module of this library is one function: later(name, what) gives a table,
 * or a function when `what` is true, that stands for what the file `name` of
 * the process's module gives. The table, which is `what` when that is one,
 * fills itself when a field that it lacks is read or written or when it is
 * walked by pairs() or next(), and is an ordinary table from then on; the
 * function loads when it is called. So all names can be in package.loaded from
 * the start and cost an empty table or a closure each.
 *
 * What the table cannot do before: rawget() and a metatable of the
 * program's do not fill it.
 */
#ifndef VM_LUA_LIB_LATER_H
#define VM_LUA_LIB_LATER_H

#include <lua.h>

/* A loader: push the function. */
int lib_later_open(lua_State *L);
/* Put a next() that fills such a table in place of the stock one. */
void lib_later_next(lua_State *L);

#endif
