/*
 * The module, and the way from values to text (lib_json_decode.c: the other).
 *
 * Nothing recurses: what is open stands in an array, the tables themselves on
 * the Lua stack. A call takes little of the C stack, for an error's handler
 * that encodes and fails is called again within, some two hundred times.
 *
 * Any allocation may run finalizers, that is code of the program, which may
 * change the tables that are being written. So the texts that the C side
 * points to are held on the Lua stack or in a list of keys.
 */
#include "vm/lua/lib_json.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>

#include "codec/utf8.h"
#include "vm/lua/limit.h"

enum {
	/* bytes written before memory is asked for */
	FIRST_ROOM = 1024,
	/* keys of an object that are held on the Lua stack */
	KEYS_ON_STACK = 64,
	/* open tables that need no memory of their own */
	FIRST_OPEN = 16,
	/* keys that are sorted by insertion */
	FEW = 12,
	/* Lua slots that a value needs beside its keys */
	SLOTS = 8,
	NUMBER_ROOM = 32,
	/* bytes of a text that is charged by its length */
	LONG_TEXT = 64,
	/* units for an item or a field */
	ITEM_COST = 32,
};

/* Whole numbers below are written the same as integers and by "%.14g". */
#define PLAIN_WHOLE 100000000000000

struct sort_key {
	const char *text;
	size_t len;
	size_t place; /* where the key is held, from 0 */
};

/* A table that is being written. */
struct open_table {
	const void *id;
	int slot; /* the table; its keys stand above it */
	bool is_list;
	bool any;    /* something was written in it */
	bool few;    /* its keys are held in slots */
	size_t n;    /* items or keys */
	size_t next; /* the one whose turn it is, from 0 */
	size_t keys; /* where its keys begin in writer.keys */
};

struct writer {
	lua_State *lua;
	bool replace;
	char *p;
	size_t len;
	size_t room;
	int slot; /* holds the userdata of p */
	struct sort_key *keys;
	size_t key_count;
	size_t key_room;
	int key_slot; /* holds the userdata of keys */
	struct open_table *open;
	int depth;
	int open_room;
	int open_slot; /* holds the userdata of open */
	struct open_table first_open[FIRST_OPEN];
	char first[FIRST_ROOM];
};

static char *
reserve(struct writer *w, size_t n)
{
	size_t room = w->room;
	char *p;

	if (n <= w->room - w->len)
		return w->p + w->len;
	if (n > SIZE_MAX / 4 - w->len)
		luaL_error(w->lua, "text too long");
	while (room < w->len + n)
		room *= 2;
	p = lua_newuserdatauv(w->lua, room, 0);
	memcpy(p, w->p, w->len);
	lua_replace(w->lua, w->slot);
	w->p = p;
	w->room = room;
	return p + w->len;
}

static void
add(struct writer *w, const char *p, size_t n)
{
	memcpy(reserve(w, n), p, n);
	w->len += n;
}

static void
add_byte(struct writer *w, char c)
{
	*reserve(w, 1) = c;
	w->len++;
}

/* The short form where JSON has one, else \u00XX. */
static void
add_escape(struct writer *w, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t";
	static const char to[] = "\"\\bfnrt";
	static const char hex[] = "0123456789abcdef";
	const char *found = memchr(from, c, sizeof(from) - 1);

	if (found) {
		add_byte(w, '\\');
		add_byte(w, to[found - from]);
	} else {
		add(w, "\\u00", 4);
		add_byte(w, hex[c >> 4]);
		add_byte(w, hex[c & 15]);
	}
}

/* Bytes at `s` that are written as they are. */
static size_t
plain_run(const unsigned char *s, size_t len, bool ascii_only)
{
	size_t n = 0;

	while (n < len && s[n] >= 32 && s[n] != '"' && s[n] != '\\' &&
	    !(ascii_only && s[n] >= 0x80))
		n++;
	return n;
}

/*
 * Invalid UTF-8 passes as it is unless it is to be replaced: programs keep
 * bytes in texts, and the established codec lets them through.
 */
