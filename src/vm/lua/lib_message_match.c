/*
 * Specs and patterns, as far as they can be matched without calling Lua: a
 * pattern may be a text with magic, which is for Lua to match, or a function,
 * which must be called where the walk in Lua would call it.
 *
 * Fields are read with metamethods: a message may be any table of a program's.
 */
#include <stdbool.h>
#include <string.h>

#include "vm/lua/lib.h"
#include "vm/lua/lib_message_parts.h"

/* What can be said of a match without Lua. Magic has no effects and may wait;
 * functions must be called, or not, as the walk in Lua would. */
enum verdict_of_match {
	MATCH_NO,
	MATCH_YES,
	MATCH_MAGIC,
	MATCH_FUNCTION
};

enum {
	/* tables in tables in a pattern; below that it is for Lua to say */
	PATTERN_DEPTH = 8,
	NUMBER_CHARS = 32
};

static bool
has_magic(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] && strchr("^$()%.[]*+?", s.p[i]))
			return true;
	return false;
}

static bool
equal_but_for_case(struct span a, struct span b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (to_lower((char)a.p[i]) != to_lower((char)b.p[i]))
			return false;
	return true;
}

/* A pattern that is a text, to a value of any type; at positive indexes. */
static enum verdict_of_match
match_text(lua_State *L, int pattern, int value)
{
	struct span text = text_at(L, pattern);
	bool equal;

	limit_charge(text.len / 2);
	if (span_is(text, "_"))
		return MATCH_YES;
	if (has_magic(text))
		return MATCH_MAGIC;
	switch (lua_type(L, value)) {
	case LUA_TSTRING:
		return equal_but_for_case(text, text_at(L, value)) ? MATCH_YES
								   : MATCH_NO;
	case LUA_TNUMBER:
		/* on a copy, since that converts in place */
		lua_pushvalue(L, value);
		equal = equal_but_for_case(text, text_at(L, -1));
		lua_pop(L, 1);
		return equal ? MATCH_YES : MATCH_NO;
	default:
		return MATCH_NO;
	}
}

static enum verdict_of_match match(lua_State *L, int pattern, int value,
    int depth);

/* Any of the values of the table at `pattern`; `depth` bounds the recursion. */
static enum verdict_of_match
/* NOLINTNEXTLINE(misc-no-recursion) */
match_any(lua_State *L, int pattern, int value, int depth)
{
	enum verdict_of_match all = MATCH_NO;

	if (depth == 0 || !lua_checkstack(L, 8))
		return MATCH_FUNCTION;
	lua_pushnil(L);
	while (lua_next(L, pattern)) {
		enum verdict_of_match one =
		    match(L, lua_gettop(L), value, depth - 1);

		lua_pop(L, 1);
		if (one == MATCH_FUNCTION) {
			lua_pop(L, 1);
			return one;
		}
		if (all != MATCH_YES && one != MATCH_NO)
			all = one;
	}
	return all;
}

static enum verdict_of_match
/* NOLINTNEXTLINE(misc-no-recursion) */
match(lua_State *L, int pattern, int value, int depth)
{
	charge_step();
	switch (lua_type(L, pattern)) {
	case LUA_TSTRING:
		return match_text(L, pattern, value);
	case LUA_TTABLE:
		return match_any(L, pattern, value, depth);
	case LUA_TFUNCTION:
		return MATCH_FUNCTION;
	default:
		return MATCH_NO;
	}
}

static int
push_match(lua_State *L, enum verdict_of_match m)
{
	if (m == MATCH_YES || m == MATCH_NO)
		lua_pushboolean(L, m == MATCH_YES);
	else
		lua_pushnil(L);
	return 1;
}

int
lib_message_equals(lua_State *L)
{
	lua_settop(L, 2);
	return push_match(L, match(L, 1, 2, PATTERN_DEPTH));
}

/* Push what the message has under the key on top: a field, or else a tag. */
static void
push_value(lua_State *L, int message, int tags)
{
	lua_pushvalue(L, -1);
	if (lua_gettable(L, message) != LUA_TNIL || tags == 0)
		return;
	lua_pop(L, 1);
	lua_pushvalue(L, -1);
	lua_gettable(L, tags);
}

int
lib_message_matches(lua_State *L)
{
	enum verdict_of_match all = MATCH_YES;
	int tags = 0;

	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checktype(L, 2, LUA_TTABLE);
	lua_settop(L, 2);
	if (lua_getfield(L, 1, "Tags") == LUA_TTABLE)
		tags = 3;
	lua_pushnil(L);
	while (lua_next(L, 2)) {
		enum verdict_of_match one;

		lua_insert(L, -2);
		push_value(L, 1, tags);
		one = match(L, lua_gettop(L) - 2, lua_gettop(L), PATTERN_DEPTH);
		if (one != MATCH_FUNCTION && !lua_toboolean(L, -1))
			one = MATCH_NO;
		lua_pop(L, 1);
		lua_remove(L, -2);
		if (one == MATCH_FUNCTION)
			return push_match(L, one);
		if (one == MATCH_NO || all == MATCH_YES)
			all = one;
	}
	return push_match(L, all);
}
