#include "term/lua_nest.h"
#include "test.h"

static void
add_word(void *arg, struct span word)
{
	buf_printf(arg, "<%.*s>", SPAN_ARG(word));
}

static void
check_lines(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	lua_open_lines(span_text(text), add_word, &out);
	CHECK_SPAN(buf_span(&out), expected);
	buf_release(&out);
}

TEST(lua_nest, says_what_is_open_at_each_line)
{
	check_lines("function f()\nif x then\ny()\nend\n",
	    "<function><if><if><function>");
	check_lines("x = 1\n", "<>");
	check_lines("for i = 1, 3 do\nwhile a do\nend\n", "<for><while><for>");
	check_lines("f(\n{\n}\n)\n", "<(><{><(><>");
	check_lines("repeat\nuntil x\n", "<repeat><>");
	check_lines("do\ndo\nend end\n", "<do><do><>");
}

TEST(lua_nest, knows_long_strings_and_comments)
{
	check_lines("s = [[\na\nb]]\n", "<[[><[[><>");
	check_lines("s = [==[\n]]\n", "<[==[><[==[>");
	check_lines("--[[\n", "<--[[>");
	check_lines("-- function (\n", "<>");
	check_lines("s = \"a\\\nb\"\n", "<\"><>");
}

TEST(lua_nest, what_does_not_fit_closes_nothing)
{
	check_lines("f(\n}\nend\n)\n", "<(><(><(><>");
}

static size_t
opener_of_last(const char *text, bool *stray)
{
	struct lua_nest n = { .depth = 0 };
	struct span all = span_text(text);
	size_t opener = LUA_NEST_NONE;
	size_t at = 0;

	*stray = false;
	while (lua_nest_next(&n, all, &at).kind != TOKEN_END) {
		opener = n.opener;
		*stray = n.stray;
	}
	return opener;
}

TEST(lua_nest, finds_the_other_half)
{
	bool stray;

	CHECK_INT(opener_of_last("f(a, {b})", &stray), 1);
	CHECK_INT(opener_of_last("x if a then end", &stray), 2);
	CHECK_INT(opener_of_last("while a do end", &stray), 0);
	CHECK(opener_of_last("a)", &stray) == LUA_NEST_NONE);
	CHECK(stray);
	CHECK(opener_of_last("(a]", &stray) == LUA_NEST_NONE);
	CHECK(stray);
}

TEST(lua_nest, bears_any_depth)
{
	struct buf text = BUF_INIT;
	struct lua_nest n = { .depth = 0 };
	size_t at = 0;

	for (int i = 0; i < 1000; i++)
		buf_add_byte(&text, '(');
	for (int i = 0; i < 1000; i++)
		buf_add_byte(&text, ')');
	while (lua_nest_next(&n, buf_span(&text), &at).kind != TOKEN_END)
		CHECK(!n.stray);
	CHECK_INT(n.depth, 0);
	buf_release(&text);
}
