#include <lauxlib.h>
#include <lualib.h>

#include "vm/lua/lib_json.h"
#include "test.h"

/* json.text(value, replace_invalid): the writer as the machine calls it. */
static int
push_text(lua_State *L)
{
	lib_json_push_text(L, 1, lua_toboolean(L, 2));
	return 1;
}

static lua_State *
state_new(void)
{
	lua_State *L = luaL_newstate();

	CHECK(L != NULL);
	luaL_openlibs(L);
	lib_json_open(L);
	lua_pushcfunction(L, push_text);
	lua_setfield(L, -2, "text");
	lua_setglobal(L, "json");
	return L;
}

/* What `code` returns as text; of an error "! " and its text. */
static void
gives_in(lua_State *L, const char *code, const char *expected)
{
	const char *got;

	lua_settop(L, 0);
	if (luaL_loadbuffer(L, code, strlen(code), "=t") != LUA_OK ||
	    lua_pcall(L, 0, 1, 0) != LUA_OK) {
		lua_pushfstring(L, "! %s", lua_tostring(L, -1));
	}
	got = luaL_tolstring(L, -1, NULL);
	if (strcmp(got, expected) != 0)
		fail_msg("%s: %s, not %s", code, got, expected);
}

struct row {
	const char *code;
	const char *expected;
};

static void
check_rows(const struct row *rows, size_t n, const char *form)
{
	lua_State *L = state_new();

	for (size_t i = 0; i < n; i++) {
		char code[512];

		/* the form and the rows are of this file */
		snprintf(code, sizeof(code), "%s%s)", form, rows[i].code);
		gives_in(L, code, rows[i].expected);
	}
	lua_close(L);
}

#define CHECK_ROWS(rows, form) \
	check_rows(rows, sizeof(rows) / sizeof(*(rows)), form)

TEST(lib_json, writes_values)
{
	static const struct row rows[] = {
		{ "nil", "null" },
		{ "true", "true" },
		{ "false", "false" },
		{ "{}", "[]" },
		{ "{1, 'a', {false}}", "[1,\"a\",[false]]" },
		{ "{b = 1, a = {c = {}}, B = 2}",
		    "{\"B\":2,\"a\":{\"c\":[]},\"b\":1}" },
		{ "{a = print, b = 1}", "{\"b\":1}" },
		{ "{a = print}", "{}" },
		{ "{['a\\0b'] = 1, a = 2, ab = 3}",
		    "{\"a\":2,\"a\\u0000b\":1,\"ab\":3}" },
		{ "(function() local s = {} return {s, s} end)()", "[[],[]]" },
	};

	CHECK_ROWS(rows, "return json.encode(");
}

TEST(lib_json, writes_numbers)
{
	static const struct row rows[] = {
		{ "10/2", "5" },
		{ "-7", "-7" },
		{ "0", "0" },
		{ "-0.0", "-0" },
		{ "0.1", "0.1" },
		{ "1/3", "0.33333333333333" },
		{ "99999999999999", "99999999999999" },
		{ "-99999999999999", "-99999999999999" },
		{ "100000000000000", "1e+14" },
		{ "123456789012345678", "1.2345678901235e+17" },
		{ "math.mininteger", "-9.2233720368548e+18" },
		{ "1e300", "1e+300" },
		{ "5e-324", "4.9406564584125e-324" },
	};

	CHECK_ROWS(rows, "return json.encode(");
}

TEST(lib_json, writes_strings)
{
	static const struct row rows[] = {
		{ "'\"\\\\/'", "\"\\\"\\\\/\"" },
		{ "'\\b\\f\\n\\r\\t'", "\"\\b\\f\\n\\r\\t\"" },
		{ "'\\0\\1\\31\\127'", "\"\\u0000\\u0001\\u001f\x7f\"" },
		{ "'\\xff\\u{e9}'", "\"\xff\xc3\xa9\"" },
		{ "''", "\"\"" },
	};

	CHECK_ROWS(rows, "return json.encode(");
}

TEST(lib_json, refuses_what_is_no_json)
{
	static const struct row rows[] = {
		{ "{1, x = 2}",
		    "! t:1: invalid table: mixed or invalid key types" },
		{ "{[2] = 1}",
		    "! t:1: invalid table: mixed or invalid key types" },
		{ "{x = 1, [true] = 2}",
		    "! t:1: invalid table: mixed or invalid key types" },
		{ "{1, nil, 3}", "! t:1: invalid table: sparse array" },
		{ "{1, [1.5] = 2}", "! t:1: invalid table: sparse array" },
		{ "{1, 2, [0] = 3}", "! t:1: invalid table: sparse array" },
		{ "print", "! t:1: unexpected type 'function'" },
		{ "{print}", "! t:1: unexpected type 'function'" },
		{ "io.stdout", "! t:1: unexpected type 'userdata'" },
		{ "{coroutine.create(print)}",
		    "! t:1: unexpected type 'thread'" },
		{ "1/0", "! t:1: unexpected number value 'inf'" },
		{ "{-1/0}", "! t:1: unexpected number value '-inf'" },
		{ "(function() local t = {} t.t = {t} return t end)()",
		    "! t:1: circular reference" },
	};

	CHECK_ROWS(rows, "local _ <const> = json.encode(");
}

