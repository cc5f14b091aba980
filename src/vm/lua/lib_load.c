/*
 * load(): stock, but text only, and charged by the bytes that are compiled.
 *
 * Compiling looks through all labels of a block at each goto and each label, so
 * they are charged by the square; they are told by their colons.
 */
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	TEXT = 1,
	NAME = 2,
	ENVIRONMENT = 4,
	PIECE = 5, /* what the reader function gave is kept there */
	/* units for a byte */
	BYTE_COST = 12,
	/* colons round a label */
	LABEL_COLONS = 4,
	/* labels that one function may have */
	LABELS = 32767,
	/* labels that are compared in a unit */
	COMPARED = 16,
};

/* What has been read of one text. */
struct reading {
	bool given; /* the text is in one piece, and was taken */
	uint64_t labels;
	uint64_t gotos;
	unsigned colons;  /* of the label that is being read */
	unsigned matched; /* bytes of "goto" */
};

/* Note the labels and gotos of one byte more. */
static void
note(struct reading *r, char c)
{
	static const char word[] = "goto";

	if (c == ':' && ++r->colons == LABEL_COLONS) {
		r->labels++;
		r->colons = 0;
	}
	r->matched = c == word[r->matched] ? r->matched + 1 : c == 'g';
	if (r->matched == sizeof(word) - 1) {
		r->gotos++;
		r->matched = 0;
	}
}

static uint64_t
smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Ahead of compiling the piece. */
static void
charge(struct reading *r, const char *text, size_t len)
{
	uint64_t before = smaller(r->labels, LABELS);

	limit_charge(len * BYTE_COST);
	for (size_t i = 0; i < len; i++)
		note(r, text[i]);
	/* each new one is compared with those before */
	limit_charge((smaller(r->labels, LABELS) - before) *
	    smaller(r->labels + r->gotos, LABELS) / COMPARED);
}

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
		charge(r, text, *len);
	}
	return text;
}

/* The same, from the program's function. */
static const char *
read_piece(lua_State *L, void *arg, size_t *len)
{
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
	charge(arg, text, *len);
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
