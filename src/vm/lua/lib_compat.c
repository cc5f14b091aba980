/*
 * In 5.3 the machine itself turns numeric texts into numbers for arithmetic,
 * always to floats, and for bitwise operators to whole numbers; in 5.4 the
 * metatable of texts does it and keeps integers. So the metamethods of that
 * metatable are replaced. They are reached only where an operand is a text, so
 * numbers lose no time.
 */
#include "vm/lua/lib_compat.h"

#include <stdbool.h>

#include <lauxlib.h>

struct text_operator {
	const char *event;
	int op; /* of lua_arith() */
};

static const struct text_operator operators[] = {
	{ "__add", LUA_OPADD },
	{ "__sub", LUA_OPSUB },
	{ "__mul", LUA_OPMUL },
	{ "__div", LUA_OPDIV },
	{ "__mod", LUA_OPMOD },
	{ "__pow", LUA_OPPOW },
	{ "__idiv", LUA_OPIDIV },
	{ "__unm", LUA_OPUNM },
	/* from here on bitwise */
	{ "__band", LUA_OPBAND },
	{ "__bor", LUA_OPBOR },
	{ "__bxor", LUA_OPBXOR },
	{ "__shl", LUA_OPSHL },
	{ "__shr", LUA_OPSHR },
	{ "__bnot", LUA_OPBNOT },
};

enum {
	OPERATORS = sizeof(operators) / sizeof(*operators),
	FIRST_BITWISE = 8
};

/* Push the argument as a number; false, nothing pushed: it is none. */
static bool
push_number(lua_State *L, int arg, bool bitwise)
{
	const char *text;
	size_t used;
	size_t len;

	if (lua_type(L, arg) == LUA_TNUMBER) {
		lua_pushvalue(L, arg);
		return true;
	}
	if (lua_type(L, arg) != LUA_TSTRING)
		return false;
	text = lua_tolstring(L, arg, &len);
	used = lua_stringtonumber(L, text);
	/* a zero byte ends what was looked at */
	if (used != len + 1) {
		lua_pop(L, used != 0);
		return false;
	}
	if (!bitwise) {
		lua_pushnumber(L, lua_tonumber(L, -1));
		lua_remove(L, -2);
	}
	return true;
}

static bool
is_whole(lua_State *L, int index)
{
	int is;

	(void)lua_tointegerx(L, index, &is);
	return is;
}

/* A text and something that has a metamethod of its own: call that. Else the
 * error that 5.3 raises, about the first operand that is no number. */
static int
try_other(lua_State *L, const struct text_operator *o, bool bitwise)
{
	bool first = push_number(L, 1, bitwise);

	lua_settop(L, 2);
	if (lua_type(L, 2) != LUA_TSTRING &&
	    luaL_getmetafield(L, 2, o->event) != LUA_TNIL) {
		lua_insert(L, 1);
		lua_call(L, 2, 1);
		return 1;
	}
	return luaL_error(L, "attempt to perform %s a %s value",
	    bitwise ? "bitwise operation on" : "arithmetic on",
	    luaL_typename(L, first ? 2 : 1));
}

/* The upvalue is the place in the table of operators. */
static int
string_operator(lua_State *L)
{
	lua_Integer which = lua_tointeger(L, lua_upvalueindex(1));
	const struct text_operator *o = &operators[which];
	bool bitwise = which >= FIRST_BITWISE;
	bool unary = o->op == LUA_OPUNM || o->op == LUA_OPBNOT;

	lua_settop(L, 2);
	if (!push_number(L, 1, bitwise) ||
	    (!unary && !push_number(L, 2, bitwise)))
		return try_other(L, o, bitwise);
	/* lua_arith() would say so without the place */
	if (bitwise && !(is_whole(L, -1) && (unary || is_whole(L, -2))))
		return luaL_error(L, "number has no integer representation");
	lua_arith(L, o->op);
	return 1;
}

void
lib_compat_open(lua_State *L)
{
	lua_pushliteral(L, "");
	if (lua_getmetatable(L, -1)) {
		for (int i = 0; i < OPERATORS; i++) {
			lua_pushinteger(L, i);
			lua_pushcclosure(L, string_operator, 1);
			lua_setfield(L, -2, operators[i].event);
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
	if (lua_getfield(L, -1, "bit32") == LUA_TTABLE)
		lua_setglobal(L, "bit32");
	else
		lua_pop(L, 1);
	lua_pop(L, 1);
}
