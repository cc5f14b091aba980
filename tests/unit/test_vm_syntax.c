#include "vm/vm.h"
#include "test.h"

static void
is(const char *text, enum vm_syntax want)
{
	struct error err = { ERR_NONE, "" };

	if (vm_check_syntax(span_text(text), &err) != want)
		fail_msg("'%s': %s", text, err.text);
}

TEST(syntax, complete)
{
	is("", SYNTAX_COMPLETE);
	is("1 + 1", SYNTAX_COMPLETE);
	is("x = 1", SYNTAX_COMPLETE);
	is("for i = 1, 2 do print(i) end", SYNTAX_COMPLETE);
	is("return 1, 2", SYNTAX_COMPLETE);
	is("-- a remark", SYNTAX_COMPLETE);
	is("f()\ng()", SYNTAX_COMPLETE);
	is("2^0.5", SYNTAX_COMPLETE);
}

TEST(syntax, unfinished)
{
	is("for i = 1, 2 do", SYNTAX_UNFINISHED);
	is("x =", SYNTAX_UNFINISHED);
	is("{ 1,", SYNTAX_UNFINISHED);
	is("[[ long", SYNTAX_UNFINISHED);
	is("--[[ long", SYNTAX_UNFINISHED);
	is("function f()", SYNTAX_UNFINISHED);
	is("1 +", SYNTAX_UNFINISHED);
}

TEST(syntax, wrong)
{
	is("x = = 1", SYNTAX_WRONG);
	is("end", SYNTAX_WRONG);
	is("'open", SYNTAX_WRONG);
	is("goto nowhere", SYNTAX_WRONG);
	is("x = '<eof>' = 1", SYNTAX_WRONG);
}

TEST(syntax, names_line_and_text)
{
	struct error err;

	CHECK_INT(vm_check_syntax(span_text("x = 1\n\ny = = 2"), &err),
	    SYNTAX_WRONG);
	CHECK_TEXT(err.text, "3: unexpected symbol near '='");
}

TEST(syntax, bytecode_is_no_text)
{
	is("\033Lua", SYNTAX_WRONG);
}

TEST(syntax, survives_depth_and_size)
{
	struct buf b = BUF_INIT;
	struct error err;

	for (int i = 0; i < 100000; i++)
		buf_add_byte(&b, '(');
	CHECK_INT(vm_check_syntax(buf_span(&b), &err), SYNTAX_WRONG);
	buf_clear(&b);
	for (int i = 0; i < 100000; i++)
		buf_add_byte(&b, '{');
	CHECK_INT(vm_check_syntax(buf_span(&b), &err), SYNTAX_WRONG);
	buf_clear(&b);
	for (int i = 0; i < 200000; i++)
		buf_add_text(&b, "f() ");
	CHECK_INT(vm_check_syntax(buf_span(&b), &err), SYNTAX_COMPLETE);
	buf_clear(&b);
	buf_add_text(&b, "x = '");
	for (int i = 0; i < 3000000; i++)
		buf_add_byte(&b, 'x');
	buf_add_text(&b, "'");
	CHECK_INT(vm_check_syntax(buf_span(&b), &err), SYNTAX_COMPLETE);
	buf_release(&b);
}
