/*
 * One coroutine serves all finalizers of a state, since no other one begins
 * while one runs: the collector is stopped then. It lies in the registry.
 *
 * An error ends its finalizer and nothing else, as in stock, where it becomes a
 * warning that nobody hears. A finalizer cannot yield.
 *
 * All is the same with and without counting, so that both leave the same state.
 */
#include "vm/lua/finalizer.h"

#include <stdbool.h>

#include "vm/lua/limit.h"

/* NOLINTBEGIN(readability-identifier-naming) */
/* What the linker has put ours in front of. */
int luaD_pcall(lua_State *L, void (*body)(lua_State *, void *), void *arg,
    ptrdiff_t top, ptrdiff_t handler);
/* NOLINTEND(readability-identifier-naming) */

static const char key[] = "finalizer";

/* lua_call() does not let it yield. */
static int
call_finalizer(lua_State *L)
{
	lua_call(L, 1, 0);
	return 0;
}

void
finalizer_open(lua_State *L)
{
	lua_State *co = lua_newthread(L);

	/* it takes its maker's hook over */
	limit_count_no_more(co);
	lua_setfield(L, LUA_REGISTRYINDEX, key);
}

/* Leave `co` as it was before; what is still to be closed in it runs. */
static void
tidy(lua_State *co, int status)
{
	if (status != LUA_OK)
		lua_resetthread(co);
	limit_count_no_more(co);
	lua_settop(co, 0);
}

/* A body for luaD_pcall(): the finalizer and its object are on top, and there
 * is room for three more. */
static void
run(lua_State *L, void *arg)
{
	lua_State *co;
	int results;

	(void)arg;
	lua_getfield(L, LUA_REGISTRYINDEX, key);
	co = lua_tothread(L, -1);
	lua_pop(L, 1);
	lua_pushcfunction(co, call_finalizer);
	lua_xmove(L, co, 2);
	limit_count(co);
	tidy(co, lua_resume(co, L, 2, &results));
}

/* The syntax check has a state without libraries. */
static bool
has_coroutine(lua_State *L)
{
	bool has;

	if (!limit_current())
		return false;
	has = lua_getfield(L, LUA_REGISTRYINDEX, key) == LUA_TTHREAD;
	lua_pop(L, 1);
	return has;
}

/* NOLINTBEGIN(readability-identifier-naming) */
int
__wrap_luaD_pcall(lua_State *L, void (*body)(lua_State *, void *), void *arg,
    ptrdiff_t top, ptrdiff_t handler)
{
	/* there is none yet while the libraries are opened */
	if (!arg && has_coroutine(L))
		body = run;
	return luaD_pcall(L, body, arg, top, handler);
}
/* NOLINTEND(readability-identifier-naming) */
