#include "term/escape.h"
#include "test.h"

static void
check_escape(const char *text, unsigned flags, const char *expected)
{
	struct buf out = BUF_INIT;

	escape_text(span_text(text), flags, &out);
	CHECK_SPAN(buf_span(&out), expected);
	buf_release(&out);
}

TEST(escape, keeps_text_and_lines)
{
	check_escape("a\tb\nc é", 0, "a\tb\nc é");
	check_escape("a\tb\nc", ESCAPE_ONE_LINE, "a^Ib^Jc");
}

TEST(escape, shows_controls)
{
	check_escape("\x1b]0;title\x07", ESCAPE_COLOR, "^[]0;title^G");
	check_escape("\x1b[2J\x1b[H", ESCAPE_COLOR, "^[[2J^[[H");
	check_escape("a\rb\x7f", 0, "a^Mb^?");
	check_escape("\xc2\x9b"
		     "31m",
	    ESCAPE_COLOR, "<U+009B>31m");
}

TEST(escape, keeps_colours_only_when_asked)
{
	check_escape("\x1b[31mred\x1b[0m", ESCAPE_COLOR, "\x1b[31mred\x1b[0m");
	check_escape("\x1b[31mred\x1b[0m", 0, "red");
}

TEST(escape, marks_colours_in_prompts)
{
	check_escape("\x1b[32mt\x1b[0m> ", ESCAPE_COLOR | ESCAPE_PROMPT,
	    "\001\x1b[32m\002t\001\x1b[0m\002> ");
}

TEST(escape, marks_of_its_own_cannot_be_forged)
{
	check_escape("\001x\002", ESCAPE_PROMPT, "^Ax^B");
}

TEST(escape, replaces_what_is_no_utf8)
{
	check_escape("a\xff"
		     "b\xc3",
	    0,
	    "a\xef\xbf\xbd"
	    "b\xef\xbf\xbd");
}

TEST(escape, names_what_reorders_text)
{
	check_escape("a\xe2\x80\xae"
		     "b",
	    0, "a<U+202E>b");
}

TEST(escape, strips_colours_and_nothing_else)
{
	struct buf out = BUF_INIT;

	escape_strip_color(span_text("\x1b[1mx\x1b[0m\x1b[2J\r"), &out);
	CHECK_SPAN(buf_span(&out), "x\x1b[2J\r");
	buf_release(&out);
}
