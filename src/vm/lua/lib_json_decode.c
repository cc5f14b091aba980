/*
 * From text to values. Nothing recurses, as in lib_json.c.
 *
 * The places in errors are those of the established codec, so where one looks
 * odd, programs may know it.
 *
 * Open tables lie on the Lua stack, for an object with the key under the value
 * that is being read; `items` says of each whether it is a list and how long. A
 * value is read, then stored, then the next is looked for: two states, in one
 * loop.
 *
 * Bytes are taken as they are: what is no UTF-8 comes through, as it does in
 * the established codec.
 */
#include <stdint.h>
#include <string.h>

#include <lauxlib.h>

#include "vm/lua/lib_json.h"
#include "vm/lua/limit.h"

enum {
	/* digits that fit a lua_Integer whatever they are */
	SAFE_DIGITS = 18,
	/* Lua slots that an open table needs: key, value and a text or two */
	SLOTS = 8,
	/* units for a byte of the text */
	BYTE_COST = 3,
};

struct reader {
	lua_State *lua;
	const char *s;
	size_t len;
	size_t at;
	int depth;
	/* of each open table: items of the list so far, or -1: an object */
	int32_t items[LIB_JSON_DEPTH];
};

/* Raise the text on top, with the place: `at` bytes into the input. */
static _Noreturn void
fail_at(struct reader *r, size_t at)
{
	lua_Integer line = 1;
	lua_Integer column = 1;

	for (size_t i = 0; i < at && i < r->len; i++) {
		column++;
		if (r->s[i] == '\n') {
			line++;
			column = 1;
		}
	}
	luaL_where(r->lua, 1);
	lua_insert(r->lua, -2);
	lua_pushfstring(r->lua, " at line %I col %I", (LUAI_UACINT)line,
	    (LUAI_UACINT)column);
	lua_concat(r->lua, 3);
	lua_error(r->lua);
	__builtin_unreachable();
}

static _Noreturn void
fail(struct reader *r, size_t at, const char *text)
{
	luaL_checkstack(r->lua, SLOTS, NULL);
	lua_pushstring(r->lua, text);
	fail_at(r, at);
}

/* The same about n bytes from `at`, which stand between the two texts. */
static _Noreturn void
fail_about(struct reader *r, size_t at, size_t n, const char *before,
    const char *behind)
{
	luaL_checkstack(r->lua, SLOTS, NULL);
	lua_pushstring(r->lua, before);
	lua_pushlstring(r->lua, r->s + at, n);
	lua_pushstring(r->lua, behind);
	lua_concat(r->lua, 3);
	fail_at(r, at);
}

static void
skip_space(struct reader *r)
{
	while (r->at < r->len &&
	    (r->s[r->at] == ' ' || r->s[r->at] == '\n' || r->s[r->at] == '\r' ||
		r->s[r->at] == '\t'))
		r->at++;
}

/* The byte here; -1 at the end. */
static int
here(const struct reader *r)
{
	return r->at < r->len ? (unsigned char)r->s[r->at] : -1;
}

/*
 * What ends a number or a word; anything else belongs to it, and is told in the
 * error about it.
 */
static bool
is_delimiter(char c)
{
	switch (c) {
	case ' ':
	case '\t':
	case '\r':
	case '\n':
	case ']':
	case '}':
	case ',':
		return true;
	default:
		return false;
	}
}

