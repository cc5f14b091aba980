/*
 * All that is charged follows from the state and from the run alone: where a
 * walk stood is kept in the run, which begins knowing nothing. Nothing here
 * takes longer than what it measures.
 */
#include "vm/lua/passed.h"

#include <stdbool.h>
#include <stdint.h>

#include "vm/lua/limit.h"

_Static_assert(LUA_VERSION_NUM == 504, "whose fields these are");

enum {
	/* kinds of values, with their variants */
	KIND_NIL = 0,
	KIND_INTEGER = 3,
	KIND_SHORT_TEXT = 4,
	KIND_ABSENT = 32, /* no such key */
	KIND_MASK = 15,
	/* Texts behind one in its chain: by chance there are a dozen, in a
	 * table that is full. */
	TEXTS = 64,
	/* behind which each doubles the charge, up to more than any limit */
	DOUBLINGS = 62,
	/* keys in a chain that are worth no charge, and what is */
	KEYS = 32,
	KEYS_PER_UNIT = 64,
	/* units for a step of a walk, beside what it passes over */
	STEP_COST = 4,
};

/* The first fields of what Lua keeps. */
struct text {
	void *all;
	uint8_t kind, marks, extra, len;
	unsigned hash;
	const struct text *behind; /* of a short one */
};

struct value {
	int64_t bits;
	uint8_t kind;
};

struct node {
	int64_t bits;
	uint8_t kind, key_kind;
	int32_t next; /* in nodes from here; 0: the last of its chain */
	int64_t key;
};

struct table {
	void *all;
	uint8_t kind, marks, flags, log_nodes;
	unsigned limit;
	const struct value *list;
	const struct node *nodes;
};

/* NOLINTBEGIN(readability-identifier-naming) */
/* What the linker has put ours in front of, and what it uses. */
void *luaS_newlstr(lua_State *L, const char *text, size_t len);
void *luaS_new(lua_State *L, const char *text);
void luaH_finishset(lua_State *L, void *table, const void *key,
    const void *slot, void *value);
int luaH_next(lua_State *L, void *table, void *key);
void luaH_setint(lua_State *L, void *table, lua_Integer key, void *value);
const void *luaH_get(void *table, const void *key);
unsigned luaH_realasize(const void *table);
_Noreturn void luaD_throw(lua_State *L, int status);
/* NOLINTEND(readability-identifier-naming) */

/* Give the text on, having charged for what is behind it. */
static void *
charge_text(lua_State *L, void *made)
{
	const struct text *t = made;
	unsigned n = 0;

	if (t->kind != KIND_SHORT_TEXT)
		return made;
	for (t = t->behind; t && n < TEXTS + DOUBLINGS; t = t->behind)
		n++;
	if (n <= TEXTS)
		return made;
	if (!limit_current())
		luaD_throw(L, LUA_ERRMEM);
	limit_charge((uint64_t)1 << (n - TEXTS));
	return made;
}

/* The node that such a slot is in; NULL: it is in none of the table's. */
static const struct node *
node_of(const struct table *t, const void *slot)
{
	uintptr_t from = (uintptr_t)t->nodes;
	uintptr_t size = sizeof(*t->nodes) << t->log_nodes;
	uintptr_t at = (uintptr_t)slot;

	return at >= from && at - from < size ? slot : NULL;
}

/* A new key goes behind the first of its chain, so the others are behind it. */
static void
charge_key(void *table, const void *key)
{
	const struct node *node = node_of(table, luaH_get(table, key));
	uint64_t n = 0;

	if (!node)
		return;
	while (node->next) {
		node += node->next;
		n++;
	}
	if (n > KEYS)
		limit_charge(n * n / KEYS_PER_UNIT);
}

/*
 * Where a key stands in the order of a walk: from 1, 0: before all. A key whose
 * value is gone may not be found any more, and is then taken to stand there.
 */
static size_t
find_place(void *table, const struct value *key, size_t listed)
{
	const struct table *t = table;
	const struct node *node;

	if ((key->kind & KIND_MASK) == KIND_NIL)
		return 0;
	if (key->kind == KIND_INTEGER && key->bits >= 1 &&
	    (uint64_t)key->bits <= listed)
		return (size_t)key->bits;
	node = node_of(t, luaH_get(table, key));
	return node ? listed + (size_t)(node - t->nodes) + 1 : 0;
}

/* The same; most walks go on where the last step of one has come to. */
static size_t
place_before(struct run *r, void *table, const struct value *key, size_t listed)
{
	if (r->walk.table == table && r->walk.key == key->bits &&
	    r->walk.kind == key->kind)
		return r->walk.place;
	return find_place(table, key, listed);
}

/* NOLINTBEGIN(readability-identifier-naming) */

void *
__wrap_luaS_newlstr(lua_State *L, const char *text, size_t len)
{
	return charge_text(L, luaS_newlstr(L, text, len));
}

void *
__wrap_luaS_new(lua_State *L, const char *text)
{
	return charge_text(L, luaS_new(L, text));
}

void
__wrap_luaH_finishset(lua_State *L, void *table, const void *key,
    const void *slot, void *value)
{
	bool is_new = ((const struct value *)slot)->kind == KIND_ABSENT;

	luaH_finishset(L, table, key, slot, value);
	if (is_new && limit_current())
		charge_key(table, key);
}

int
__wrap_luaH_next(lua_State *L, void *table, void *key)
{
	struct run *r = limit_current();
	const struct value *at = key;
	size_t listed;
	size_t from;
	size_t to;

	if (!r)
		return luaH_next(L, table, key);
	listed = luaH_realasize(table);
	from = place_before(r, table, at, listed);
	if (luaH_next(L, table, key)) {
		to = find_place(table, at, listed);
		r->walk.table = table;
		r->walk.key = at->bits;
		r->walk.kind = at->kind;
		r->walk.place = to;
		limit_charge(STEP_COST + (to > from ? to - from : 0));
		return 1;
	}
	to = listed + ((size_t)1 << ((const struct table *)table)->log_nodes);
	limit_charge(STEP_COST + (to > from ? to - from : 0));
	return 0;
}

void
__wrap_luaH_setint(lua_State *L, void *table, lua_Integer key, void *value)
{
	limit_charge(1);
	luaH_setint(L, table, key, value);
}
/* NOLINTEND(readability-identifier-naming) */
