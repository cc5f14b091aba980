/*
 * string.find, match and gmatch on pattern.h.
 *
 * An iterator of gmatch keeps its place as a number in its upvalue, so it goes
 * on in a later message, from an image that was copied or moved.
 */
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/lib_string.h"
#include "vm/lua/limit.h"

enum {
	/* upvalues of gmatch's iterator */
	SUBJECT = 1,
	ITEMS = 2,
	/* offset where the last match ended; before the first one -1 less the
	 * offset where to begin */
	PLACE = 3,
};

size_t
lib_string_start(lua_Integer place, size_t len)
{
	if (place > 0)
		return (size_t)place;
	if (place == 0 || place < -(lua_Integer)len)
		return 1;
	return len + (size_t)place + 1;
}

struct span
lib_string_arg(lua_State *L, int arg)
{
	size_t len;
	const char *text = luaL_checklstring(L, arg, &len);

	return span_of(text, len);
}

void
lib_string_fail(lua_State *L, struct pattern *p)
{
	pattern_settle(p);
	luaL_error(L, "%s", p->error);
	__builtin_unreachable();
}

void
lib_string_push_capture(lua_State *L, struct pattern *p, unsigned i)
{
	struct pattern_capture c;

	if (pattern_get(p, i, &c) < 0)
		lib_string_fail(L, p);
	if (c.len == PATTERN_POSITION)
		lua_pushinteger(L, c.at - p->subject + 1);
	else
		lua_pushlstring(L, (const char *)c.at, c.len);
}

int
lib_string_push_captures(lua_State *L, struct pattern *p, unsigned n)
{
	luaL_checkstack(L, (int)n, "too many captures");
	for (unsigned i = 0; i < n; i++)
		lib_string_push_capture(L, p, i);
	return (int)n;
}

/* The places of what was found by its bytes alone. */
static int
find_plain(lua_State *L, struct span subject, size_t from, struct span needle)
{
	struct span hay = span_from(subject, from);
	const uint8_t *at = pattern_find_plain(hay, needle);

	if (!at) {
		luaL_pushfail(L);
		return 1;
	}
	lua_pushinteger(L, at - subject.p + 1);
	lua_pushinteger(L, at - subject.p + (lua_Integer)needle.len);
	return 2;
}

/* What find() and match() have in common. */
static int
search(lua_State *L, bool find)
{
	struct span subject = lib_string_arg(L, 1);
	struct span items = lib_string_arg(L, 2);
	size_t from =
	    lib_string_start(luaL_optinteger(L, 3, 1), subject.len) - 1;
	struct pattern p;
	enum pattern_outcome outcome;
	unsigned n;

	if (from > subject.len) {
		luaL_pushfail(L);
		return 1;
	}
	if (find && (lua_toboolean(L, 4) || !pattern_has_specials(items)))
		return find_plain(L, subject, from, items);
	pattern_init(&p, subject, items, true);
	outcome = pattern_search(&p, subject.p + from);
	if (outcome == PATTERN_WRONG)
		lib_string_fail(L, &p);
	pattern_settle(&p);
	if (outcome == PATTERN_NOWHERE) {
		luaL_pushfail(L);
		return 1;
	}
	n = find ? p.level : pattern_captures(&p);
	if (!find)
		return lib_string_push_captures(L, &p, n);
	lua_pushinteger(L, p.from - subject.p + 1);
	lua_pushinteger(L, p.to - subject.p);
	return lib_string_push_captures(L, &p, n) + 2;
}

static int
string_find(lua_State *L)
{
	return search(L, true);
}

static int
string_match(lua_State *L)
{
	return search(L, false);
}

/* An empty match where the last one ended is none. */
static int
gmatch_next(lua_State *L)
{
	struct span subject = lib_string_arg(L, lua_upvalueindex(SUBJECT));
	struct span items = lib_string_arg(L, lua_upvalueindex(ITEMS));
	lua_Integer place = lua_tointeger(L, lua_upvalueindex(PLACE));
	size_t from = (size_t)(place < 0 ? -(place + 1) : place);
	enum pattern_outcome outcome = PATTERN_NOWHERE;
	struct pattern p;

	pattern_init(&p, subject, items, false);
	while (from <= subject.len) {
		outcome = pattern_search(&p, subject.p + from);
		if (outcome != PATTERN_FOUND || p.to - subject.p != place)
			break;
		from = (size_t)(p.from - subject.p) + 1;
		outcome = PATTERN_NOWHERE;
	}
	if (outcome == PATTERN_WRONG)
		lib_string_fail(L, &p);
	pattern_settle(&p);
	if (outcome == PATTERN_NOWHERE)
		return 0;
	lua_pushinteger(L, p.to - subject.p);
	lua_replace(L, lua_upvalueindex(PLACE));
	return lib_string_push_captures(L, &p, pattern_captures(&p));
}

static int
string_gmatch(lua_State *L)
{
	struct span subject = lib_string_arg(L, 1);
	size_t from;

	lib_string_arg(L, 2);
	from = lib_string_start(luaL_optinteger(L, 3, 1), subject.len) - 1;
	lua_settop(L, 2);
	/* behind the end is as good as any place there */
	if (from > subject.len)
		from = subject.len + 1;
	lua_pushinteger(L, -1 - (lua_Integer)from);
	lua_pushcclosure(L, gmatch_next, 3);
	return 1;
}

void
lib_match_open(lua_State *L)
{
	static const luaL_Reg ours[] = {
		{ "find", string_find },
		{ "gmatch", string_gmatch },
		{ "match", string_match },
		{ NULL, NULL },
	};

	lib_set(L, ours);
}