TEST(lib_json, replaces_what_is_no_utf8)
{
	static const struct row rows[] = {
		{ "'a\\xffb', true",
		    "\"a\xef\xbf\xbd"
		    "b\"" },
		{ "'\\xf0\\x9f\\x98x', true", "\"\xef\xbf\xbdx\"" },
		{ "'\\xed\\xa0\\x80', true",
		    "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "'\\u{1f600}\\0', true", "\"\xf0\x9f\x98\x80\\u0000\"" },
		{ "{['k\\0\\xff'] = 1}, true",
		    "{\"k\xef\xbf\xbd\xef\xbf\xbd\":1}" },
		{ "{['\\0'] = '\\xff'}", "{\"\\u0000\":\"\xff\"}" },
	};

	CHECK_ROWS(rows, "return json.text(");
}

TEST(lib_json, sorts_any_number_of_keys)
{
	lua_State *L = state_new();

	gives_in(L,
	    "for _, n in ipairs{1, 2, 11, 12, 13, 64, 65, 66, 1000} do\n"
	    "  local t, keys, parts = {}, {}, {}\n"
	    "  for i = 1, n do\n"
	    "    local k = ('k'):rep(i % 5) .. i * 7919 % 10007\n"
	    "    t[k] = {i} keys[i] = k\n"
	    "  end\n"
	    "  table.sort(keys)\n"
	    "  for i, k in ipairs(keys) do\n"
	    "    parts[i] = '\"' .. k .. '\":[' .. t[k][1] .. ']'\n"
	    "  end\n"
	    "  assert(json.encode(t) == '{' .. table.concat(parts, ',') .. "
	    "'}', n)\n"
	    "end\n"
	    "return 'ok'",
	    "ok");
	lua_close(L);
}

TEST(lib_json, depth_is_bounded)
{
	lua_State *L = state_new();

	lua_pushinteger(L, LIB_JSON_DEPTH);
	lua_setglobal(L, "DEPTH");
	gives_in(L,
	    "local t = {} for i = 2, DEPTH do t = {t} end\n"
	    "assert(json.encode(json.decode(json.encode(t))) == "
	    "('['):rep(DEPTH) .. (']'):rep(DEPTH))\n"
	    "return json.encode({t})",
	    "! t:3: tables nested too deeply");
	gives_in(L, "return json.decode(('{\"a\":'):rep(DEPTH + 1))",
	    "! t:1: nested too deeply at line 1 col 5001");
	gives_in(L, "return json.decode(('['):rep(100000))",
	    "! t:1: nested too deeply at line 1 col 1001");
	lua_close(L);
}

TEST(lib_json, tables_may_change_while_they_are_written)
{
	lua_State *L = state_new();

	/* finalizers run at any allocation; they must do no harm */
	gives_in(L,
	    "collectgarbage('generational')\n"
	    "for round = 1, 30 do\n"
	    "  local t = {}\n"
	    "  for i = 1, 100 do t[('key'):rep(20) .. i] = {i, 'x' .. i} end\n"
	    "  for i = 1, 20 do\n"
	    "    setmetatable({}, { __gc = function()\n"
	    "      for k in next, t do t[k] = nil end\n"
	    "      for i = 1, 200 do t[i] = ('junk'):rep(30) .. i end\n"
	    "    end })\n"
	    "  end\n"
	    "  pcall(json.encode, { a = ('x'):rep(3000), t = t, u = t })\n"
	    "end\n"
	    "return 'ok'",
	    "ok");
	lua_close(L);
}

