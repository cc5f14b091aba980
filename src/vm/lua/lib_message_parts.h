/*
 * lib_message_parts - what the files of the module ".message" share.
 */
#ifndef VM_LUA_LIB_MESSAGE_PARTS_H
#define VM_LUA_LIB_MESSAGE_PARTS_H

#include <lua.h>

#include "base/span.h"
#include "vm/lua/limit.h"

/* The text at that index, which must be one; borrowed as long as it is there. */
static inline struct span
text_at(lua_State *L, int index)
{
	size_t len;
	const char *text = lua_tolstring(L, index, &len);

	return span_of(text, len);
}

/* ASCII alone: the networks know no locale. */
static inline char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* A step over an entry of a list or a map: tables may be large, and the same
 * one may be met many times. */
static inline void
charge_step(void)
{
	limit_charge(4);
}

/* Functions of the module, as lib_message.h tells them. */
int lib_message_compose(lua_State *L);
int lib_message_equals(lua_State *L);
int lib_message_matches(lua_State *L);

#endif
