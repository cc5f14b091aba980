#include "shell/api.h"
#include "shell/hint.h"
#include "test.h"

static void
check_hint(const char *before, const char *line, const char *expected)
{
	struct buf out = BUF_INIT;

	hint_make(span_text(before), span_text(line), &out);
	CHECK_SPAN(buf_span(&out), expected);
	buf_release(&out);
}

TEST(hint, says_what_dot_commands_take)
{
	check_hint("", ".load", " FILE...");
	check_hint("", ".load ", "FILE...");
	check_hint("", ".load a.lua ", "FILE...");
	check_hint("", ".load a.l", "");
	check_hint("", ".mode ", "[raw|pretty|json|table|line]");
	check_hint("", ".set ", "[NAME [VALUE]]");
	check_hint("", ".set timer ", "on|off");
	check_hint("", ".editor", "");
	check_hint("", ".nothing", "");
}

TEST(hint, says_what_functions_take)
{
	check_hint("", "Handlers.add", "(name, pattern, handle, runs)");
	check_hint("", "Handlers.add(", "name, pattern, handle, runs)");
	check_hint("", "Handlers.add(\"x\"", ", pattern, handle, runs)");
	check_hint("", "Handlers.add(\"x\",", " pattern, handle, runs)");
	check_hint("", "x = Utils.map(f, ", "list)");
	check_hint("", "json.encode({ 1, 2 }", ")");
	check_hint("", "mine(", "");
	check_hint("", "f(json.encode(x)", "");
}

TEST(hint, says_what_a_message_lacks)
{
	check_hint("", "Send({",
	    " Target = id, Action = text, Data = text, Tags = {} })");
	check_hint("", "Send({ Action = \"x\", ",
	    "Target = id, Data = text, Tags = {} })");
	check_hint("", "Send{ Target = id, Data = d, Tags = t, ",
	    "Action = text }");
	check_hint("", "Spawn(m, {", " Data = text, Tags = {} })");
	check_hint("", "x = {", "");
}

TEST(hint, is_silent_in_texts_and_comments)
{
	check_hint("", "Send(\"", "");
	check_hint("", "Handlers.add(\"x", "");
	check_hint("", "Handlers.add( -- x", "");
	check_hint("", "Handlers.add([[", "");
	check_hint("", "", "");
	check_hint("", "function f(", "");
}

TEST(hint, knows_the_lines_before)
{
	check_hint("Handlers.add(\"x\",", "  \"y\",", " handle, runs)");
	check_hint("Handlers.add(", ".load", ", pattern, handle, runs)");
}

TEST(api, finds_names_and_near_ones)
{
	CHECK(api_find(span_text("Handlers.add")) != NULL);
	CHECK(api_find(span_text("string:upper")) != NULL);
	CHECK(api_find(span_text("Handlers.ad")) == NULL);
	CHECK_TEXT(api_suggest("Handlers.ad"), "Handlers.add");
	CHECK(api_suggest("zzzzzzzz") == NULL);
}

TEST(api, helps_with_one_and_with_what_is_below)
{
	struct buf out = BUF_INIT;

	CHECK(api_help(span_text("Handlers"), &out));
	CHECK(memmem(out.p, out.len, "Handlers.once", 13) != NULL);
	buf_clear(&out);
	CHECK(api_help(span_text("string"), &out));
	CHECK(memmem(out.p, out.len, "string.upper(s)", 15) != NULL);
	buf_clear(&out);
	CHECK(!api_help(span_text("nothing"), &out));
	CHECK(!api_help(span_text(""), &out));
	CHECK_INT(out.len, 0);
	buf_release(&out);
}

/* A table that is cut at ", " must not be cut in a member's own braces. */
TEST(api, arguments_are_balanced)
{
	for (const struct api *a = api_table; a->name; a++) {
		int depth = 0;

		for (const char *p = a->args ? a->args : ""; *p; p++) {
			depth += *p == '{';
			depth -= *p == '}';
			CHECK(depth >= 0);
		}
		CHECK_INT(depth, 0);
		CHECK(a->summary && *a->summary);
		CHECK(!a->text || a->text[strlen(a->text) - 1] == '\n');
	}
}

TEST(hint, says_that_commands_are_text_in_the_editor)
{
	static const struct {
		const char *line;
		const char *hint;
	} rows[] = {
		{ ".load x.lua", "  text; .done sends" },
		{ ".help", "  text; .done sends" },
		{ ".done", "" },
		{ ".cancel", "" },
		{ ".print", "" },
		{ ".delete", "" },
		{ ".5 + 1", "" },
		{ ".", "" },
		{ " .load", "" },
		{ "Send({", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;

		hint_in_editor(span_text(rows[i].line), &out);
		CHECK_TEXT(buf_text(&out), rows[i].hint);
		buf_release(&out);
	}
}
