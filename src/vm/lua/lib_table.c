/*
 * table: concat, insert, move, remove and unpack, which take as long as the
 * program says. Charged ahead of the work in slices, since a length may be any
 * number that a metamethod gives. pack is stock.
 *
 * What is no table is taken for one when its metatable has the metamethods that
 * are needed. Source: Lua 5.4 Reference Manual, 6.6.
 */
#include <limits.h>
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/limit.h"
#include "vm/lua/slots.h"

enum {
	/* elements between two charges, a power of two */
	SLICE = 1024,
	/* units for each that is got and set */
	EACH = 8,
	/* so many are worth asking where they lie */
	MANY = 8,
};

enum use {
	READS = 1,
	WRITES = 2,
	MEASURES = 4
};

/* With the metatable on top. */
static bool
has(lua_State *L, const char *event)
{
	bool is;

	lua_pushstring(L, event);
	is = lua_rawget(L, -2) != LUA_TNIL;
	lua_pop(L, 1);
	return is;
}

/* Raise an error when the argument cannot be used so. */
static void
check_table(lua_State *L, int arg, unsigned use)
{
	bool usable;

	if (lua_istable(L, arg))
		return;
	if (lua_getmetatable(L, arg)) {
		usable = (!(use & READS) || has(L, "__index")) &&
		    (!(use & WRITES) || has(L, "__newindex")) &&
		    (!(use & MEASURES) || has(L, "__len"));
		lua_pop(L, 1);
		if (usable)
			return;
	}
	luaL_checktype(L, arg, LUA_TTABLE);
}

/* Ahead of the element behind `done` of n. */
static inline void
charge_ahead(lua_Unsigned done, lua_Unsigned n)
{
	if (done % SLICE == 0)
		limit_charge(EACH * (n - done < SLICE ? n - done : SLICE));
}

struct copy {
	int from; /* where tables are on the stack */
	int to;
};

/* Both are one table, and it was done without looking at each. */
static bool
copied(lua_State *L, struct copy c, lua_Integer from, lua_Integer to,
    lua_Unsigned n)
{
	return c.from == c.to && n >= MANY &&
	    slots_move(L, c.from, from, to, n);
}

/* n elements from `from` on to places from `to` on, the first one first. */
static void
copy_up(lua_State *L, struct copy c, lua_Integer from, lua_Integer to,
    lua_Unsigned n)
{
	if (copied(L, c, from, to, n))
		return;
	for (lua_Unsigned i = 0; i < n; i++) {
		charge_ahead(i, n);
		lua_geti(L, c.from, from + (lua_Integer)i);
		lua_seti(L, c.to, to + (lua_Integer)i);
	}
}

/* The same, the last one first. */
static void
copy_down(lua_State *L, struct copy c, lua_Integer from, lua_Integer to,
    lua_Unsigned n)
{
	if (copied(L, c, from, to, n))
		return;
	for (lua_Unsigned i = 0; i < n; i++) {
		lua_Integer at = (lua_Integer)(n - 1 - i);

		charge_ahead(i, n);
		lua_geti(L, c.from, from + at);
		lua_seti(L, c.to, to + at);
	}
}

static void
add_element(lua_State *L, luaL_Buffer *b, lua_Integer i)
{
	lua_geti(L, 1, i);
	if (!lua_isstring(L, -1))
		luaL_error(L,
		    "invalid value (%s) at index %I in table for 'concat'",
		    luaL_typename(L, -1), (LUAI_UACINT)i);
	luaL_addvalue(b);
}

static int
table_concat(lua_State *L)
{
	lua_Integer last;
	lua_Integer i;
	lua_Unsigned n;
	const char *sep;
	size_t len;
	luaL_Buffer b;

	check_table(L, 1, READS | MEASURES);
	last = luaL_len(L, 1);
	sep = luaL_optlstring(L, 2, "", &len);
	i = luaL_optinteger(L, 3, 1);
	last = luaL_optinteger(L, 4, last);
	luaL_buffinit(L, &b);
	/* all but the last: there may be 2^64 of them */
	n = i < last ? (lua_Unsigned)last - (lua_Unsigned)i : 0;
	for (lua_Unsigned done = 0; done < n; done++) {
		charge_ahead(done, n);
		add_element(L, &b, i++);
		luaL_addlstring(&b, sep, len);
	}
	if (i == last)
		add_element(L, &b, i);
	luaL_pushresult(&b);
	return 1;
}

