/*
 * The rest of `string`: byte, rep, reverse, upper and lower are ours; format,
 * pack and their like are stock, and what they do at length is charged beside.
 */
#include "vm/lua/lib_string.h"

#include <limits.h>
#include <math.h>

#include "vm/lua/lib.h"
#include "vm/lua/limit.h"

enum {
	/* bytes that rep() makes at most */
	LONGEST = INT_MAX,
	/* results that need neither room nor charge */
	FEW = 16,
	/* bytes that are worth a charge */
	MANY = 64,
};

/* `total` bytes whose first `n` are written: the rest is these over and over,
 * by ever larger pieces. */
static void
repeat(char *p, size_t n, size_t total)
{
	while (n < total) {
		size_t more = n < total - n ? n : total - n;

		memcpy(p + n, p, more);
		n += more;
	}
}

static int
string_rep(lua_State *L)
{
	struct span text = lib_string_arg(L, 1);
	lua_Integer n = luaL_checkinteger(L, 2);
	size_t sep_len;
	const char *sep = luaL_optlstring(L, 3, "", &sep_len);
	size_t each = text.len + sep_len;
	size_t total;
	luaL_Buffer b;
	char *p;

	if (n <= 0) {
		lua_pushliteral(L, "");
		return 1;
	}
	if (each < text.len || each > LONGEST / (size_t)n)
		return luaL_error(L, "resulting string too large");
	/* no separator behind the last */
	total = each * (size_t)n - sep_len;
	p = luaL_buffinitsize(L, &b, total);
	memcpy(p, text.p, text.len);
	if (n > 1) {
		memcpy(p + text.len, sep, sep_len);
		repeat(p, each, total);
	}
	luaL_pushresultsize(&b, total);
	return 1;
}

/* Eight bytes at a time, as long as there are so many. */
static int
string_reverse(lua_State *L)
{
	struct span text = lib_string_arg(L, 1);
	luaL_Buffer b;
	char *p = luaL_buffinitsize(L, &b, text.len);
	const uint8_t *from = text.p + text.len;

	limit_charge(text.len / 8);
	for (; from - text.p >= 8; p += 8) {
		uint64_t word;

		from -= 8;
		memcpy(&word, from, 8);
		word = __builtin_bswap64(word);
		memcpy(p, &word, 8);
	}
	while (from > text.p)
		*p++ = (char)*--from;
	luaL_pushresultsize(&b, text.len);
	return 1;
}

/* The letters of one case, from `first` on, become those of the other. */
static inline uint8_t
other_case(uint8_t c, uint8_t first)
{
	/* they differ in one bit */
	return (uint8_t)(c - first) < 26 ? c ^ 0x20 : c;
}

/* The same for eight bytes: the top bit of each says whether it is a letter,
 * then moves to where the cases differ. */
static inline uint64_t
other_case8(uint64_t word, uint8_t first)
{
	const uint64_t ones = 0x0101010101010101;
	uint64_t low = word & 0x7f * ones;
	uint64_t from = low + (0x80U - first) * ones;
	uint64_t behind = low + (0x80U - first - 26) * ones;

	return word ^ ((from & ~behind & ~word & 0x80 * ones) >> 2);
}

static int
shift_case(lua_State *L, uint8_t first)
{
	struct span text = lib_string_arg(L, 1);
	luaL_Buffer b;
	char *p = luaL_buffinitsize(L, &b, text.len);
	size_t i = 0;

	limit_charge(text.len / 8);
	for (; text.len - i >= 8; i += 8) {
		uint64_t word;

		memcpy(&word, text.p + i, 8);
		word = other_case8(word, first);
		memcpy(p + i, &word, 8);
	}
	for (; i < text.len; i++)
		p[i] = (char)other_case(text.p[i], first);
	luaL_pushresultsize(&b, text.len);
	return 1;
}

static int
string_upper(lua_State *L)
{
	return shift_case(L, 'a');
}

static int
string_lower(lua_State *L)
{
	return shift_case(L, 'A');
}

/* A place counted from either end that is not behind the text. */
static size_t
end_place(lua_Integer place, size_t len)
{
	if (place > (lua_Integer)len)
		return len;
	if (place >= 0)
		return (size_t)place;
	if (place < -(lua_Integer)len)
		return 0;
	return len + (size_t)place + 1;
}

/* As many results as bytes. */
static int
string_byte(lua_State *L)
{
	struct span text = lib_string_arg(L, 1);
	lua_Integer place = luaL_optinteger(L, 2, 1);
	size_t first = lib_string_start(place, text.len);
	size_t last = end_place(luaL_optinteger(L, 3, place), text.len);

	if (first > last)
		return 0;
	if (last - first >= INT_MAX)
		return luaL_error(L, "string slice too long");
	if (last - first >= FEW) {
		luaL_checkstack(L, (int)(last - first + 1),
		    "string slice too long");
		limit_charge(last - first);
	}
	for (size_t i = first; i <= last; i++)
		lua_pushinteger(L, text.p[i - 1]);
	return (int)(last - first + 1);
}

/* "%q" looks at each byte of what it quotes; of other texts all may be looked
 * at and a few used. */
static int
string_format(lua_State *L)
{
	struct span format = lib_string_arg(L, 1);
	uint64_t bytes = 0;

	for (int i = lua_gettop(L); i > 1; i--)
		if (lua_type(L, i) == LUA_TSTRING)
			bytes += lua_rawlen(L, i);
	if (bytes >= MANY && !memchr(format.p, 'q', format.len))
		bytes /= 16;
	if (bytes + format.len >= MANY)
		limit_charge(bytes + format.len);
	return lib_stock(L);
}

/* Which bits a sum that is no number has is up to the processor; only packed
 * ones can be seen. */
static void
plain_nans(lua_State *L)
{
	for (int i = lua_gettop(L); i > 1; i--) {
		if (lua_type(L, i) != LUA_TNUMBER || !isnan(lua_tonumber(L, i)))
			continue;
		lua_pushnumber(L, (lua_Number)NAN);
		lua_replace(L, i);
	}
}

/* Padding is added byte by byte. */
static int
string_pack(lua_State *L)
{
	int n;

	plain_nans(L);
	limit_charge(lib_string_arg(L, 1).len * 8);
	n = lib_stock(L);
	limit_charge(lua_rawlen(L, -1));
	return n;
}

/* unpack and packsize: what they are long about is the format. */
static int
string_by_format(lua_State *L)
{
	limit_charge(lib_string_arg(L, 1).len * 8);
	return lib_stock(L);
}

void
lib_string_open(lua_State *L)
{
	static const luaL_Reg ours[] = {
		{ "byte", string_byte },
		{ "lower", string_lower },
		{ "rep", string_rep },
		{ "reverse", string_reverse },
		{ "upper", string_upper },
		{ NULL, NULL },
	};
	static const luaL_Reg charged[] = {
		{ "format", string_format },
		{ "pack", string_pack },
		{ "packsize", string_by_format },
		{ "unpack", string_by_format },
		{ NULL, NULL },
	};

	lua_getglobal(L, "string");
	lib_set(L, ours);
	lib_match_open(L);
	lib_gsub_open(L);
	for (const luaL_Reg *f = charged; f->name; f++)
		lib_wrap(L, f->name, f->func);
	lua_pop(L, 1);
}
