/* Cutting members out of a JSON object. */
#include "codec/json_scan.h"
#include "test.h"

static struct json_member members[] = { { .name = "op" }, { .name = "id" } };

static int
scan(const char *text, struct error *err)
{
	return json_scan(span_text(text), members, 2, err);
}

static void
fails(const char *text, const char *why)
{
	struct error err = { 0 };

	if (scan(text, &err) == 0)
		fail_msg("%s: was taken", text);
	CHECK_TEXT(err.text, why);
}

static void
passes(const char *text)
{
	struct error err = { 0 };

	CHECK_OK(scan(text, &err), err);
}

TEST(json_scan, members_are_the_texts_of_their_values)
{
	passes(
	    " { \"x\" : {\"op\":1} , \"op\":\"a\\\"b\" ,\"id\" :[1, {\"id\":2} ] }\r");
	CHECK_SPAN(members[0].value, "\"a\\\"b\"");
	CHECK_SPAN(members[1].value, "[1, {\"id\":2} ]");
	passes("{\"id\":-1.5e+7}");
	CHECK(!members[0].value.p);
	CHECK_SPAN(members[1].value, "-1.5e+7");
}

TEST(json_scan, of_equal_names_the_last_counts)
{
	passes("{\"op\":1,\"id\":3,\"op\":2}");
	CHECK_SPAN(members[0].value, "2");
	CHECK_SPAN(members[1].value, "3");
}

TEST(json_scan, names_may_be_escaped)
{
	passes("{\"\\u006fp\":1,\"\\u0069\\u0064\":2}");
	CHECK_SPAN(members[0].value, "1");
	CHECK_SPAN(members[1].value, "2");
	passes("{\"\\u006fpx\":1,\"o\":2,\"op\\u0000\":3,\"\\n\\\"\":4}");
	CHECK(!members[0].value.p);
}

TEST(json_scan, all_of_json_is_taken)
{
	passes("{}");
	passes(
	    "{\"a\":[[],{},[{}],\"\",0,-0,10,1.0,1e9,1E-9,true,false,null]}");
	passes("{\"\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fF\xc3\xbf\x7f\"}");
}

TEST(json_scan, what_is_no_json_is_told_with_its_place)
{
	fails("", "byte 0: the text ends early");
	fails("[]", "byte 0: not a JSON object");
	fails("{} {}", "byte 3: more than an object");
	fails("{\"a\":1,}", "byte 7: no name of a member");
	fails("{a:1}", "byte 1: no name of a member");
	fails("{\"a\" 1}", "byte 5: no ':' behind a name");
	fails("{\"a\":}", "byte 5: no value");
	fails("{\"a\":tru}", "byte 5: no value");
	fails("{\"a\":01}", "byte 6: no ',' or '}'");
	fails("{\"a\":[1 2]}", "byte 8: no ',' or ']'");
	fails("{\"a\":[1,]}", "byte 8: no value");
	fails("{\"a\":[1}", "byte 7: no ',' or ']'");
	fails("{\"a\":1.}", "byte 7: no number");
	fails("{\"a\":-}", "byte 6: no number");
	fails("{\"a\":1e+}", "byte 8: no number");
	fails("{\"a\":NaN}", "byte 5: no value");
	fails("{\"a\":\"x", "byte 7: the text ends early");
	fails("{\"a\":\"\\", "byte 6: a bad escape");
	fails("{\"a\":[", "byte 6: the text ends early");
}

TEST(json_scan, a_flaw_in_a_string_hides_nothing_behind_it)
{
	fails("{\"a\":\"\x80\",\"id\":5}", "byte 6: not UTF-8");
	CHECK_SPAN(members[1].value, "5");
	fails("{\"a\":\"\xed\xa0\x80\",\"id\":6}", "byte 6: not UTF-8");
	CHECK_SPAN(members[1].value, "6");
	fails("{\"a\":\"\\x\",\"id\":7}", "byte 6: a bad escape");
	CHECK_SPAN(members[1].value, "7");
	fails("{\"a\":\"\\u12\",\"id\":8}", "byte 6: a bad escape");
	CHECK_SPAN(members[1].value, "8");
	fails("{\"a\":\"\t\",\"id\":9}",
	    "byte 6: a control character in a string");
	CHECK_SPAN(members[1].value, "9");
}

TEST(json_scan, members_before_a_mistake_are_known)
{
	fails("{\"id\":5,\"op\":", "byte 13: the text ends early");
	CHECK_SPAN(members[1].value, "5");
	CHECK(!members[0].value.p);
}

TEST(json_scan, depth_has_a_limit)
{
	struct buf text = BUF_INIT;
	struct error err;

	for (int extra = 0; extra < 2; extra++) {
		int depth = JSON_SCAN_DEPTH - 1 + extra;

		buf_clear(&text);
		buf_add_text(&text, "{\"id\":");
		for (int i = 0; i < depth; i++)
			buf_add_byte(&text, '[');
		for (int i = 0; i < depth; i++)
			buf_add_byte(&text, ']');
		buf_add_byte(&text, '}');
		CHECK_INT(json_scan(buf_span(&text), members, 2, &err), -extra);
	}
	CHECK_INT(err.code, ERR_LIMIT);
	CHECK_TEXT(err.text, "byte 1005: nested too deeply");
	buf_release(&text);
}

/* Whatever is cut off, it is refused and nothing behind it is read. */
TEST(json_scan, tells_where_a_cut_text_ends)
{
	static const char text[] =
	    "{\"op\":\"\\u00e9\xc3\xa9\\n\",\"a\":[-1.5e7,true,{\"b\":null}]}";
	struct error err;

	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		uint8_t *copy = malloc(n + 1);

		memcpy(copy, text, n);
		CHECK_INT(json_scan(span_of(copy, n), members, 2, &err), -1);
		free(copy);
	}
	passes(text);
}

TEST(json_scan, surrogates_must_come_in_pairs)
{
	CHECK(json_has_no_lone_surrogate(span_text("\"a\\ud83d\\ude00b\"")));
	CHECK(json_has_no_lone_surrogate(span_text("[\"\\\\ud83d\",1]")));
	CHECK(!json_has_no_lone_surrogate(span_text("\"\\ud83d\"")));
	CHECK(!json_has_no_lone_surrogate(span_text("\"\\ude00\"")));
	CHECK(!json_has_no_lone_surrogate(span_text("\"\\ud83dx\\ude00\"")));
	CHECK(!json_has_no_lone_surrogate(
	    span_text("[\"\\ud83d\",\"\\ude00\"]")));
}
