/*
 * lib_string - what the files of the string library share.
 *
 * The functions of `string` that may work at length are ours and charge what
 * they do: lib_match.c searches, lib_gsub.c replaces, lib_string.c has the
 * rest. Source: Lua 5.4 Reference Manual, 6.4.
 */
#ifndef VM_LUA_LIB_STRING_H
#define VM_LUA_LIB_STRING_H

#include <lua.h>

#include "vm/lua/pattern.h"

/* Change `string`; into the globals. */
void lib_string_open(lua_State *L);

/* Each adds to the table on top. */
void lib_match_open(lua_State *L);
/* string.gsub */
void lib_gsub_open(lua_State *L);

/* A place from 1, which may have been given from the end; over `len` when it
 * lies behind the text. */
size_t lib_string_start(lua_Integer place, size_t len);
/* The text at `arg`; borrowed while it is on the stack. */
struct span lib_string_arg(lua_State *L, int arg);
/* Raise the pattern's error; settles it. */
_Noreturn void lib_string_fail(lua_State *L, struct pattern *p);
/* Push capture `i` of the match, a text or a place. */
void lib_string_push_capture(lua_State *L, struct pattern *p, unsigned i);
/* Push the first `n`; gives n. */
int lib_string_push_captures(lua_State *L, struct pattern *p, unsigned n);

#endif