static void
add_string(struct writer *w, const char *text, size_t len, bool is_key)
{
	const unsigned char *s = (const unsigned char *)text;

	if (len >= LONG_TEXT)
		limit_charge(len / 4);
	add_byte(w, '"');
	while (len > 0) {
		size_t n = plain_run(s, len, w->replace);
		bool valid = true;

		if (n == 0 && s[0] >= 0x80)
			n = utf8_next(span_of(s, len), &valid);
		if (!valid || (n == 0 && s[0] == 0 && is_key && w->replace)) {
			add(w, "\xef\xbf\xbd", 3);
			n = n ? n : 1;
		} else if (n > 0) {
			add(w, (const char *)s, n);
		} else {
			add_escape(w, s[0]);
			n = 1;
		}
		s += n;
		len -= n;
	}
	add_byte(w, '"');
}

/*
 * Backwards from the last digit; the least number has no positive twin, so the
 * digits are taken from an unsigned one.
 */
static void
add_integer(struct writer *w, int64_t n)
{
	char text[NUMBER_ROOM];
	char *p = text + sizeof(text);
	uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;

	do
		*--p = (char)('0' + left % 10);
	while (left /= 10);
	if (n < 0)
		*--p = '-';
	add(w, p, (size_t)(text + sizeof(text) - p));
}

/*
 * "%.14g" is what the established codec writes; whole numbers below 10^14 come
 * out of it as plain digits, and that is quicker by hand.
 */
static void
add_number(struct writer *w)
{
	lua_State *L = w->lua;
	lua_Number x = lua_tonumber(L, -1);
	char text[NUMBER_ROOM];

	if (!isfinite(x))
		luaL_error(L, "unexpected number value '%s'",
		    luaL_tolstring(L, -1, NULL));
	/* the sign of -0.0 is kept: it is not a plain whole number */
	if (x == floor(x) && fabs(x) < PLAIN_WHOLE && !(x == 0 && signbit(x)))
		add_integer(w, (int64_t)x);
	else
		add(w, text, (size_t)snprintf(text, sizeof(text), "%.14g", x));
}

/* Write the scalar on top; false: it is a table. */
static bool
write_scalar(struct writer *w)
{
	lua_State *L = w->lua;
	const char *text;
	size_t len;

	switch (lua_type(L, -1)) {
	case LUA_TTABLE:
		return false;
	case LUA_TNIL:
		add(w, "null", 4);
		return true;
	case LUA_TBOOLEAN:
		if (lua_toboolean(L, -1))
			add(w, "true", 4);
		else
			add(w, "false", 5);
		return true;
	case LUA_TNUMBER:
		add_number(w);
		return true;
	case LUA_TSTRING:
		text = lua_tolstring(L, -1, &len);
		add_string(w, text, len, false);
		return true;
	default:
		luaL_error(L, "unexpected type '%s'", luaL_typename(L, -1));
		return true;
	}
}

/* Keys of the table at `slot`, which must all be numbers or all texts. */
static size_t
count_keys(lua_State *L, int slot, int type)
{
	size_t n = 0;

	lua_pushnil(L);
	while (lua_next(L, slot)) {
		lua_pop(L, 1);
		if (lua_type(L, -1) != type)
			luaL_error(L,
			    "invalid table: mixed or invalid key types");
		n++;
	}
	return n;
}

/* n distinct numbers are 1 … n when each is whole and in that range. */
static void
check_list(lua_State *L, int slot, size_t n)
{
	lua_pushnil(L);
	while (lua_next(L, slot)) {
		lua_pop(L, 1);
		if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1 ||
		    (lua_Unsigned)lua_tointeger(L, -1) > n)
			luaL_error(L, "invalid table: sparse array");
	}
}

/* Room for n more keys; those of the outer tables stand in front of them. */
static struct sort_key *
reserve_keys(struct writer *w, size_t n)
{
	size_t room = w->key_room ? w->key_room : KEYS_ON_STACK;
	struct sort_key *keys;

	if (n <= w->key_room - w->key_count)
		return w->keys + w->key_count;
	while (room < w->key_count + n)
		room *= 2;
	keys = lua_newuserdatauv(w->lua, room * sizeof(*keys), 0);
	if (w->key_count)
		memcpy(keys, w->keys, w->key_count * sizeof(*keys));
	lua_replace(w->lua, w->key_slot);
	w->keys = keys;
	w->key_room = room;
	return keys + w->key_count;
}

