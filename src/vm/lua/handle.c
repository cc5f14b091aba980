/*
 * Two protected calls, one in the other. The inner one is the program's: its
 * error is a result. The outer one is ours: it catches what goes wrong while
 * the answer is turned into text. Neither sees a limit, which leaves by a jump
 * past both.
 *
 * Of the answer only three lists and Output are taken, or Error alone. The text
 * is made in Lua's memory and lies on the state's stack until the caller has
 * copied it; a state that is kept has its stack emptied first.
 */
#include "vm/lua/handle.h"

#include <lauxlib.h>

#include "vm/lua/lib.h"
#include "vm/lua/lib_json.h"
#include "vm/lua/limit.h"

enum {
	/* beside arguments and results of the calls here */
	STACK = 32
};

/* The handling is found through the stack of C, for no address of it may
 * stay in the state. */
static __thread struct handling *current;

/* Call require(".process").handle(msg, env); leave the answer, or an error. */
static int
call_program(lua_State *L)
{
	lua_pushcfunction(L, lib_require);
	lua_pushliteral(L, ".process");
	lua_call(L, 1, 1);
	lua_getfield(L, -1, "handle");
	lua_remove(L, -2);
	input_push_message(L, current->in);
	input_push_environment(L, current->in);
	lua_call(L, 2, 1);
	return 1;
}

/* Set a field of the table on top to that of the answer at `from`; gives how
 * many are in it. */
static size_t
copy_list(lua_State *L, int from, const char *name)
{
	size_t n;

	lua_getfield(L, from, name);
	if (lua_isnil(L, -1)) {
		lua_pop(L, 1);
		lua_createtable(L, 0, 0);
	}
	n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
	lua_setfield(L, -2, name);
	return n;
}

/* A number is written as Lua writes it; nothing at all is an empty text. */
static void
copy_output(lua_State *L, int from)
{
	lua_getfield(L, from, "Output");
	if (lua_isnil(L, -1)) {
		lua_pop(L, 1);
		lua_pushliteral(L, "");
	} else if (lua_type(L, -1) == LUA_TNUMBER) {
		/* converts in place */
		lua_tolstring(L, -1, NULL);
	}
	lua_setfield(L, -2, "Output");
}

/* Push what of the answer at `from` is the result. */
static void
push_result(lua_State *L, int from)
{
	size_t n;

	lua_createtable(L, 0, 4);
	lua_getfield(L, from, "Error");
	if (!lua_isnil(L, -1)) {
		current->is_error = true;
		lua_setfield(L, -2, "Error");
		return;
	}
	lua_pop(L, 1);
	n = copy_list(L, from, "Assignments");
	n += copy_list(L, from, "Messages");
	n += copy_list(L, from, "Spawns");
	current->too_many = n > limit_current()->limits->outbox;
	copy_output(L, from);
}

/* Leave the text of the result. */
static int
bridge(lua_State *L)
{
	luaL_checkstack(L, STACK, NULL);
	/* no light C function: what a program may meet is a closure */
	lib_push(L, call_program);
	if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
		current->failed = true;
		luaL_tolstring(L, -1, NULL);
		return 1;
	}
	if (!lua_istable(L, -1)) {
		current->failed = true;
		lua_pushliteral(L, "handle() gave no table");
		return 1;
	}
	push_result(L, lua_gettop(L));
	if (current->too_many)
		return 0;
	lib_json_push_text(L, lua_gettop(L), true);
	return 1;
}

/* Counting begins and ends here, so that it leaves no hook in the state. */
void
handle(void *arg)
{
	struct handling *h = arg;
	lua_State *L = limit_window()->base->lua;
	size_t len;
	const char *text;

	current = h;
	h->failed = false;
	h->is_error = false;
	h->too_many = false;
	limit_count(L);
	lua_pushcfunction(L, bridge);
	if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
		h->failed = true;
		/* an error while an error was told: its value may be any */
		if (lua_type(L, -1) != LUA_TSTRING) {
			lua_settop(L, 0);
			lua_pushliteral(L, "an error that has no text");
		}
	}
	limit_count_no_more(L);
	if (h->too_many) {
		h->text = span_text("");
		return;
	}
	text = lua_tolstring(L, -1, &len);
	h->text = span_of(text, len);
}
