/*
 * Tags come from strangers and messages from programs, so any value may stand
 * anywhere: what is no tag is passed over. Names are almost always in title
 * case, and then nothing is made.
 *
 * Fields are read raw where the table is the library's own, with metamethods
 * where it is a program's.
 */
#include "vm/lua/lib_message.h"

#include <stdbool.h>
#include <string.h>

#include "base/span.h"
#include "vm/lua/lib.h"

/* ASCII alone: the networks know no locale. */
static char
to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static char
to_upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c + 'A' - 'a') : c;
}

/* What stands for `c` in title case; `before` is what stands in front. */
static char
titled(char c, char before)
{
	if (c == '_')
		return '-';
	return before == '-' ? to_upper(c) : to_lower(c);
}

static struct span
text_at(lua_State *L, int index)
{
	size_t len;
	const char *text = lua_tolstring(L, index, &len);

	return span_of(text, len);
}

static bool
is_titled(struct span name)
{
	char before = '-';

	for (size_t i = 0; i < name.len; i++) {
		char c = (char)name.p[i];

		if (titled(c, before) != c)
			return false;
		before = c;
	}
	return true;
}

/* Push the text in title case. */
static void
push_titled(lua_State *L, struct span name)
{
	luaL_Buffer b;
	char *to = luaL_buffinitsize(L, &b, name.len);
	char before = '-';

	for (size_t i = 0; i < name.len; i++) {
		before = titled((char)name.p[i], before);
		to[i] = before;
	}
	luaL_pushresultsize(&b, name.len);
}

static int
message_title(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_settop(L, 1);
	if (lua_type(L, 1) == LUA_TSTRING && !is_titled(text_at(L, 1)))
		push_titled(L, text_at(L, 1));
	return 1;
}

static int
message_odd_keys(lua_State *L)
{
	int count = 0;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	lua_pushnil(L);
	while (lua_next(L, 1)) {
		lua_pop(L, 1);
		count += lua_type(L, -1) == LUA_TSTRING &&
		    !is_titled(text_at(L, -1));
	}
	if (count == 0) {
		lua_pushnil(L);
		return 1;
	}
	lib_push_sorted_keys(L, 1);
	lua_createtable(L, count, 0);
	count = 0;
	for (lua_Integer i = 1; lua_rawgeti(L, 2, i) != LUA_TNIL; i++)
		if (lua_type(L, -1) == LUA_TSTRING &&
		    !is_titled(text_at(L, -1)))
			lua_rawseti(L, 3, ++count);
		else
			lua_pop(L, 1);
	lua_pop(L, 1);
	return 1;
}

/* --- tags of a message that comes in --- */

/* Push name and value of entry i of the list of tags; false, nothing pushed:
 * it is no tag. */
static bool
push_tag(lua_State *L, int list, lua_Integer i)
{
	if (lua_rawgeti(L, list, i) != LUA_TTABLE) {
		lua_pop(L, 1);
		return false;
	}
	lua_pushliteral(L, "name");
	lua_rawget(L, -2);
	lua_pushliteral(L, "value");
	lua_rawget(L, -3);
	lua_remove(L, -3);
	if (!lua_isnil(L, -2))
		return true;
	lua_pop(L, 2);
	return false;
}

/* Put name and value, on top, into the map unless the name is there. Pops
 * both. */
static void
add_first(lua_State *L, int map)
{
	lua_pushvalue(L, -2);
	if (lua_rawget(L, map) == LUA_TNIL) {
		lua_pop(L, 1);
		lua_rawset(L, map);
	} else {
		lua_pop(L, 3);
	}
}

static bool
is_in(lua_State *L, int index, int list)
{
	bool found = false;

	for (lua_Integer i = 1; !found && lua_rawgeti(L, list, i) != LUA_TNIL;
	     i++) {
		found = lua_rawequal(L, -1, index);
		lua_pop(L, 1);
	}
	if (!found)
		lua_pop(L, 1);
	return found;
}

/* Bring the name of tag i, which is at the top but one, to title case. */
static void
title_tag(lua_State *L, int list, lua_Integer i)
{
	if (lua_type(L, -2) != LUA_TSTRING || is_titled(text_at(L, -2)))
		return;
	push_titled(L, text_at(L, -2));
	lua_replace(L, -3);
	lua_rawgeti(L, list, i);
	lua_pushliteral(L, "name");
	lua_pushvalue(L, -4);
	lua_rawset(L, -3);
	lua_pop(L, 1);
}

enum {
	/* of message_open() */
	MESSAGE = 1,
	SKIP = 2,
	TAGS = 3,
	MAP = 4
};

static int
message_open(lua_State *L)
{
	lua_Integer n;

	luaL_checktype(L, MESSAGE, LUA_TTABLE);
	luaL_checktype(L, SKIP, LUA_TTABLE);
	lua_settop(L, SKIP);
	lua_pushliteral(L, "Tags");
	if (lua_rawget(L, MESSAGE) != LUA_TTABLE) {
		lua_pop(L, 1);
		lua_createtable(L, 0, 0);
	}
	n = (lua_Integer)lua_rawlen(L, TAGS);
	lua_createtable(L, 0, (int)n);
	for (lua_Integer i = 1; i <= n; i++) {
		if (!push_tag(L, TAGS, i))
			continue;
		title_tag(L, TAGS, i);
		if (!is_in(L, lua_gettop(L) - 1, SKIP)) {
			lua_pushvalue(L, -2);
			lua_pushvalue(L, -2);
			lua_rawset(L, MESSAGE);
		}
		add_first(L, MAP);
	}
	lua_pushliteral(L, "Tags");
	lua_insert(L, MAP);
	lua_rawset(L, MESSAGE);
	lua_pushliteral(L, "TagArray");
	lua_insert(L, TAGS);
	lua_rawset(L, MESSAGE);
	return 0;
}

