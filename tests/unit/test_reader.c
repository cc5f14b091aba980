#include "shell/reader.h"
#include "test.h"

static enum reader_state
add(struct reader *r, const char *line)
{
	struct error err;

	return reader_add(r, span_text(line), &err);
}

TEST(reader, gives_complete_statements)
{
	struct reader r = { 0 };

	CHECK_INT(add(&r, "x = 1"), READER_LUA);
	CHECK_SPAN(buf_span(&r.text), "x = 1");
	CHECK_INT(r.first_line, 1);
	CHECK_INT(add(&r, "function f()"), READER_MORE);
	CHECK(reader_is_open(&r));
	CHECK_INT(add(&r, ""), READER_MORE);
	CHECK_INT(add(&r, "end"), READER_LUA);
	CHECK_SPAN(buf_span(&r.text), "function f()\n\nend");
	CHECK_INT(r.first_line, 2);
	CHECK(!reader_is_open(&r));
	reader_release(&r);
}

TEST(reader, blank_lines_and_comments_are_nothing)
{
	struct reader r = { 0 };

	CHECK_INT(add(&r, ""), READER_NOTHING);
	CHECK_INT(add(&r, "  -- why"), READER_NOTHING);
	CHECK_INT(add(&r, "--[[ long"), READER_MORE);
	CHECK_INT(add(&r, "comment ]]"), READER_NOTHING);
	CHECK_INT(add(&r, "x"), READER_LUA);
	CHECK_INT(r.first_line, 5);
	reader_release(&r);
}

TEST(reader, dot_commands_only_where_nothing_is_open)
{
	struct reader r = { 0 };

	CHECK_INT(add(&r, "  .load x"), READER_DOT);
	CHECK_SPAN(buf_span(&r.text), "  .load x");
	CHECK_INT(add(&r, "s = [["), READER_MORE);
	CHECK_INT(add(&r, ".load x"), READER_MORE);
	CHECK_INT(add(&r, "]]"), READER_LUA);
	CHECK_INT(add(&r, ".5"), READER_LUA);
	CHECK_INT(add(&r, "..."), READER_LUA);
	reader_release(&r);
}

TEST(reader, tells_what_is_wrong_and_starts_afresh)
{
	struct reader r = { 0 };

	CHECK_INT(add(&r, "x = = 1"), READER_WRONG);
	CHECK_INT(add(&r, "x = 1"), READER_LUA);
	CHECK_INT(add(&r, "if x then"), READER_MORE);
	CHECK_INT(add(&r, "end end"), READER_WRONG);
	CHECK_INT(add(&r, "x"), READER_LUA);
	reader_release(&r);
}

TEST(reader, the_end_of_input_closes_it)
{
	struct reader r = { 0 };
	struct error err;

	CHECK_INT(reader_end(&r, &err), READER_NOTHING);
	CHECK_INT(add(&r, "for i = 1, 2 do"), READER_MORE);
	CHECK_INT(reader_end(&r, &err), READER_MORE);
	CHECK_INT(err.code, ERR_SHORT);
	CHECK(reader_drop(&r));
	CHECK(!reader_drop(&r));
	r.editor = true;
	CHECK_INT(reader_end(&r, &err), READER_MORE);
	reader_release(&r);
}

TEST(reader, the_editor_gathers_lines)
{
	struct reader r = { 0 };

	CHECK_INT(add(&r, "x"), READER_LUA);
	reader_drop(&r);
	r.editor = true;
	CHECK_INT(add(&r, "a = 1"), READER_MORE);
	CHECK_INT(add(&r, ".list"), READER_MORE);
	CHECK_INT(add(&r, ".delete"), READER_MORE);
	CHECK_INT(add(&r, "b = 2"), READER_MORE);
	CHECK_INT(add(&r, ".print"), READER_PRINT);
	CHECK_SPAN(buf_span(&r.text), "a = 1\nb = 2");
	CHECK_INT(add(&r, ".done"), READER_LUA);
	CHECK_SPAN(buf_span(&r.text), "a = 1\nb = 2");
	CHECK(!reader_is_open(&r));
	r.editor = true;
	CHECK_INT(add(&r, "a"), READER_MORE);
	CHECK_INT(add(&r, ".cancel"), READER_NOTHING);
	CHECK(!reader_is_open(&r));
	reader_release(&r);
}

TEST(reader, a_long_statement_is_not_compiled_after_each_line)
{
	struct reader r = { 0 };
	char line[64];

	CHECK_INT(add(&r, "function long()"), READER_MORE);
	for (int i = 0; i < 20000; i++) {
		snprintf(line, sizeof(line), "  x%d = %d", i, i);
		CHECK_INT(add(&r, line), READER_MORE);
	}
	CHECK_INT(add(&r, "end"), READER_LUA);
	reader_release(&r);
}

static void
check_strip(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;

	strip_prompts(span_text(text), &out);
	CHECK_SPAN(buf_span(&out), expected);
	buf_release(&out);
}

TEST(reader, takes_copied_prompts_off)
{
	check_strip("aos> x = 1", "x = 1");
	check_strip("me@aos-2.0.4[Inbox:3]> x", "x");
	check_strip("a b@aos-2.0.4[Inbox:13]> f(\n        > 1)", "f(\n1)");
	check_strip("aos> f(\n   (> [[\n  [[> a]]\n [==[> b\n--[[> c\nif> d",
	    "f(\n[[\na]]\nb\nc\nd");
	check_strip("aos> x\nfunctions> y\nfunction > z",
	    "x\nfunctions> y\nfunction > z");
	check_strip("function> x", "function> x");
	check_strip("x > 1", "x > 1");
	check_strip("> x", "> x");
	check_strip("y = '@aos-2.0.4[Inbox'", "y = '@aos-2.0.4[Inbox'");
	check_strip("P = function() return \"t@aos-2.0.4[Inbox:1]> \" end",
	    "P = function() return \"t@aos-2.0.4[Inbox:1]> \" end");
	check_strip("return [[t@aos-2.0.4[Inbox:1]> x]]",
	    "return [[t@aos-2.0.4[Inbox:1]> x]]");
	check_strip("", "");
}
