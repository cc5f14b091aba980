/*
 * compiler - Lua states to compile in, outside all windows.
 *
 * Such a state has no library and nothing is run in it: compiling needs none.
 * It has a budget of memory for each byte of text, since a few bytes of Lua
 * can ask for much.
 */
#ifndef VM_LUA_COMPILER_H
#define VM_LUA_COMPILER_H

#include <stdbool.h>
#include <stddef.h>

#include <lua.h>

struct compiler {
	lua_State *lua;
	size_t left; /* bytes that it may still take */
	bool lacked; /* the last refusal was the computer's, not the budget's */
};

/* For texts of `len` bytes in all. -1: no memory. `c` must stay where it is. */
int compiler_open(struct compiler *c, size_t len);
/* Frees all that it took. */
void compiler_close(struct compiler *c);

#endif
