#include "vm/vm.h"
#include "shell/failure.h"
#include "test.h"

static const char red_error[] = "\x1b[31merror:\n\x1b[0m";

static void
check_failure(const char *error, size_t line, const char *text)
{
	const struct source source = { "x.lua", 1,
		span_text("one\ntwo\nthree\n") };
	struct failure f;

	failure_parse(span_text(error), &source, &f);
	CHECK_SPAN(buf_span(&f.text), text);
	CHECK_INT(f.line, line);
	failure_release(&f);
}

TEST(failure, finds_the_line_of_the_users_code)
{
	check_failure("[string \"aos\"]:2: boom", 2, "boom");
	check_failure("[string \".handlers\"]:99: [string \"aos\"]:3: boom", 3,
	    "boom");
	check_failure("[string \"aos\"]:1: in [string \"aos\"]:3: x", 3,
	    "in x");
}

TEST(failure, says_nothing_of_lines_that_are_not_there)
{
	check_failure("[string \"aos\"]:9: boom", 0, "boom");
	check_failure("[string \".utils\"]:2: boom", 0, "boom");
	check_failure("boom", 0, "boom");
	check_failure("a:2: b", 0, "a:2: b");
	check_failure("[string \"aos\"]:x", 0, "[string \"aos\"]:x");
	check_failure("[string \"a b\"]:2: x", 0, "[string \"a b\"]:2: x");
}

static void
check_file(const char *error, const char *chunk, const char *file, size_t line,
    const char *text)
{
	const struct source source = { "x.lua", 1, span_text("one\ntwo\n"),
		chunk };
	struct failure f;

	failure_parse(span_text(error), &source, &f);
	CHECK_SPAN(buf_span(&f.file), file);
	CHECK_SPAN(buf_span(&f.text), text);
	CHECK_INT(f.line, line);
	failure_release(&f);
}

TEST(failure, places_of_loaded_files_go_before_others)
{
	check_file("[string \"aos\"]:1: lib/a.lua:7: boom", NULL, "lib/a.lua",
	    7, "boom");
	check_file("main.lua:9: lib/a.lua:7: boom", "main.lua", "lib/a.lua", 7,
	    "boom");
	check_file("run:2: x:3: boom", "run", "run", 2, "x:3: boom");
	check_file("run:2: boom", NULL, "", 0, "run:2: boom");
	check_file("[string \"aos\"]:1: boom", "run", "", 0, "boom");
	check_file("a.lua:7 boom", NULL, "", 0, "a.lua:7 boom");
	check_file("a.lua:x: boom\nb.lua:1: no", NULL, "", 0,
	    "a.lua:x: boom\nb.lua:1: no");
	check_file("...g/way/a.lua:12: ", NULL, "...g/way/a.lua", 12, "");
}

TEST(failure, parts_what_was_printed)
{
	const struct source source = { NULL, 1, span_text("x") };
	struct buf error = BUF_INIT;
	struct failure f;

	buf_printf(&error, "one\ntwo\n\n%s[string \"aos\"]:1: boom", red_error);
	failure_parse(buf_span(&error), &source, &f);
	CHECK_SPAN(f.printed, "one\ntwo");
	CHECK_SPAN(buf_span(&f.text), "boom");
	failure_release(&f);
	buf_clear(&error);
	buf_printf(&error, "\n\n%sboom", red_error);
	failure_parse(buf_span(&error), &source, &f);
	CHECK_INT(f.printed.len, 0);
	failure_release(&f);
	buf_release(&error);
}

TEST(failure, lines_of_a_text)
{
	struct span text = span_text("a\nb\n");

	CHECK_INT(line_count(text), 2);
	CHECK_INT(line_count(span_text("a\nb")), 2);
	CHECK_SPAN(line_of(text, 1), "a");
	CHECK_SPAN(line_of(text, 2), "b");
	CHECK_SPAN(line_of(text, 3), "");
	CHECK_SPAN(line_of(text, 9), "");
}

static void
check_caret(const char *code, size_t line, size_t column)
{
	struct error err;
	const char *text;

	CHECK_INT(vm_check_syntax(span_text(code), &err), SYNTAX_WRONG);
	CHECK_INT(syntax_line(err.text, &text), line);
	CHECK_INT(syntax_column(span_text(code), line, text), column);
}

TEST(failure, the_caret_stands_under_the_token_that_is_wrong)
{
	check_caret("x = = 1", 1, 4);
	check_caret("x = 1\ny = 2 )", 2, 6);
	check_caret("a = b = c", 1, 6);
}
