#include "term/lua_lexer.h"
#include "test.h"

/* The tokens of a text, each with a letter for its kind. */
static void
check_tokens(const char *text, const char *expected)
{
	static const char kinds[] = "?nkdscy";
	struct lua_lexer lexer = { 0 };
	struct span rest = span_text(text);
	struct buf out = BUF_INIT;

	for (;;) {
		struct token t = lua_lexer_next(&lexer, &rest);

		if (t.kind == TOKEN_END)
			break;
		buf_printf(&out, "%c<%.*s>", kinds[t.kind], SPAN_ARG(t.text));
	}
	CHECK_SPAN(buf_span(&out), expected);
	buf_release(&out);
}

TEST(lua_lexer, tells_words_apart)
{
	check_tokens("local x = foo", "k<local>n<x>y<=>n<foo>");
	check_tokens("1.5e+3 0xFp-2 .5", "d<1.5e+3>d<0xFp-2>d<.5>");
}

TEST(lua_lexer, strings_and_comments)
{
	check_tokens("'a\\'b' \"c\" -- d", "s<'a\\'b'>s<\"c\">c<-- d>");
	check_tokens("[[a]b]] [==[c]]d]==]", "s<[[a]b]]>s<[==[c]]d]==]>");
	check_tokens("--[[ a\nb ]] c", "c<--[[ a\nb ]]>n<c>");
	check_tokens("a[1]", "n<a>y<[>d<1>y<]>");
}

TEST(lua_lexer, stays_in_a_long_bracket)
{
	struct lua_lexer lexer = { 0 };
	size_t tokens = 0;

	CHECK_INT(lua_nesting(&lexer, span_text("x = [[ function"), &tokens),
	    1);
	CHECK_INT(lua_nesting(&lexer, span_text("end end"), &tokens), 0);
	CHECK_INT(lua_nesting(&lexer, span_text("]] y()"), &tokens), -1);
	CHECK(!lexer.in_long);
}

static void
check_nesting(const char *text, long expected, size_t expected_tokens)
{
	struct lua_lexer lexer = { 0 };
	size_t tokens = 0;

	CHECK_INT(lua_nesting(&lexer, span_text(text), &tokens), expected);
	CHECK_INT(tokens, expected_tokens);
}

TEST(lua_lexer, counts_what_is_open)
{
	check_nesting("function f(a)", 1, 5);
	check_nesting("while a do if b then", 2, 6);
	check_nesting("repeat x() until y", 0, 6);
	check_nesting("f({ [1] = (", 3, 8);
	check_nesting("-- function do if", 0, 0);
	check_nesting("", 0, 0);
}