/* Bytes up to the next delimiter. */
static size_t
word_length(const struct reader *r)
{
	size_t n = 0;

	while (r->at + n < r->len && !is_delimiter(r->s[r->at + n]))
		n++;
	return n;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hexadecimal digits at `at`; -1: there are none. */
static int
hex4(const struct reader *r, size_t at)
{
	int n = 0;

	if (r->len - at < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		int digit = hex_digit(r->s[at + i]);

		if (digit < 0)
			return -1;
		n = n * 16 + digit;
	}
	return n;
}

/* A lone surrogate is written like any other number. */
static size_t
put_utf8(char *p, uint32_t c)
{
	if (c < 0x80) {
		p[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (char)(0xc0 | c >> 6);
		p[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (char)(0xe0 | c >> 12);
		p[1] = (char)(0x80 | (c >> 6 & 0x3f));
		p[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	p[0] = (char)(0xf0 | c >> 18);
	p[1] = (char)(0x80 | (c >> 12 & 0x3f));
	p[2] = (char)(0x80 | (c >> 6 & 0x3f));
	p[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* The escape whose 'u' is at *at; *at moves to its last byte. */
static size_t
read_unicode(struct reader *r, size_t *at, char *out)
{
	int high = hex4(r, *at + 1);
	int low;
	uint32_t c;

	if (high < 0)
		fail(r, *at - 1, "invalid unicode escape in string");
	*at += 4;
	c = (uint32_t)high;
	if (high < 0xd800 || high > 0xdbff || r->len - *at < 7 ||
	    r->s[*at + 1] != '\\' || r->s[*at + 2] != 'u')
		return put_utf8(out, c);
	low = hex4(r, *at + 3);
	if (low < 0xdc00 || low > 0xdfff)
		return put_utf8(out, c);
	*at += 6;
	return put_utf8(out,
	    0x10000 + ((c - 0xd800) << 10) + ((uint32_t)low - 0xdc00));
}

/* One escape, its backslash at *at; gives the bytes put at `out`. */
static size_t
read_escape(struct reader *r, size_t *at, char *out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	++*at;
	if (*at < r->len && r->s[*at] == 'u')
		return read_unicode(r, at, out);
	found = *at < r->len ? memchr(from, r->s[*at], sizeof(from) - 1) : NULL;
	if (!found) {
		luaL_checkstack(r->lua, SLOTS, NULL);
		lua_pushliteral(r->lua, "invalid escape char '");
		lua_pushlstring(r->lua, r->s + *at, *at < r->len ? 1 : 0);
		lua_pushliteral(r->lua, "' in string");
		lua_concat(r->lua, 3);
		fail_at(r, *at - 1);
	}
	*out = to[found - from];
	return 1;
}

/* The first byte behind r->at that is a quote, or may not stand in a string,
 * or the end. *escaped: there are escapes before. */
static size_t
find_string_end(const struct reader *r, bool *escaped)
{
	size_t i = r->at + 1;

	for (; i < r->len; i++) {
		unsigned char c = (unsigned char)r->s[i];

		if (c == '"' || c < 32)
			return i;
		if (c == '\\') {
			*escaped = true;
			i++;
		}
	}
	return r->len;
}

/* Push the string here. */
static void
read_string(struct reader *r)
{
	size_t start = r->at + 1;
	bool escaped = false;
	size_t end = find_string_end(r, &escaped);
	size_t n = 0;
	char *text = NULL;

	if (escaped) {
		/* no escape is longer than what it stands for */
		text = lua_newuserdatauv(r->lua, end - start, 0);
		for (size_t i = start; i < end; i++) {
			if (r->s[i] == '\\')
				n += read_escape(r, &i, text + n);
			else
				text[n++] = r->s[i];
		}
	}
	if (end >= r->len)
		fail(r, r->at, "expected closing quote for string");
	if (r->s[end] != '"')
		fail(r, end, "control character in string");
	if (escaped) {
		lua_pushlstring(r->lua, text, n);
		lua_remove(r->lua, -2);
	} else {
		lua_pushlstring(r->lua, r->s + start, end - start);
	}
	r->at = end + 1;
}

/* Push the number of n bytes here when it is plain: -?[0-9]+, not long. */
static bool
read_plain_integer(struct reader *r, size_t n)
{
	const char *s = r->s + r->at;
	size_t i = s[0] == '-';
	lua_Integer value = 0;

	if (n == i || n > SAFE_DIGITS)
		return false;
	for (; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		value = value * 10 + (s[i] - '0');
	}
	lua_pushinteger(r->lua, s[0] == '-' ? -value : value);
	return true;
}

/* A number is what Lua takes for one. */
static void
read_number(struct reader *r)
{
	size_t n = word_length(r);
	const char *text;

	if (!read_plain_integer(r, n)) {
		text = lua_pushlstring(r->lua, r->s + r->at, n);
		if (lua_stringtonumber(r->lua, text) != n + 1)
			fail_about(r, r->at, n, "invalid number '", "'");
		lua_remove(r->lua, -2);
	}
	r->at += n;
}

static void
read_word(struct reader *r)
{
	size_t n = word_length(r);
	const char *s = r->s + r->at;

	if (n == 4 && memcmp(s, "true", 4) == 0)
		lua_pushboolean(r->lua, 1);
	else if (n == 5 && memcmp(s, "false", 5) == 0)
		lua_pushboolean(r->lua, 0);
	else if (n == 4 && memcmp(s, "null", 4) == 0)
		lua_pushnil(r->lua);
	else
		fail_about(r, r->at, n, "invalid literal '", "'");
	r->at += n;
}

/* Push the value that begins here; false: a table, open and empty. */
static bool
read_value(struct reader *r)
{
	int c = here(r);

	switch (c) {
	case '"':
		read_string(r);
		return true;
	case '{':
	case '[':
		if (r->depth == LIB_JSON_DEPTH)
			fail(r, r->at, "nested too deeply");
		luaL_checkstack(r->lua, SLOTS, NULL);
		lua_newtable(r->lua);
		r->items[r->depth++] = c == '[' ? 0 : -1;
		r->at++;
		return false;
	case 't':
	case 'f':
	case 'n':
		read_word(r);
		return true;
	default:
		if (c != '-' && (c < '0' || c > '9'))
			fail_about(r, r->at, c < 0 ? 0 : 1,
			    "unexpected character '", "'");
		read_number(r);
		return true;
	}
}

/* In an open table, where an item or the closing bracket stands: push the
 * item's value, under it its key. True: a value is whole, perhaps the table. */
static bool
read_item(struct reader *r)
{
	bool is_list = r->items[r->depth - 1] >= 0;

	skip_space(r);
	if (here(r) == (is_list ? ']' : '}')) {
		r->at++;
		r->depth--;
		return true;
	}
	if (!is_list) {
		if (here(r) != '"')
			fail(r, r->at, "expected string for key");
		read_string(r);
		skip_space(r);
		if (here(r) != ':')
			fail(r, r->at, "expected ':' after key");
		r->at++;
		skip_space(r);
	}
	return read_value(r);
}

/* Put the whole value on top into its table; true: that ends here. */
static bool
store_item(struct reader *r)
{
	int32_t *items = &r->items[r->depth - 1];
	char close = *items >= 0 ? ']' : '}';

	if (*items >= 0)
		lua_rawseti(r->lua, -2, ++*items);
	else
		lua_rawset(r->lua, -3);
	skip_space(r);
	if (here(r) == close) {
		r->at++;
		r->depth--;
		return true;
	}
	/* the place is behind what is wrong: it always was */
	if (here(r) != ',')
		fail(r, r->at + 1,
		    close == ']' ? "expected ']' or ','"
				 : "expected '}' or ','");
	r->at++;
	return false;
}

void
lib_json_push_value(lua_State *L, const char *s, size_t len)
{
	struct reader r;
	bool whole;

	/* not all of it: the array is large and needs no zeroes */
	r.lua = L;
	r.s = s;
	r.len = len;
	limit_charge(len * BYTE_COST);
	r.at = 0;
	r.depth = 0;
	luaL_checkstack(L, SLOTS, NULL);
	skip_space(&r);
	whole = read_value(&r);
	while (!whole || r.depth > 0)
		whole = whole ? store_item(&r) : read_item(&r);
	skip_space(&r);
	if (r.at < r.len)
		fail(&r, r.at, "trailing garbage");
}

/* The text stays on the stack while it is read. */
int
lib_json_decode(lua_State *L)
{
	const char *s;
	size_t len;

	/* no argument is nil, as it is to a function in Lua */
	lua_settop(L, 1);
	if (lua_type(L, 1) != LUA_TSTRING)
		return luaL_error(L, "expected argument of type string, got %s",
		    luaL_typename(L, 1));
	s = lua_tolstring(L, 1, &len);
	lib_json_push_value(L, s, len);
	return 1;
}
