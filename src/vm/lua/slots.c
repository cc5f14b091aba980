/*
 * Two functions of Lua's that are no part of its interface say how many values
 * lie in the array and where one is; that each takes SLOT bytes is seen by the
 * distance of the first and the last. No value comes into the table or leaves
 * it otherwise than through the public functions, so the collector need not
 * know: whatever has marked the table has seen them all.
 */
#include "vm/lua/slots.h"

#include <string.h>

#include "vm/lua/limit.h"

enum {
	SLOT = 16 /* bytes of a value and its type */
};

/* NOLINTBEGIN(readability-identifier-naming) */
unsigned luaH_realasize(const void *table);
void *luaH_getint(const void *table, lua_Integer key);
/* NOLINTEND(readability-identifier-naming) */

/* Where the first of those is that from `low` to `high` lie side by side. */
static char *
find(const void *table, lua_Integer low, lua_Integer high)
{
	char *first;
	char *last;

	if (low < 1 || high < low || (lua_Unsigned)high > luaH_realasize(table))
		return NULL;
	first = luaH_getint(table, low);
	last = luaH_getint(table, high);
	return last - first == (high - low) * SLOT ? first : NULL;
}

bool
slots_move(lua_State *L, int index, lua_Integer from, lua_Integer to,
    lua_Unsigned n)
{
	lua_Integer low = from < to ? from : to;
	lua_Integer distance = from < to ? to - from : from - to;
	char *p;

	if (!lua_istable(L, index) || n > INT32_MAX || low < 1 ||
	    low > INT32_MAX || distance > INT32_MAX)
		return false;
	if (lua_getmetatable(L, index)) {
		lua_pop(L, 1);
		return false;
	}
	p = find(lua_topointer(L, index), low,
	    low + distance + (lua_Integer)n - 1);
	if (!p)
		return false;
	limit_charge_bytes(n * SLOT);
	memmove(p + (to - low) * SLOT, p + (from - low) * SLOT, n * SLOT);
	return true;
}
