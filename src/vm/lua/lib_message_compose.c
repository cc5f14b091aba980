/*
 * Tags of a message that goes out. Two lists are made, since the outbox must not
 * change with what the program does to the one that it is given.
 *
 * The maps are a program's: their values are read raw, in the order of pairs().
 */
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/lib_message_parts.h"

enum {
	/* of lib_message_compose() */
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
	charge_step();
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

int
lib_message_compose(lua_State *L)
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
