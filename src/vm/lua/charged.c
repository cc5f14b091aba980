/* Short work is worth no charge: it is part of the instruction. */
#include "vm/lua/charged.h"

#include <string.h>

#include "vm/lua/limit.h"

enum {
	LONG_NUMBER = 64, /* bytes */
	MANY_VALUES = 64,
	/* units for one metamethod that is found */
	LOOKUP_COST = 3,
	/* units for an error */
	THROW_COST = 100,
};

/* NOLINTBEGIN(readability-identifier-naming) */
/* What the linker has put ours in front of. */
size_t luaO_str2num(const char *text, void *out);
void luaT_getvarargs(lua_State *L, void *frame, void *to, int wanted);
const void *luaT_gettm(void *events, int event, void *name);
_Noreturn void luaD_throw(lua_State *L, int status);

size_t
__wrap_luaO_str2num(const char *text, void *out)
{
	size_t len = strlen(text);

	if (len >= LONG_NUMBER)
		limit_charge(len);
	return luaO_str2num(text, out);
}

void
__wrap_luaT_getvarargs(lua_State *L, void *frame, void *to, int wanted)
{
	int n = wanted;

	luaT_getvarargs(L, frame, to, wanted);
	/* all of them: they now end the stack */
	if (n < 0)
		n = lua_gettop(L);
	if (n >= MANY_VALUES)
		limit_charge((uint64_t)n);
}

void
__wrap_luaD_throw(lua_State *L, int status)
{
	limit_charge(THROW_COST);
	luaD_throw(L, status);
}

const void *
__wrap_luaT_gettm(void *events, int event, void *name)
{
	limit_charge(LOOKUP_COST);
	return luaT_gettm(events, event, name);
}
/* NOLINTEND(readability-identifier-naming) */
