/*
 * pairs() in an order that everyone can name: numbers ascending, texts by
 * their bytes, false, true, then objects by their place in memory.
 *
 * The keys are collected and sorted when the walk begins. A key whose value
 * has become nil is left out, a new one is not visited: what the manual
 * promises for changes while walking holds. A table whose keys are 1 … n needs
 * neither list nor sorting. next() walks as stock does, in an order that
 * repeats but has no meaning; what else it does is in lib_later.c.
 *
 * Sorting is a merge in rounds, without recursion, on an array of small keys
 * that can be compared without Lua: a run may be left in the middle, and
 * nothing is torn but the arena. Two equal keys cannot occur in a table, so
 * stability does not matter.
 *
 * Objects compare by the low half of their address, which is their place in the
 * lane: the same in every lane and every run.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	/* keys that are sorted on the C stack */
	FEW = 64,
	/* units for each key that is walked over or put in order */
	KEY_COST = 8,
};

/* In the order of the walk. */
enum rank {
	RANK_NUMBER,
	RANK_TEXT,
	RANK_FALSE,
	RANK_TRUE,
	RANK_OBJECT
};

/* What a key is compared by. */
struct sort_key {
	enum rank rank;
	bool is_integer;
	uint32_t place; /* where the key is in the list */
	union {
		lua_Integer integer;
		lua_Number number;
		const char *text;
		uintptr_t object;
	} u;
	size_t len;
};

/* Compare a whole number with one that is not whole, or not in its range. */
static bool
integer_less(lua_Integer i, lua_Number n)
{
	if (n >= 9223372036854775808.0)
		return true;
	if (n < -9223372036854775808.0)
		return false;
	/* n rounds towards zero: down only when it is positive */
	return n > 0 ? i <= (lua_Integer)n : i < (lua_Integer)n;
}

/*
 * Whole numbers and floats are compared exactly, not as floats: 2^53 + 1 is
 * above 2^53.
 */
static bool
number_less(const struct sort_key *a, const struct sort_key *b)
{
	if (a->is_integer && b->is_integer)
		return a->u.integer < b->u.integer;
	if (a->is_integer)
		return integer_less(a->u.integer, b->u.number);
	if (b->is_integer)
		return !integer_less(b->u.integer, a->u.number);
	return a->u.number < b->u.number;
}

/* By bytes, a prefix first. */
static bool
text_less(const struct sort_key *a, const struct sort_key *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->u.text, b->u.text, n);

	return c ? c < 0 : a->len < b->len;
}

static bool
key_less(const struct sort_key *a, const struct sort_key *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank;
	if (a->rank == RANK_NUMBER)
		return number_less(a, b);
	if (a->rank == RANK_TEXT)
		return text_less(a, b);
	return a->rank == RANK_OBJECT && a->u.object < b->u.object;
}

/* What the key at `index` is compared by. */
static struct sort_key
read_key(lua_State *L, int index, uint32_t place)
{
	struct sort_key k = { .place = place };

	switch (lua_type(L, index)) {
	case LUA_TNUMBER:
		k.rank = RANK_NUMBER;
		k.is_integer = lua_isinteger(L, index);
		if (k.is_integer)
			k.u.integer = lua_tointeger(L, index);
		else
			k.u.number = lua_tonumber(L, index);
		break;
	case LUA_TSTRING:
		k.rank = RANK_TEXT;
		k.u.text = lua_tolstring(L, index, &k.len);
		break;
	case LUA_TBOOLEAN:
		k.rank = lua_toboolean(L, index) ? RANK_TRUE : RANK_FALSE;
		break;
	default:
		k.rank = RANK_OBJECT;
		k.u.object = (uintptr_t)lua_topointer(L, index) & UINT32_MAX;
	}
	return k;
}

/* The keys from 0 to `middle` and from there to `end`, both in order. */
static void
merge(const struct sort_key *from, struct sort_key *to, size_t middle,
    size_t end)
{
	size_t a = 0;
	size_t b = middle;

	for (size_t i = 0; i < end; i++)
		if (a < middle && (b >= end || !key_less(&from[b], &from[a])))
			to[i] = from[a++];
		else
			to[i] = from[b++];
}

static size_t
smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Sort n keys; `spare` is room for as many. Gives which of both holds them. */
static struct sort_key *
sort(struct sort_key *keys, struct sort_key *spare, size_t n)
{
	for (size_t width = 1; width < n; width *= 2) {
		struct sort_key *from = keys;

		limit_charge(n * KEY_COST);
		for (size_t i = 0; i < n; i += 2 * width)
			merge(from + i, spare + i, smaller(width, n - i),
			    smaller(2 * width, n - i));
		keys = spare;
		spare = from;
	}
	return keys;
}