static int
table_insert(lua_State *L)
{
	struct copy c = { .from = 1, .to = 1 };
	lua_Integer place;
	lua_Integer end;

	check_table(L, 1, READS | WRITES | MEASURES);
	/* the first that is free; may go round */
	end = (lua_Integer)((lua_Unsigned)luaL_len(L, 1) + 1);
	place = end;
	if (lua_gettop(L) == 3) {
		place = luaL_checkinteger(L, 2);
		luaL_argcheck(L, (lua_Unsigned)place - 1 < (lua_Unsigned)end, 2,
		    "position out of bounds");
		if (place < end)
			copy_down(L, c, place, place + 1,
			    (lua_Unsigned)end - (lua_Unsigned)place);
	} else if (lua_gettop(L) != 2) {
		return luaL_error(L, "wrong number of arguments to 'insert'");
	}
	lua_seti(L, 1, place);
	return 0;
}

static int
table_remove(lua_State *L)
{
	struct copy c = { .from = 1, .to = 1 };
	lua_Integer size;
	lua_Integer place;

	check_table(L, 1, READS | WRITES | MEASURES);
	size = luaL_len(L, 1);
	place = luaL_optinteger(L, 2, size);
	if (place != size)
		luaL_argcheck(L, (lua_Unsigned)place - 1 <= (lua_Unsigned)size,
		    1, "position out of bounds");
	lua_geti(L, 1, place);
	if (place < size) {
		copy_up(L, c, place + 1, place,
		    (lua_Unsigned)size - (lua_Unsigned)place);
		place = size;
	}
	lua_pushnil(L);
	lua_seti(L, 1, place);
	return 1;
}

/* Downwards where the places overlap and the first would be overwritten. */
static int
table_move(lua_State *L)
{
	lua_Integer first = luaL_checkinteger(L, 2);
	lua_Integer last = luaL_checkinteger(L, 3);
	lua_Integer to = luaL_checkinteger(L, 4);
	struct copy c = { .from = 1, .to = lua_isnoneornil(L, 5) ? 1 : 5 };
	lua_Integer n;

	check_table(L, c.from, READS);
	check_table(L, c.to, WRITES);
	if (last >= first) {
		luaL_argcheck(L, first > 0 || last < LUA_MAXINTEGER + first, 3,
		    "too many elements to move");
		n = last - first + 1;
		luaL_argcheck(L, to <= LUA_MAXINTEGER - n + 1, 4,
		    "destination wrap around");
		if (to > last || to <= first ||
		    (c.to != 1 && !lua_compare(L, 1, c.to, LUA_OPEQ)))
			copy_up(L, c, first, to, (lua_Unsigned)n);
		else
			copy_down(L, c, first, to, (lua_Unsigned)n);
	}
	lua_pushvalue(L, c.to);
	return 1;
}

static int
table_unpack(lua_State *L)
{
	lua_Integer first = luaL_optinteger(L, 2, 1);
	lua_Integer last =
	    lua_isnoneornil(L, 3) ? luaL_len(L, 1) : luaL_checkinteger(L, 3);
	lua_Unsigned n;

	if (first > last)
		return 0;
	n = (lua_Unsigned)last - (lua_Unsigned)first;
	if (n >= INT_MAX || !lua_checkstack(L, (int)n + 1))
		return luaL_error(L, "too many results to unpack");
	limit_charge(n * EACH / 2);
	/* not past the last: it may be the largest number */
	for (lua_Unsigned i = 0; i <= n; i++)
		lua_geti(L, 1, (lua_Integer)((lua_Unsigned)first + i));
	return (int)n + 1;
}

void
lib_table_open(lua_State *L)
{
	static const luaL_Reg ours[] = {
		{ "concat", table_concat },
		{ "insert", table_insert },
		{ "move", table_move },
		{ "remove", table_remove },
		{ "unpack", table_unpack },
		{ NULL, NULL },
	};

	lua_getglobal(L, "table");
	lib_set(L, ours);
	lua_pop(L, 1);
}
