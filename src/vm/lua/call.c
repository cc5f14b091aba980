/*
 * As in handle.c there are two protected calls, one in the other: the program's
 * own, and ours around the writing of its answer. What the program gave is
 * written as it is, unlike a canonical result.
 */
#include "vm/lua/call.h"

#include <lauxlib.h>

#include "vm/lua/lib.h"
#include "vm/lua/lib_json.h"
#include "vm/lua/limit.h"

enum {
	/* beside arguments and results of the calls here */
	STACK = 32
};

/* Found through the stack of C, for no address of it may stay in the state. */
static __thread struct calling *current;

static void
push_argument(lua_State *L, size_t i)
{
	struct span s = current->call->args[i];

	lib_json_push_value(L, (const char *)s.p, s.len);
}

/* The time that programs see is that of their message: the field `name` of the
 * table on top, in milliseconds, as number or text. */
static void
take_time(lua_State *L, const char *name)
{
	lua_Integer ms = 0;

	if (lua_istable(L, -1)) {
		lua_pushstring(L, name);
		lua_rawget(L, -2);
		ms = lua_tointeger(L, -1);
		lua_pop(L, 1);
	}
	limit_current()->now_ms = ms > 0 ? (uint64_t)ms : 0;
}

/* Push the function `name` of the module .process, as it is now. */
static void
push_function(lua_State *L, const char *name)
{
	lua_pushcfunction(L, lib_require);
	lua_pushliteral(L, ".process");
	lua_call(L, 1, 1);
	lua_getfield(L, -1, name);
	lua_remove(L, -2);
}

static void
call_handle(lua_State *L)
{
	push_function(L, "handle");
	push_argument(L, 0);
	take_time(L, "Timestamp");
	push_argument(L, 1);
	lua_call(L, 2, 1);
}

static void
call_compute(lua_State *L)
{
	push_function(L, "compute");
	push_argument(L, 0);
	push_argument(L, 1);
	take_time(L, "timestamp");
	lua_newtable(L);
	lua_call(L, 3, 1);
}

/* What a chunk gives is kept as a module when it has a module's name. */
static void
call_chunk(lua_State *L)
{
	const struct span *args = current->call->args;
	const char *name;

	name = lua_pushlstring(L, (const char *)args[1].p, args[1].len);
	if (luaL_loadbufferx(L, (const char *)args[0].p, args[0].len, name,
		"t") != LUA_OK)
		lua_error(L);
	if (!args[2].len) {
		lua_call(L, 0, 0);
		lua_pushnil(L);
		return;
	}
	lua_call(L, 0, 1);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	lua_pushlstring(L, (const char *)args[2].p, args[2].len);
	lua_pushvalue(L, -3);
	lua_settable(L, -3);
	lua_pushnil(L);
}

/* Leave what the program gives, or an error. */
static int
call_program(lua_State *L)
{
	static void (*const calls[])(lua_State *) = {
		[VM_HANDLE] = call_handle,
		[VM_COMPUTE] = call_compute,
		[VM_CHUNK] = call_chunk,
	};

	calls[current->call->entry](L);
	return 1;
}

/* Whether the answer on top tells of an error: in Error, or, of compute(), in
 * results.error. */
static bool
tells_error(lua_State *L)
{
	bool is_error;

	if (current->call->entry == VM_HANDLE) {
		lua_pushliteral(L, "Error");
		is_error = lua_rawget(L, -2) != LUA_TNIL;
		lua_pop(L, 1);
		return is_error;
	}
	lua_pushliteral(L, "results");
	is_error = false;
	if (lua_rawget(L, -2) == LUA_TTABLE) {
		lua_pushliteral(L, "error");
		is_error = lua_rawget(L, -2) != LUA_TNIL;
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return is_error;
}

/* Leave the text of the answer. */
static int
bridge(lua_State *L)
{
	luaL_checkstack(L, STACK, NULL);
	/* no light C function: what a program may meet is a closure */
	lib_push(L, call_program);
	if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
		current->raised = true;
		luaL_tolstring(L, -1, NULL);
		return 1;
	}
	if (current->call->entry != VM_CHUNK) {
		if (!lua_istable(L, -1))
			luaL_error(L, "the answer is a %s, not a table",
			    luaL_typename(L, -1));
		current->is_error = tells_error(L);
	}
	lib_json_push_text(L, lua_gettop(L), true);
	return 1;
}

void
call(void *arg)
{
	struct calling *c = arg;
	lua_State *L = limit_window()->base->lua;
	size_t len;
	const char *text;

	current = c;
	c->raised = false;
	c->is_error = false;
	limit_count(L);
	lua_pushcfunction(L, bridge);
	if (lua_pcall(L, 0, 1, 0) != LUA_OK) {
		c->raised = true;
		/* an error while an error was told: its value may be any */
		if (lua_type(L, -1) != LUA_TSTRING) {
			lua_settop(L, 0);
			lua_pushliteral(L, "an error that has no text");
		}
	}
	limit_count_no_more(L);
	text = lua_tolstring(L, -1, &len);
	c->text = span_of(text, len);
}