/* Put the list at `list` into the order of `keys`, circle by circle. */
static void
permute(lua_State *L, int list, struct sort_key *keys, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t to = i;

		if (keys[i].place == i)
			continue;
		lua_rawgeti(L, list, (lua_Integer)i + 1);
		while (keys[to].place != i) {
			uint32_t from = keys[to].place;

			lua_rawgeti(L, list, (lua_Integer)from + 1);
			lua_rawseti(L, list, (lua_Integer)to + 1);
			keys[to].place = to;
			to = from;
		}
		lua_rawseti(L, list, (lua_Integer)to + 1);
		keys[to].place = to;
	}
}

/* Sort the n keys of the list on top. */
static void
sort_list(lua_State *L, uint32_t n)
{
	struct sort_key few[2 * FEW];
	struct sort_key *keys = few;
	int list = lua_gettop(L);

	if (n > FEW)
		keys = lua_newuserdatauv(L, 2 * (size_t)n * sizeof(*keys), 0);
	for (uint32_t i = 0; i < n; i++) {
		lua_rawgeti(L, list, (lua_Integer)i + 1);
		keys[i] = read_key(L, -1, i);
		lua_pop(L, 1);
	}
	permute(L, list, sort(keys, keys + n, n), n);
	lua_settop(L, list);
}

/* Upvalues: the list of keys and how many were taken. */
static int
next_of_list(lua_State *L)
{
	lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));

	luaL_checktype(L, 1, LUA_TTABLE);
	for (;;) {
		i++;
		if (lua_rawgeti(L, lua_upvalueindex(1), i) == LUA_TNIL)
			break;
		lua_pushvalue(L, -1);
		if (lua_rawget(L, 1) != LUA_TNIL)
			break;
		lua_pop(L, 2);
	}
	lua_pushinteger(L, i);
	lua_replace(L, lua_upvalueindex(2));
	return lua_isnil(L, -1) ? 1 : 2;
}

/* Upvalue: the last key of 1 … n. The key before is the argument, as in
 * ipairs. */
static int
next_of_sequence(lua_State *L)
{
	lua_Integer last = lua_tointeger(L, lua_upvalueindex(1));
	lua_Integer i = luaL_optinteger(L, 2, 0);

	luaL_checktype(L, 1, LUA_TTABLE);
	while (i < last) {
		i++;
		if (lua_rawgeti(L, 1, i) != LUA_TNIL) {
			lua_pushinteger(L, i);
			lua_insert(L, -2);
			return 2;
		}
		lua_pop(L, 1);
	}
	lua_pushnil(L);
	return 1;
}

/* How many keys the table has; *sequence: they came as 1, 2, 3 … */
static uint32_t
count_keys(lua_State *L, int table, bool *sequence)
{
	uint32_t n = 0;

	*sequence = true;
	lua_pushnil(L);
	while (lua_next(L, table)) {
		n++;
		lua_pop(L, 1);
		if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) != n)
			*sequence = false;
	}
	limit_charge((uint64_t)n * KEY_COST);
	return n;
}

/* The list of the n keys of the table. */
static void
push_keys(lua_State *L, int table, uint32_t n)
{
	int list;
	lua_Integer i = 0;

	lua_createtable(L, (int)n, 0);
	list = lua_gettop(L);
	lua_pushnil(L);
	while (lua_next(L, table)) {
		lua_pop(L, 1);
		lua_pushvalue(L, -1);
		lua_rawseti(L, list, ++i);
	}
}

void
lib_push_sorted_keys(lua_State *L, int table)
{
	bool sequence;
	uint32_t n = count_keys(L, table, &sequence);

	push_keys(L, table, n);
	sort_list(L, n);
}

/* __pairs has been called, perhaps over a yield. */
static int
pairs_called(lua_State *L, int status, lua_KContext context)
{
	(void)L;
	(void)status;
	(void)context;
	return 3;
}

/* Three values as stock gives them: iterator, table, nil. */
static int
pairs(lua_State *L)
{
	bool sequence;
	uint32_t n;

	luaL_checkany(L, 1);
	if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
		lua_pushvalue(L, 1);
		lua_callk(L, 1, 3, 0, pairs_called);
		return pairs_called(L, LUA_OK, 0);
	}
	/* what is no table fails when it is walked, as stock */
	n = lua_istable(L, 1) ? count_keys(L, 1, &sequence) : 0;
	if (n == 0) {
		lua_pushvalue(L, lua_upvalueindex(1));
	} else if (sequence) {
		lua_pushinteger(L, n);
		lua_pushcclosure(L, next_of_sequence, 1);
	} else {
		push_keys(L, 1, n);
		sort_list(L, n);
		lua_pushinteger(L, 0);
		lua_pushcclosure(L, next_of_list, 2);
	}
	lua_pushvalue(L, 1);
	lua_pushnil(L);
	return 3;
}

void
lib_pairs_open(lua_State *L)
{
	lua_getglobal(L, "next");
	lua_pushcclosure(L, pairs, 1);
	lua_setglobal(L, "pairs");
}
