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

#include "vm/lua/lib.h"
#include "vm/lua/lib_message_parts.h"

/* ASCII alone: the networks know no locale. */
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

static bool
is_titled(struct span name)
{
	char before = '-';

	limit_charge(name.len / 2);
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
		charge_step();
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
		charge_step();
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
		charge_step();
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
	for (lua_Integer i = 1; i <= n; i++) {
		charge_step();
		if (push_tag(L, 1, i))
			add_first(L, 2);
	}
	return 1;
}

void
lib_message_open(lua_State *L)
{
	static const luaL_Reg functions[] = {
		{ "compose", lib_message_compose },
		{ "equals", lib_message_equals },
		{ "matches", lib_message_matches },
		{ "odd_keys", message_odd_keys },
		{ "open", message_open },
		{ "tag_map", message_tag_map },
		{ "title", message_title },
		{ NULL, NULL },
	};

	luaL_newlib(L, functions);
}