TEST(lib_json, reads_values)
{
	static const struct row rows[] = {
		{ "'[1,2,]'", "[1,2]" },
		{ "' {\"a\" : 1 , \"b\":[ ] , } '", "{\"a\":1,\"b\":[]}" },
		{ "'{\"a\":null,\"b\":1}'", "{\"b\":1}" },
		{ "'{\"a\":1,\"a\":2}'", "{\"a\":2}" },
		{ "'{\"a\":1,\"a\":null}'", "[]" },
		{ "'\"\\\\\"\\\\\\\\\\\\/\\\\b\\\\f\\\\n\\\\r\\\\t\"'",
		    "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
		{ "'\"\\\\u00e9\\\\u20AC\\\\ud83d\\\\ude00\\\\u0041\"'",
		    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"
		    "A\"" },
		{ "'\"\\\\ud83dx\"'", "\"\xed\xa0\xbdx\"" },
		{ "'\"\\\\ud83d\\\\u0041\"'",
		    "\"\xed\xa0\xbd"
		    "A\"" },
		{ "'1e5'", "100000" },
		{ "'-12.5'", "-12.5" },
		{ "'0x10'", "16" },
		{ "'123456789012345678901'", "1.2345678901235e+20" },
		{ "'true'", "true" },
		{ "'null'", "null" },
	};

	CHECK_ROWS(rows,
	    "return (function(...) return json.encode(json.decode(...)) end)(");
}

TEST(lib_json, whole_numbers_stay_integers)
{
	lua_State *L = state_new();

	gives_in(L,
	    "local function kind(s) return math.type(json.decode(s)) end\n"
	    "return kind('5') .. kind('-5') .. kind('5.0') .. kind('5e0') .. "
	    "kind('999999999999999999') .. kind('9223372036854775807')",
	    "integerintegerfloatfloatintegerinteger");
	gives_in(L, "return json.decode('[1,null,3]')[3] .. ''", "3");
	gives_in(L, "return json.decode('9223372036854775807')",
	    "9223372036854775807");
	lua_close(L);
}

TEST(lib_json, tells_where_a_text_is_wrong)
{
	static const struct row rows[] = {
		{ "''", "! t:1: unexpected character '' at line 1 col 1" },
		{ "'\\n\\n  ?'",
		    "! t:1: unexpected character '?' at line 3 col 3" },
		{ "'[,]'", "! t:1: unexpected character ',' at line 1 col 2" },
		{ "'['", "! t:1: unexpected character '' at line 1 col 2" },
		{ "'[1 2]'", "! t:1: expected ']' or ',' at line 1 col 5" },
		{ "'{\"a\":1 \"b\"}'",
		    "! t:1: expected '}' or ',' at line 1 col 9" },
		{ "'{a:1}'", "! t:1: expected string for key at line 1 col 2" },
		{ "'{\"a\" 1}'",
		    "! t:1: expected ':' after key at line 1 col 6" },
		{ "'[\"abc'",
		    "! t:1: expected closing quote for string "
		    "at line 1 col 2" },
		{ "'\"a\\nb\"'",
		    "! t:1: control character in string at line 1 col 3" },
		{ "'\"\\\\x\"'",
		    "! t:1: invalid escape char 'x' in string "
		    "at line 1 col 2" },
		{ "'\"\\\\'",
		    "! t:1: invalid escape char '' in string "
		    "at line 1 col 2" },
		{ "'\"\\\\u12g4\"'",
		    "! t:1: invalid unicode escape in string "
		    "at line 1 col 2" },
		{ "'\"\\\\u12'",
		    "! t:1: invalid unicode escape in string "
		    "at line 1 col 2" },
		{ "'12x'", "! t:1: invalid number '12x' at line 1 col 1" },
		{ "'-'", "! t:1: invalid number '-' at line 1 col 1" },
		{ "'trux'", "! t:1: invalid literal 'trux' at line 1 col 1" },
		{ "'1 2'", "! t:1: trailing garbage at line 1 col 3" },
		{ "nil", "! t:1: expected argument of type string, got nil" },
		{ "5", "! t:1: expected argument of type string, got number" },
	};

	CHECK_ROWS(rows, "local _ <const> = json.decode(");
}

TEST(lib_json, survives_any_bytes)
{
	lua_State *L = state_new();

	/* every cut and every single changed byte of a text with all in it */
	gives_in(L,
	    "local s = '{\"a\":[1,-2.5e3,{\"b\":null}],"
	    "\"c\":\"x\\\\u00e9\\\\ud83d\\\\ude00\\\\n\",\"d\":true}'\n"
	    "local function try(text)\n"
	    "  local ok, v = pcall(json.decode, text)\n"
	    "  if ok then pcall(json.encode, v)\n"
	    "  else assert(v:find(' at line %d+ col %d+$'), v) end\n"
	    "end\n"
	    "for i = 0, #s do try(s:sub(1, i)) end\n"
	    "for i = 1, #s do for c = 0, 255 do\n"
	    "  try(s:sub(1, i - 1) .. string.char(c) .. s:sub(i + 1))\n"
	    "end end\n"
	    "return 'ok'",
	    "ok");
	lua_close(L);
}
