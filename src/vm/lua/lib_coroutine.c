/*
 * coroutine: stock in all that can be seen. Ours because a coroutine has a
 * hook of its own, which must be set while instructions are counted and must
 * be gone afterwards, so that counting leaves no mark in the state.
 */
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	/* closings within closings; each may take a whole C stack's calls */
	CLOSINGS = 4
};

/* The first argument as a coroutine, or the stock's error. */
static lua_State *
check_thread(lua_State *L)
{
	lua_State *co = lua_tothread(L, 1);

	luaL_argexpected(L, co, 1, "coroutine");
	return co;
}

/* Leave a text and say that it is an error. */
static int
fail(lua_State *L, const char *text)
{
	lua_pushstring(L, text);
	return -1;
}

/* As coroutine.status() has them; its "running" and "normal" are one here. */
enum state {
	SUSPENDED,
	ACTIVE, /* running, or waiting for one that it resumed */
	DEAD
};

/*
 * A coroutine that has not begun has its function on its stack; one that is
 * done has nothing left.
 */
static enum state
state_of(lua_State *L, lua_State *co)
{
	lua_Debug ar;

	if (co == L)
		return ACTIVE;
	if (lua_status(co) == LUA_YIELD)
		return SUSPENDED;
	if (lua_status(co) != LUA_OK)
		return DEAD;
	if (lua_getstack(co, 0, &ar))
		return ACTIVE;
	return lua_gettop(co) > 0 ? SUSPENDED : DEAD;
}

/*
 * Go on in `co` with the n values on top of L. Gives how many it left on L; -1:
 * it failed, and the error value is there.
 */
static int
resume(lua_State *L, lua_State *co, int n)
{
	enum state state = state_of(L, co);
	int results;
	int status;

	/* the hook of one that is active is not to be touched */
	if (state != SUSPENDED)
		return fail(L,
		    state == DEAD ? "cannot resume dead coroutine"
				  : "cannot resume non-suspended coroutine");
	if (!lua_checkstack(co, n))
		return fail(L, "too many arguments to resume");
	lua_xmove(L, co, n);
	limit_count(co);
	status = lua_resume(co, L, n, &results);
	limit_count_no_more(co);
	if (status != LUA_OK && status != LUA_YIELD) {
		lua_xmove(co, L, 1);
		return -1;
	}
	if (!lua_checkstack(L, results + 1)) {
		lua_pop(co, results);
		return fail(L, "too many results to resume");
	}
	lua_xmove(co, L, results);
	return results;
}

/* true and the results, or false and the error. */
static int
co_resume(lua_State *L)
{
	lua_State *co = check_thread(L);
	int n = resume(L, co, lua_gettop(L) - 1);

	lua_pushboolean(L, n >= 0);
	if (n < 0)
		n = 1;
	lua_insert(L, -(n + 1));
	return n + 1;
}

/*
 * Run what is to be closed in `co`, which raises no error in L and cannot
 * yield. Lua counts C calls here from where `co` was last resumed, not from
 * where it is closed: coroutines that close each other would take more C stack
 * than there is.
 */
static int
reset(lua_State *L, lua_State *co)
{
	struct run *run = limit_current();
	int status;

	if (run->closings == CLOSINGS)
		luaL_error(L, "C stack overflow");
	run->closings++;
	limit_count(co);
	status = lua_resetthread(co);
	limit_count_no_more(co);
	run->closings--;
	return status;
}

/* An error goes on in the caller, with the place where that stands in front. */
static int
co_wrapped(lua_State *L)
{
	lua_State *co = lua_tothread(L, lua_upvalueindex(1));
	int n = resume(L, co, lua_gettop(L));
	int status;

	if (n >= 0)
		return n;
	status = lua_status(co);
	if (status != LUA_OK && status != LUA_YIELD) {
		/* closing may put another error in its place */
		reset(L, co);
		lua_xmove(co, L, 1);
	}
	if (lua_type(L, -1) == LUA_TSTRING) {
		luaL_where(L, 1);
		lua_insert(L, -2);
		lua_concat(L, 2);
	}
	return lua_error(L);
}

/* Without the hook that a new thread inherits: it would stay in the state. */
static int
co_create(lua_State *L)
{
	lua_State *co;

	luaL_checktype(L, 1, LUA_TFUNCTION);
	co = lua_newthread(L);
	/* it takes its maker's hook over */
	limit_count_no_more(co);
	lua_pushvalue(L, 1);
	lua_xmove(L, co, 1);
	return 1;
}

static int
co_wrap(lua_State *L)
{
	co_create(L);
	lua_pushcclosure(L, co_wrapped, 1);
	return 1;
}

/* Gives true, or false and the error that closing met. */
static int
co_close(lua_State *L)
{
	lua_State *co = check_thread(L);

	if (state_of(L, co) == ACTIVE)
		return luaL_error(L, "cannot close a %s coroutine",
		    co == L ? "running" : "normal");
	if (reset(L, co) == LUA_OK) {
		lua_pushboolean(L, 1);
		return 1;
	}
	lua_pushboolean(L, 0);
	lua_xmove(co, L, 1);
	return 2;
}

void
lib_coroutine_open(lua_State *L)
{
	static const luaL_Reg ours[] = {
		{ "close", co_close },
		{ "create", co_create },
		{ "resume", co_resume },
		{ "wrap", co_wrap },
		{ NULL, NULL },
	};

	lua_getglobal(L, "coroutine");
	lib_set(L, ours);
	lua_pop(L, 1);
}
