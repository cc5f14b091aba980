#include "ao/result.h"
#include "test.h"

static void
check_string(struct span text, const char *json)
{
	struct buf out = BUF_INIT;

	json_add_string(&out, text);
	CHECK_TEXT(buf_text(&out), json);
	buf_release(&out);
}

TEST(result, strings_are_escaped_as_json_needs)
{
	check_string(span_text(""), "\"\"");
	check_string(span_text("plain / text"), "\"plain / text\"");
	check_string(span_text("\"\\\b\t\n\f\r"),
	    "\"\\\"\\\\\\b\\t\\n\\f\\r\"");
	check_string(span_of("a\0b\x01\x1f\x7f", 6),
	    "\"a\\u0000b\\u0001\\u001f\x7f\"");
	check_string(span_text("\xc3\xa9\xf0\x9f\x9a\x80"),
	    "\"\xc3\xa9\xf0\x9f\x9a\x80\"");
}

#define R "\xef\xbf\xbd"

TEST(result, bad_utf8_is_replaced_once_for_each_sequence)
{
	check_string(span_text("a\xff"
			       "b"),
	    "\"a" R "b\"");
	check_string(span_text("\xc0\x80"), "\"" R R "\"");
	check_string(span_text("\xed\xa0\x80"), "\"" R R R "\"");
	check_string(span_text("\xe2\x82"), "\"" R "\"");
	check_string(span_text("\xf0\x9f\x9a"
			       "x\xe2\x82\xac"),
	    "\"" R "x\xe2\x82\xac\"");
	check_string(span_text("\xf0\x9f\"\x80"), "\"" R "\\\"" R "\"");
}

TEST(result, every_byte_gives_a_string_that_parses)
{
	for (unsigned c = 0; c < 256; c++) {
		char text[] = { 'a', (char)c, 'z', 0 };
		struct buf out = BUF_INIT;
		json_t *list;

		buf_add_byte(&out, '[');
		json_add_string(&out, span_of(text, 3));
		buf_add_byte(&out, ']');
		list = result_parse(buf_span(&out));
		CHECK(list);
		if (c < 0x80)
			CHECK(
			    !memcmp(json_string_value(json_array_get(list, 0)),
				text, 3));
		json_decref(list);
		buf_release(&out);
	}
}

TEST(result, a_failure_says_its_error_and_a_limit_its_verdict)
{
	struct result r = RESULT_INIT;

	result_fail(&r, VERDICT_ERROR, span_text("no \"x\""));
	CHECK_INT(r.verdict, VERDICT_ERROR);
	CHECK_SPAN(buf_span(&r.json), "{\"Error\":\"no \\\"x\\\"\"}");
	/* from a text that lies in the result itself */
	result_fail(&r, VERDICT_TIME, span_first(buf_span(&r.json), 2));
	CHECK_INT(r.verdict, VERDICT_TIME);
	CHECK_SPAN(buf_span(&r.json),
	    "{\"Error\":\"{\\\"\",\"verdict\":\"time\"}");
	result_release(&r);
	CHECK_INT(r.json.len, 0);
}

TEST(result, verdicts_have_names_and_some_are_facts)
{
	CHECK_TEXT(verdict_name(VERDICT_OK), "ok");
	CHECK_TEXT(verdict_name(VERDICT_ERROR), "error");
	CHECK_TEXT(verdict_name(VERDICT_INSTRUCTIONS), "instructions");
	CHECK_TEXT(verdict_name(VERDICT_MEMORY), "memory");
	CHECK_TEXT(verdict_name(VERDICT_TIME), "time");
	CHECK_TEXT(verdict_name(VERDICT_INTERRUPTED), "interrupted");
	CHECK_TEXT(verdict_name(VERDICT_OUTPUT), "output");
	CHECK(!verdict_is_fact(VERDICT_OK));
	CHECK(!verdict_is_fact(VERDICT_ERROR));
	CHECK(!verdict_is_fact(VERDICT_INSTRUCTIONS));
	CHECK(verdict_is_fact(VERDICT_MEMORY));
	CHECK(verdict_is_fact(VERDICT_INTERRUPTED));
	CHECK(verdict_is_fact(VERDICT_OUTPUT));
}

TEST(result, parses_what_is_ours_and_nothing_else)
{
	json_t *json = result_parse(span_text("{\"Output\":\"a\\u0000b\"}"));

	CHECK_INT(json_string_length(json_object_get(json, "Output")), 3);
	json_decref(json);
	CHECK(!result_parse(span_of(NULL, 0)));
	CHECK(!result_parse(span_text("{\"Output\":")));
	CHECK(!result_parse(span_text("{} x")));
}

TEST(result, the_chain_binds_all_before_it)
{
	struct id process = { { 1 } };
	struct id message = { { 2 } };
	uint8_t first[SHA256_BYTES];
	uint8_t next[SHA256_BYTES];
	struct buf all = BUF_INIT;

	result_chain_first(&process, "Lua 5.4.4 64-bit", first);
	buf_add(&all, process.bytes, ID_BYTES);
	buf_add_text(&all, "Lua 5.4.4 64-bit");
	CHECK(!memcmp(first, sha256(buf_span(&all)).bytes, SHA256_BYTES));
	result_chain_next(first, &message, span_text("{}"), next);
	buf_clear(&all);
	buf_add(&all, first, SHA256_BYTES);
	buf_add(&all, message.bytes, ID_BYTES);
	buf_add(&all, sha256(span_text("{}")).bytes, SHA256_BYTES);
	CHECK(!memcmp(next, sha256(buf_span(&all)).bytes, SHA256_BYTES));
	buf_release(&all);
}
