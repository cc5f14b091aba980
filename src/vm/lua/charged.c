/* Short work is worth no charge: it is part of the instruction. */
#include "vm/lua/charged.h"

#include <math.h>
#include <string.h>

#include "vm/lua/limit.h"

enum {
	LONG_NUMBER = 64, /* bytes */
	MANY_VALUES = 64,
	/* units for one metamethod that is found */
	LOOKUP_COST = 3,
	/* units for an error */
	THROW_COST = 100,
	/* of Lua's metamethods, __call */
	EVENT_CALL = 23,
	/* arguments that move in a unit */
	MOVED = 4,
	/* bits between exponents that are worth a charge */
	FAR = 64,
};

/* NOLINTBEGIN(readability-identifier-naming) */
/* What the linker has put ours in front of. */
size_t luaO_str2num(const char *text, void *out);
void luaT_getvarargs(lua_State *L, void *frame, void *to, int wanted);
const void *luaT_gettm(void *events, int event, void *name);
const void *luaT_gettmbyobj(lua_State *L, const void *of, int event);
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

const void *
__wrap_luaT_gettmbyobj(lua_State *L, const void *of, int event)
{
	int n;

	if (event == EVENT_CALL) {
		/* no more of them than there are values in the frame */
		n = lua_gettop(L);
		if (n >= MANY_VALUES)
			limit_charge((uint64_t)n / MOVED);
	}
	return luaT_gettmbyobj(L, of, event);
}

double
__wrap_fmod(double a, double b)
{
	int of_a = 0;
	int of_b = 0;

	frexp(a, &of_a);
	frexp(b, &of_b);
	if (of_a - of_b >= FAR)
		limit_charge((uint64_t)(of_a - of_b));
	return fmod(a, b);
}
/* NOLINTEND(readability-identifier-naming) */
