#include <lauxlib.h>
#include <lualib.h>

#include "vm/lua/lib_bit32.h"
#include "vm/lua/lib_compat.h"
#include "test.h"

static int
open_bit32(lua_State *L)
{
	lib_bit32_open(L);
	return 1;
}

/* What the expression gives, "! " and the text for an error. */
static void
gives(const char *expression, const char *expected)
{
	lua_State *L = luaL_newstate();
	const char *got;

	CHECK(L != NULL);
	luaL_openlibs(L);
	luaL_requiref(L, "bit32", open_bit32, 0);
	lib_compat_open(L);
	lua_settop(L, 0);
	lua_pushfstring(L, "return %s", expression);
	if (luaL_loadbuffer(L, lua_tostring(L, 1), strlen(lua_tostring(L, 1)),
		"=t") != LUA_OK ||
	    lua_pcall(L, 0, 1, 0) != LUA_OK)
		lua_pushfstring(L, "! %s", lua_tostring(L, -1));
	got = luaL_tolstring(L, -1, NULL);
	if (strcmp(got, expected) != 0)
		fail_msg("%s: %s, not %s", expression, got, expected);
	lua_close(L);
}

TEST(compat, arithmetic_on_numeric_texts_gives_floats)
{
	gives("'10' + 1", "11.0");
	gives("1 + '10'", "11.0");
	gives("'10' + '5'", "15.0");
	gives("'10' - 1", "9.0");
	gives("'10' * 2", "20.0");
	gives("'10' // 3", "3.0");
	gives("'10' % 3", "1.0");
	gives("'10' / 4", "2.5");
	gives("'2' ^ 3", "8.0");
	gives("-'2'", "-2.0");
	gives("'0x10' + 0", "16.0");
	gives("' 1e1 ' + 0", "10.0");
	gives("10 + 1", "11");
}

TEST(compat, bitwise_operators_take_numeric_texts)
{
	gives("'10' | 0", "10");
	gives("1 << '3'", "8");
	gives("'8' >> 3", "1");
	gives("'6' & '3'", "2");
	gives("'6' ~ 3", "5");
	gives("~'0'", "-1");
	gives("'10.0' | 1", "11");
	gives("'1.5' | 1", "! t:1: number has no integer representation");
}

TEST(compat, what_is_no_number_raises)
{
	gives("'a' + 1",
	    "! t:1: attempt to perform arithmetic on a string value");
	gives("1 + 'a'",
	    "! t:1: attempt to perform arithmetic on a string value");
	gives("'1\\0' + 1",
	    "! t:1: attempt to perform arithmetic on a string value");
	gives("-''", "! t:1: attempt to perform arithmetic on a string value");
	gives("'1' + {}",
	    "! t:1: attempt to perform arithmetic on a table value");
	gives("'1' + nil",
	    "! t:1: attempt to perform arithmetic on a nil value");
	gives("'a' | 1",
	    "! t:1: attempt to perform bitwise operation on a string value");
}

TEST(compat, a_metamethod_of_the_other_operand_is_called)
{
#define OTHER                                                          \
	"setmetatable({}, { __add = function(a, b) return type(a) .. " \
	"type(b) end, __bor = function() return 'or' end })"
	gives("'7' + " OTHER, "stringtable");
	gives("'x' + " OTHER, "stringtable");
	gives(OTHER " + '7'", "tablestring");
	gives("'7' | " OTHER, "or");
	gives("'7' * " OTHER,
	    "! t:1: attempt to perform arithmetic on a table value");
}

TEST(compat, mathematics_of_5_3_is_there)
{
	gives("math.pow(2, 3)", "8.0");
	gives("math.ldexp(1, 4)", "16.0");
	gives("math.frexp(8)", "0.5");
	gives("math.log10(1000)", "3.0");
	gives("math.cosh(0) + math.sinh(0) + math.tanh(0)", "1.0");
	gives("bit32 == require('bit32')", "true");
}

TEST(bit32, works_on_32_bits)
{
	gives("bit32.band()", "4294967295");
	gives("bit32.band(0xff, 0x1f, 0xf3)", "19");
	gives("bit32.bor(1, 2, 4)", "7");
	gives("bit32.bxor(5, 1)", "4");
	gives("bit32.bnot(0)", "4294967295");
	gives("bit32.btest(6, 1)", "false");
	gives("bit32.btest(6, 2)", "true");
	gives("bit32.band(-1)", "4294967295");
	gives("bit32.band(2^32 + 5)", "5");
	gives("bit32.band('7')", "7");
}

TEST(bit32, shifts_and_rotates)
{
	gives("bit32.lshift(1, 31)", "2147483648");
	gives("bit32.lshift(1, 32)", "0");
	gives("bit32.lshift(2, -1)", "1");
	gives("bit32.rshift(0x80000000, 31)", "1");
	gives("bit32.rshift(1, math.mininteger)", "0");
	gives("bit32.arshift(0x80000000, 4)", "4160749568");
	gives("bit32.arshift(0x80000000, 99)", "4294967295");
	gives("bit32.arshift(0x40000000, 30)", "1");
	gives("bit32.arshift(1, -1)", "2");
	gives("bit32.lrotate(0x80000001, 1)", "3");
	gives("bit32.lrotate(1, 32)", "1");
	gives("bit32.lrotate(1, -1)", "2147483648");
	gives("bit32.rrotate(1, 1)", "2147483648");
	gives("bit32.rrotate(3, 33)", "2147483649");
}

TEST(bit32, fields)
{
	gives("bit32.extract(0xf0, 4, 4)", "15");
	gives("bit32.extract(0x80000000, 31)", "1");
	gives("bit32.extract(-1, 0, 32)", "4294967295");
	gives("bit32.replace(0xff, 0, 4, 4)", "15");
	gives("bit32.replace(0, 0xff, 4, 4)", "240");
	gives("bit32.extract(1, 32)",
	    "! t:1: trying to access non-existent bits");
	gives("bit32.extract(1, 30, 3)",
	    "! t:1: trying to access non-existent bits");
	gives("bit32.extract(1, -1)",
	    "! t:1: bad argument #2 to 'extract' (field cannot be negative)");
	gives("bit32.extract(1, 1, 0)",
	    "! t:1: bad argument #3 to 'extract' (width must be positive)");
}