static int
message_tag_map(lua_State *L)
{
	lua_Integer n;

	lua_settop(L, 1);
	lua_createtable(L, 0, 0);
	if (!lua_istable(L, 1))
		return 1;
	n = (lua_Integer)lua_rawlen(L, 1);
	for (lua_Integer i = 1; i <= n; i++)
		if (push_tag(L, 1, i))
			add_first(L, 2);
	return 1;
}

/* --- matching --- */

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

static int
message_equals(lua_State *L)
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

static int
message_matches(lua_State *L)
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

/* --- tags of a message that goes out --- */

enum {
	/* of message_compose() */
	PLAIN = 1,
	SOURCE = 2,
	FIRST_PAIR = 3,
};

/* Where the lists are on the stack, and how long they are. */
struct composing {
	int tags;
	int copy;
	lua_Integer count;
};

/* Append the name and value on top as a table to the list. */
static void
append_tag(lua_State *L, int list, lua_Integer at)
{
	lua_createtable(L, 0, 2);
	lua_insert(L, -3);
	lua_setfield(L, -3, "value");
	lua_setfield(L, -2, "name");
	lua_rawseti(L, list, at);
}

/* Append the name and value on top to both lists, unless it is a function,
 * which cannot travel. */
static void
add_tag(lua_State *L, struct composing *c)
{
	if (lua_isfunction(L, -1)) {
		lua_pop(L, 2);
		return;
	}
	c->count++;
	lua_pushvalue(L, -2);
	if (lua_istable(L, -2)) {
		lua_pushvalue(L, PLAIN);
		lua_pushvalue(L, -3);
		lua_call(L, 1, 1);
	} else {
		lua_pushvalue(L, -2);
	}
	append_tag(L, c->copy, c->count);
	append_tag(L, c->tags, c->count);
}

/* What never becomes a tag. */
static bool
is_field(lua_State *L, int index)
{
	static const char *const names[] = { "Target", "Data", "Anchor", "Tags",
		"From", NULL };
	const char *const *n = names;

	if (lua_type(L, index) != LUA_TSTRING)
		return false;
	while (*n && !span_is(text_at(L, index), *n))
		n++;
	return *n != NULL;
}

/* All of the table on top, which is popped, in the order of pairs(). */
static void
add_map(lua_State *L, struct composing *c, bool is_root)
{
	int map = lua_gettop(L);

	lib_push_sorted_keys(L, map);
	for (lua_Integer i = 1; lua_rawgeti(L, map + 1, i) != LUA_TNIL; i++) {
		if (is_root && is_field(L, -1)) {
			lua_pop(L, 1);
			continue;
		}
		lua_pushvalue(L, -1);
		lua_rawget(L, map);
		add_tag(L, c);
	}
	lua_settop(L, map - 1);
}

/* A list of tags, on top, which is popped. */
static void
add_list(lua_State *L, struct composing *c)
{
	int list = lua_gettop(L);

	for (lua_Integer i = 1; lua_rawgeti(L, list, i) == LUA_TTABLE; i++) {
		lua_getfield(L, -1, "name");
		lua_getfield(L, -2, "value");
		lua_remove(L, -3);
		add_tag(L, c);
	}
	lua_settop(L, list - 1);
}

static int
message_compose(lua_State *L)
{
	struct composing c = { .count = 0 };
	int top = lua_gettop(L);

	luaL_checktype(L, PLAIN, LUA_TFUNCTION);
	luaL_checktype(L, SOURCE, LUA_TTABLE);
	lua_createtable(L, 8, 0);
	lua_createtable(L, 8, 0);
	c.tags = top + 1;
	c.copy = top + 2;
	for (int i = FIRST_PAIR; i < top; i += 2) {
		lua_pushvalue(L, i);
		lua_pushvalue(L, i + 1);
		add_tag(L, &c);
	}
	lua_pushvalue(L, SOURCE);
	add_map(L, &c, true);
	if (lua_getfield(L, SOURCE, "Tags") == LUA_TTABLE) {
		bool is_list = lua_rawgeti(L, -1, 1) == LUA_TTABLE;

		lua_pop(L, 1);
		if (is_list)
			add_list(L, &c);
		else
			add_map(L, &c, false);
	}
	lua_settop(L, c.copy);
	return 2;
}

void
lib_message_open(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "compose", message_compose },
		{ "equals", message_equals },
		{ "matches", message_matches },
		{ "odd_keys", message_odd_keys },
		{ "open", message_open },
		{ "tag_map", message_tag_map },
		{ "title", message_title },
		{ NULL, NULL },
	};

	luaL_newlib(L, functions);
}