/* Fetch the keys of the object and hold them above it: each in its slot, or,
 * where there are many, in one list. */
static void
collect_keys(struct writer *w, struct open_table *t)
{
	lua_State *L = w->lua;
	struct sort_key *keys = reserve_keys(w, t->n);
	size_t n = 0;

	t->few = t->n <= KEYS_ON_STACK;
	if (!t->few)
		lua_createtable(L, (int)t->n, 0);
	lua_pushnil(L);
	/* bounded: making the list may have run a finalizer */
	while (n < t->n && lua_next(L, t->slot)) {
		lua_pop(L, 1);
		if (lua_type(L, -1) != LUA_TSTRING)
			continue;
		keys[n].text = lua_tolstring(L, -1, &keys[n].len);
		keys[n].place = n;
		n++;
		lua_pushvalue(L, -1);
		if (!t->few)
			lua_rawseti(L, t->slot + 1, (lua_Integer)n);
	}
	t->n = n;
	t->keys = w->key_count;
	w->key_count += n;
	lua_settop(L, t->slot + (t->few ? (int)n : 1));
}

/* By bytes, a prefix first, as canonical results have them. */
static bool
key_less(const struct sort_key *a, const struct sort_key *b)
{
	size_t n = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->text, b->text, n);

	return c < 0 || (c == 0 && a->len < b->len);
}

/* By insertion: most objects have a handful of keys. */
static void
sort_few(struct sort_key *k, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct sort_key moved = k[i];
		size_t at = i;

		for (; at > 0 && key_less(&moved, &k[at - 1]); at--)
			k[at] = k[at - 1];
		k[at] = moved;
	}
}

/* Let the key at `at` sink to its place in a heap of n. */
static void
sink(struct sort_key *k, size_t at, size_t n)
{
	struct sort_key moved = k[at];
	size_t child;

	while ((child = 2 * at + 1) < n) {
		if (child + 1 < n && key_less(&k[child], &k[child + 1]))
			child++;
		if (!key_less(&moved, &k[child]))
			break;
		k[at] = k[child];
		at = child;
	}
	k[at] = moved;
}

/* In place, in n log n whatever the keys; the library's may allocate. */
static void
sort_keys(struct sort_key *k, size_t n)
{
	if (n <= FEW) {
		sort_few(k, n);
		return;
	}
	for (size_t i = n / 2; i-- > 0;)
		sink(k, i, n);
	for (size_t i = n; i-- > 1;) {
		struct sort_key last = k[i];

		k[i] = k[0];
		k[0] = last;
		sink(k, 0, i);
	}
}

/* The entry of one more open table. */
static struct open_table *
reserve_open(struct writer *w)
{
	size_t size = (size_t)w->open_room * sizeof(*w->open);
	void *p;

	if (w->depth == w->open_room) {
		p = lua_newuserdatauv(w->lua, 2 * size, 0);
		memcpy(p, w->open, size);
		lua_replace(w->lua, w->open_slot);
		w->open = p;
		w->open_room *= 2;
	}
	return &w->open[w->depth];
}

/* The slots that a table needs; running out of them is an error. */
static void
open_table(struct writer *w)
{
	lua_State *L = w->lua;
	struct open_table *t;
	int slot = lua_gettop(L);
	const void *id = lua_topointer(L, slot);

	for (int i = w->depth - 1; i >= 0; i--)
		if (w->open[i].id == id)
			luaL_error(L, "circular reference");
	if (w->depth == LIB_JSON_DEPTH)
		luaL_error(L, "tables nested too deeply");
	luaL_checkstack(L, SLOTS, "too many tables in tables");
	t = reserve_open(w);
	*t = (struct open_table){ .id = id, .slot = slot };
	t->is_list = lua_rawgeti(L, slot, 1) != LUA_TNIL;
	lua_pop(L, 1);
	t->n = count_keys(L, slot, t->is_list ? LUA_TNUMBER : LUA_TSTRING);
	limit_charge(ITEM_COST * (t->n + 1));
	t->is_list = t->is_list || t->n == 0;
	if (t->is_list) {
		check_list(L, slot, t->n);
	} else {
		luaL_checkstack(L, SLOTS + KEYS_ON_STACK,
		    "too many tables in tables");
		collect_keys(w, t);
		sort_keys(w->keys + t->keys, t->n);
	}
	add_byte(w, t->is_list ? '[' : '{');
	w->depth++;
}

