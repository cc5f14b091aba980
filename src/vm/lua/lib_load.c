/* load(): stock, but text only, and charged ahead of each piece of it. */
#include <stdbool.h>

#include "vm/lua/compile_cost.h"
#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	TEXT = 1,
	NAME = 2,
	ENVIRONMENT = 4,
	PIECE = 5, /* what the reader function gave is kept there */
};

/* What has been read of one text. */
struct reading {
	bool given; /* the text is in one piece, and was taken */
	struct compile_cost cost;
};

/* A lua_Reader. */
static const char *
read_text(lua_State *L, void *arg, size_t *len)
{
	struct reading *r = arg;
	const char *text = NULL;

	*len = 0;
	if (!r->given) {
		r->given = true;
		text = lua_tolstring(L, TEXT, len);
		limit_charge(compile_cost(&r->cost, text, *len));
	}
	return text;
}

/* The same, from the program's function. */
static const char *
read_piece(lua_State *L, void *arg, size_t *len)
{
	struct reading *r = arg;
	const char *text;

	luaL_checkstack(L, 2, "too many nested functions");
	lua_pushvalue(L, TEXT);
	lua_call(L, 0, 1);
	if (lua_isnil(L, -1)) {
		lua_pop(L, 1);
		*len = 0;
		return NULL;
	}
	if (!lua_isstring(L, -1))
		luaL_error(L, "reader function must return a string");
	lua_replace(L, PIECE);
	text = lua_tolstring(L, PIECE, len);
	limit_charge(compile_cost(&r->cost, text, *len));
	return text;
}

/* The mode is looked at and ignored: bytecode can break the machine. */
static int
load(lua_State *L)
{
	struct reading r = { 0 };
	const char *text = lua_tostring(L, TEXT);
	bool has_environment = !lua_isnone(L, ENVIRONMENT);
	const char *name;
	int status;

	luaL_optstring(L, 3, "bt");
	if (text) {
		name = luaL_optstring(L, NAME, text);
		status = lua_load(L, read_text, &r, name, "t");
	} else {
		name = luaL_optstring(L, NAME, "=(load)");
		luaL_checktype(L, TEXT, LUA_TFUNCTION);
		lua_settop(L, PIECE);
		status = lua_load(L, read_piece, &r, name, "t");
	}
	if (status != LUA_OK) {
		luaL_pushfail(L);
		lua_insert(L, -2);
		return 2;
	}
	if (has_environment) {
		lua_pushvalue(L, ENVIRONMENT);
		/* a function without upvalues has no environment */
		if (!lua_setupvalue(L, -2, 1))
			lua_pop(L, 1);
	}
	return 1;
}

void
lib_load_open(lua_State *L)
{
	lib_push(L, load);
	lua_setglobal(L, "load");
}
