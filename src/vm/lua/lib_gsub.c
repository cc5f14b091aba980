/*
 * string.gsub. The result is made in a luaL_Buffer, whose memory is Lua's, so
 * the replacement may be a function of the program, which may do anything.
 */
#include <stdbool.h>

#include "vm/lua/lib.h"
#include "vm/lua/lib_string.h"
#include "vm/lua/limit.h"

enum {
	SUBJECT = 1,
	ITEMS = 2,
	REPLACEMENT = 3,
	MOST = 4,
	/* units for a match, beside its steps */
	MATCH_COST = 16,
	ESCAPE = '%',
};

struct gsub {
	lua_State *lua;
	int type;     /* of the replacement */
	bool literal; /* it is a text without escapes */
	size_t len;   /* of that */
	const char *text;
	struct pattern p;
	luaL_Buffer out;
};

static void
add(struct gsub *g, const uint8_t *from, const uint8_t *to)
{
	luaL_addlstring(&g->out, (const char *)from, (size_t)(to - from));
}

/* "%1" and its like in a replacement text. */
static void
add_capture(struct gsub *g, unsigned i)
{
	struct pattern_capture c;

	if (pattern_get(&g->p, i, &c) < 0)
		lib_string_fail(g->lua, &g->p);
	if (c.len != PATTERN_POSITION) {
		add(g, c.at, c.at + c.len);
		return;
	}
	lib_string_push_capture(g->lua, &g->p, i);
	luaL_addvalue(&g->out);
}

static _Noreturn void
fail_escape(struct gsub *g)
{
	g->p.error = "invalid use of '%' in replacement string";
	lib_string_fail(g->lua, &g->p);
}

/* A byte behind the text's last is zero. */
static void
add_text(struct gsub *g)
{
	struct span text = lib_string_arg(g->lua, REPLACEMENT);
	const uint8_t *at = text.p;
	const uint8_t *end = text.p + text.len;
	const uint8_t *escape;

	g->p.due += text.len / 8;
	while ((escape = memchr(at, ESCAPE, (size_t)(end - at)))) {
		uint8_t what = escape[1];

		add(g, at, escape);
		if (what == ESCAPE)
			luaL_addchar(&g->out, ESCAPE);
		else if (what == '0')
			add(g, g->p.from, g->p.to);
		else if (what >= '1' && what <= '9')
			add_capture(g, what - '1');
		else
			fail_escape(g);
		at = escape + 2;
	}
	add(g, at, end);
}

/* Replace the match; true: by something of its own. */
static bool
replace(struct gsub *g)
{
	lua_State *L = g->lua;

	if (g->type == LUA_TFUNCTION) {
		int n;

		lua_pushvalue(L, REPLACEMENT);
		n = lib_string_push_captures(L, &g->p, pattern_captures(&g->p));
		/* it may raise: nothing is left due */
		pattern_settle(&g->p);
		lua_call(L, n, 1);
	} else if (g->type == LUA_TTABLE) {
		lib_string_push_capture(L, &g->p, 0);
		pattern_settle(&g->p);
		lua_gettable(L, REPLACEMENT);
	} else if (g->literal) {
		luaL_addlstring(&g->out, g->text, g->len);
		return true;
	} else {
		add_text(g);
		return true;
	}
	if (!lua_toboolean(L, -1)) {
		lua_pop(L, 1);
		add(g, g->p.from, g->p.to);
		return false;
	}
	if (!lua_isstring(L, -1))
		luaL_error(L, "invalid replacement value (a %s)",
		    luaL_typename(L, -1));
	luaL_addvalue(&g->out);
	return true;
}

/*
 * Replace up to `most` matches; gives how many there were. An empty match where
 * the last one ended is none.
 */
static lua_Integer
replace_all(struct gsub *g, lua_Integer most, bool *changed)
{
	struct pattern *p = &g->p;
	const uint8_t *at = p->subject;
	const uint8_t *last = NULL;
	lua_Integer n = 0;

	while (n < most) {
		enum pattern_outcome outcome = pattern_search(p, at);

		if (outcome == PATTERN_WRONG)
			lib_string_fail(g->lua, p);
		if (outcome == PATTERN_NOWHERE)
			break;
		p->due += MATCH_COST;
		if (p->from > at)
			add(g, at, p->from);
		at = p->from;
		if (p->to != last) {
			n++;
			*changed |= replace(g);
			at = last = p->to;
		} else if (at < p->subject_end) {
			luaL_addchar(&g->out, (char)*at);
			at++;
		} else {
			break;
		}
		if (p->anchored)
			break;
	}
	if (*changed)
		add(g, at, p->subject_end);
	return n;
}

static int
gsub(lua_State *L)
{
	struct span subject = lib_string_arg(L, SUBJECT);
	struct span items = lib_string_arg(L, ITEMS);
	int type = lua_type(L, REPLACEMENT);
	lua_Integer most =
	    luaL_optinteger(L, MOST, (lua_Integer)subject.len + 1);
	struct gsub g;
	bool changed = false;
	lua_Integer n;

	luaL_argexpected(L,
	    type == LUA_TNUMBER || type == LUA_TSTRING ||
		type == LUA_TFUNCTION || type == LUA_TTABLE,
	    REPLACEMENT, "string/function/table");
	g.lua = L;
	g.type = type;
	g.text = lua_tolstring(L, REPLACEMENT, &g.len);
	g.literal = g.text && !memchr(g.text, ESCAPE, g.len);
	pattern_init(&g.p, subject, items, true);
	g.p.due = g.text ? g.len / 16 : 0;
	luaL_buffinit(L, &g.out);
	n = replace_all(&g, most, &changed);
	pattern_settle(&g.p);
	/* the very text, where nothing is new */
	if (changed)
		luaL_pushresult(&g.out);
	else
		lua_pushvalue(L, SUBJECT);
	lua_pushinteger(L, n);
	return 2;
}

void
lib_gsub_open(lua_State *L)
{
	lib_push(L, gsub);
	lua_setfield(L, -2, "gsub");
}
