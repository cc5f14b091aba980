/*
 * table.sort by merging: equal elements keep their order, the pivot is not
 * taken from the clock, and an order function that contradicts itself gives
 * some order, not an error. The table is written only when all is compared.
 *
 * A round merges pairs of runs out of one list into the other; then they change
 * places. The order function is the program's own: it may yield no more than in
 * stock, may fail, and may change the table meanwhile, which then is
 * overwritten at the end.
 */
#include <limits.h>
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	TABLE = 1,
	LESS = 2, /* the order function, or nil */
	FROM = 3, /* lists of the elements, in turns */
	TO = 4,
	/* units for each element of a round */
	EACH = 20,
};

/* Is the value at `a` to come before the one at `b`? */
static bool
less(lua_State *L, int a, int b)
{
	bool is;

	if (lua_isnil(L, LESS))
		return lua_compare(L, a, b, LUA_OPLT);
	lua_pushvalue(L, LESS);
	lua_pushvalue(L, a - 1);
	lua_pushvalue(L, b - 2);
	lua_call(L, 2, 1);
	is = lua_toboolean(L, -1);
	lua_pop(L, 1);
	return is;
}

/* Merge FROM's (first, middle] and (middle, end] into TO's (first, end]. */
static void
merge(lua_State *L, lua_Integer first, lua_Integer middle, lua_Integer end)
{
	lua_Integer a = first + 1;
	lua_Integer b = middle + 1;

	limit_charge((uint64_t)(end - first) * EACH);
	for (lua_Integer i = first + 1; i <= end; i++) {
		bool take_b = a > middle;

		lua_rawgeti(L, FROM, a);
		lua_rawgeti(L, FROM, b);
		if (!take_b && b <= end)
			take_b = less(L, -1, -2);
		if (!take_b)
			lua_pop(L, 1);
		lua_rawseti(L, TO, i);
		if (take_b)
			lua_pop(L, 1);
		*(take_b ? &b : &a) += 1;
	}
}

static lua_Integer
smaller(lua_Integer a, lua_Integer b)
{
	return a < b ? a : b;
}

/*
 * What is no table may be sorted all the same when it has an __index: elements
 * are got and set with metamethods, as in stock.
 */
static int
sort(lua_State *L)
{
	lua_Integer n;

	if (!lua_istable(L, TABLE) && !luaL_getmetafield(L, TABLE, "__index"))
		luaL_checktype(L, TABLE, LUA_TTABLE);
	lua_settop(L, LESS);
	n = luaL_len(L, TABLE);
	if (n < 2)
		return 0;
	luaL_argcheck(L, n < INT_MAX, TABLE, "array too big");
	if (!lua_isnoneornil(L, LESS))
		luaL_checktype(L, LESS, LUA_TFUNCTION);
	lua_createtable(L, (int)n, 0);
	lua_createtable(L, (int)n, 0);
	limit_charge((uint64_t)n * EACH);
	for (lua_Integer i = 1; i <= n; i++) {
		lua_geti(L, TABLE, i);
		lua_rawseti(L, FROM, i);
	}
	for (lua_Integer width = 1; width < n; width *= 2) {
		for (lua_Integer i = 0; i < n; i += 2 * width)
			merge(L, i, smaller(i + width, n),
			    smaller(i + 2 * width, n));
		lua_rotate(L, FROM, 1);
	}
	for (lua_Integer i = 1; i <= n; i++) {
		lua_rawgeti(L, FROM, i);
		lua_seti(L, TABLE, i);
	}
	return 0;
}

void
lib_sort_open(lua_State *L)
{
	lua_getglobal(L, "table");
	lib_push(L, sort);
	lua_setfield(L, -2, "sort");
	lua_pop(L, 1);
}