/* Push the value at place i of the table. */
static void
push_value(struct writer *w, const struct open_table *t, size_t i)
{
	lua_State *L = w->lua;
	size_t place = t->is_list ? i : w->keys[t->keys + i].place;

	if (t->is_list) {
		lua_rawgeti(L, t->slot, (lua_Integer)i + 1);
		return;
	}
	if (t->few)
		lua_pushvalue(L, t->slot + 1 + (int)place);
	else
		lua_rawgeti(L, t->slot + 1, (lua_Integer)place + 1);
	lua_rawget(L, t->slot);
}

/* Push the next value of the innermost table, its key written; false: there
 * is none. */
static bool
next_value(struct writer *w)
{
	struct open_table *t = &w->open[w->depth - 1];

	while (t->next < t->n) {
		size_t i = t->next++;

		push_value(w, t, i);
		if (!t->is_list && lua_isfunction(w->lua, -1)) {
			lua_pop(w->lua, 1);
			continue;
		}
		if (t->any)
			add_byte(w, ',');
		t->any = true;
		if (!t->is_list) {
			struct sort_key *key = &w->keys[t->keys + i];

			add_string(w, key->text, key->len, true);
			add_byte(w, ':');
		}
		return true;
	}
	return false;
}

/* The keys of this table go, and with them what held them. */
static void
close_table(struct writer *w)
{
	struct open_table *t = &w->open[--w->depth];

	add_byte(w, t->is_list ? ']' : '}');
	if (!t->is_list)
		w->key_count = t->keys;
	lua_settop(w->lua, t->slot - 1);
}

void
lib_json_push_text(lua_State *L, int index, bool replace_invalid)
{
	struct writer w;
	bool fresh = true; /* the value on top is not written yet */

	/* not all of it: the arrays need no zeroes */
	w.lua = L;
	w.replace = replace_invalid;
	w.p = w.first;
	w.len = 0;
	w.room = sizeof(w.first);
	w.keys = NULL;
	w.key_count = 0;
	w.key_room = 0;
	w.open = w.first_open;
	w.depth = 0;
	w.open_room = FIRST_OPEN;
	luaL_checkstack(L, SLOTS, NULL);
	index = lua_absindex(L, index);
	w.slot = lua_gettop(L) + 1;
	w.key_slot = w.slot + 1;
	w.open_slot = w.slot + 2;
	lua_settop(L, w.open_slot);
	lua_pushvalue(L, index);
	while (fresh || w.depth > 0) {
		if (!fresh) {
			fresh = next_value(&w);
			if (!fresh)
				close_table(&w);
			continue;
		}
		if (write_scalar(&w))
			lua_pop(L, 1);
		else
			open_table(&w);
		fresh = false;
	}
	lua_pushlstring(L, w.p, w.len);
	lua_replace(L, w.slot);
	lua_settop(L, w.slot);
}

static int
json_encode(lua_State *L)
{
	lua_settop(L, 1);
	lib_json_push_text(L, 1, false);
	return 1;
}

static void
set_function(lua_State *L, const char *name, lua_CFunction f)
{
	/* a closure hashes by its place, a bare function by the program's */
	lua_pushboolean(L, 0);
	lua_pushcclosure(L, f, 1);
	lua_setfield(L, -2, name);
}

void
lib_json_open(lua_State *L)
{
	lua_newtable(L);
	set_function(L, "encode", json_encode);
	set_function(L, "decode", lib_json_decode);
	lua_pushliteral(L, "0.2.0");
	lua_setfield(L, -2, "_version");
}
