#include <stdlib.h>

#include "base/buf.h"
#include "shell/lua_value.h"
#include "test.h"

#define RED "\x1b[31m"
#define GREEN "\x1b[32m"
#define BLUE "\x1b[34m"
#define END "\x1b[0m"

static const char table[] =
    "{\n   " RED "a" END " = " BLUE "1" END ",\n   " RED "b" END " = { " BLUE
    "2.5" END ", " GREEN "\"x\"}, \"\"" END " }\n}";

static void
check(const char *text, const char *want)
{
	json_t *value = lua_value_parse(span_text(text));
	char *got =
	    value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

	if (want) {
		CHECK(got != NULL);
		CHECK_TEXT(got, want);
	} else {
		CHECK(got == NULL);
	}
	free(got);
	json_decref(value);
}

TEST(lua_value, tables_and_lists)
{
	check(table, "{\"a\":1,\"b\":[2.5,\"x\\\"}, \\\"\"]}");
	check("{  }", "{}");
	check("{ " BLUE "true" END ", " BLUE "nil" END ", " BLUE
	      "function: 0x1" END ", " BLUE "inf" END " }",
	    "[true,null,\"function: 0x1\",\"inf\"]");
	check("{\n   " RED "me" END " = <circular reference>\n}",
	    "{\"me\":\"<circular reference>\"}");
	check("{\"json\":[1]}", "{\"json\":[1]}");
}

TEST(lua_value, other_texts_are_none)
{
	check("", NULL);
	check("hello", NULL);
	check("{ hello }", NULL);
	check("{ " BLUE "1" END " } more", NULL);
	check("}", NULL);
	check("{ " RED "a" END " = }", NULL);
	check("{ " RED "a" END " = " RED "b" END " = " BLUE "1" END " }", NULL);
	check(BLUE "1" END, NULL);
}

TEST(lua_value, a_part_of_one_is_none)
{
	for (size_t n = 0; n < sizeof(table) - 1; n++) {
		json_t *value = lua_value_parse(span_of(table, n));

		CHECK(value == NULL);
	}
}

TEST(lua_value, too_deep_is_none)
{
	for (int depth = 64; depth <= 65; depth++) {
		struct buf text = BUF_INIT;
		json_t *value;

		for (int i = 0; i < depth; i++)
			buf_add_text(&text, "{\n");
		for (int i = 0; i < depth; i++)
			buf_add_text(&text, "\n}");
		value = lua_value_parse(buf_span(&text));
		CHECK((value != NULL) == (depth == 64));
		json_decref(value);
		buf_release(&text);
	}
}
