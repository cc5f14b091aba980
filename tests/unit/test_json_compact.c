#include <jansson.h>

#include "codec/json_compact.h"
#include "codec/json_names.h"
#include "codec/json_scan.h"
#include "codec/json_walk.h"
#include "test.h"

/* What jansson makes of a value: the fewest digits that all numbers survive. */
static char *
reference(const char *text, size_t len)
{
	size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
	json_t *value =
	    json_loadb(text, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	char *out = NULL;

	for (size_t digits = 15; value && digits <= 17; digits++) {
		json_t *back;
		bool same;

		free(out);
		out = json_dumps(value, flags | JSON_REAL_PRECISION(digits));
		back = json_loads(out, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		same = json_equal(value, back);
		json_decref(back);
		if (same)
			break;
	}
	json_decref(value);
	return out;
}

/* Whether a value, inside an object, is good; if so it is rewritten. */
static bool
rewrite(const char *text, size_t len, struct buf *out)
{
	struct json_member m = { .name = "v" };
	struct buf whole = BUF_INIT;
	struct error err;
	bool good;

	buf_add_text(&whole, "{\"v\":");
	buf_add(&whole, text, len);
	buf_add_byte(&whole, '}');
	good = json_scan(buf_span(&whole), &m, 1, &err) == 0 &&
	    json_has_meaning(buf_span(&whole));
	if (good)
		json_add_compact(out, m.value);
	buf_release(&whole);
	return good;
}

static void
check(const char *text, const char *expected)
{
	struct buf out = BUF_INIT;
	char *wanted = reference(text, strlen(text));

	CHECK(wanted);
	CHECK_TEXT(wanted, expected);
	CHECK(rewrite(text, strlen(text), &out));
	CHECK_TEXT(buf_text(&out), expected);
	free(wanted);
	buf_release(&out);
}

static void
check_bad(const char *text)
{
	struct buf out = BUF_INIT;

	CHECK(!reference(text, strlen(text)));
	CHECK(!rewrite(text, strlen(text), &out));
}

TEST(json_compact, blanks_go_and_escapes_are_few)
{
	check(" [ 1 , { \"a\" : [ ] , \"b\" : { } } ,\ttrue,\nnull ] ",
	    "[1,{\"a\":[],\"b\":{}},true,null]");
	check("\"\\u0041\\/\\u007f\\u00e9\\ud83d\\ude00\"",
	    "\"A/\x7f\xc3\xa9\xf0\x9f\x98\x80\"");
	check("\"\\u0000\\u001F\\b\\f\\n\\r\\t\\\"\\\\\"",
	    "\"\\u0000\\u001F\\b\\f\\n\\r\\t\\\"\\\\\"");
	check("{\"\\u0061\\u0022\":\"\\u0008\"}", "{\"a\\\"\":\"\\b\"}");
}

TEST(json_compact, numbers_have_the_digits_that_all_need)
{
	check("[-0,0,-7,9223372036854775807,-9223372036854775808]",
	    "[0,0,-7,9223372036854775807,-9223372036854775808]");
	check("[-0.0,1.0,1e2,1E+22,1.5e-07,0.10,1e15]",
	    "[-0.0,1.0,100.0,1e22,1.5e-7,0.1,1e15]");
	/* one that needs 17 has all written so */
	check("[0.1,0.30000000000000004]",
	    "[0.10000000000000001,0.30000000000000004]");
	check("[0.1,0.1234567890123456]", "[0.1,0.1234567890123456]");
	check("[1.7976931348623157e308,5e-324]",
	    "[1.7976931348623157e308,4.9406564584124654e-324]");
}

TEST(json_compact, what_means_nothing_is_told)
{
	check_bad("9223372036854775808");
	check_bad("-9223372036854775809");
	check_bad("1e309");
	check_bad("[\"\\ud800\"]");
	check_bad("[\"\\udc00\\ud800\"]");
	check_bad("{\"a\\u0000\":1}");
}

TEST(json_compact, of_equal_names_the_first_place_and_the_last_value)
{
	check("{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}");
	check("{\"a\":1,\"a\":2}", "{\"a\":2}");
	check("{\"b\":1, \"a\" : 2 ,\"b\":3,\"c\":[4],\"\\u0061\":{\"x\":5}}",
	    "{\"b\":3,\"a\":{\"x\":5},\"c\":[4]}");
	check(
	    "{\"a\":{\"a\":1,\"a\":2},\"a\":{\"b\":1,\"b\":{\"b\":2,\"b\":3}}}",
	    "{\"a\":{\"b\":{\"b\":3}}}");
}

/* --- by chance --- */

static uint64_t chance = 1;

static unsigned
pick(unsigned n)
{
	chance = chance * 6364136223846793005U + 1442695040888963407U;
	return (unsigned)(chance >> 33) % n;
}

static void
add_blanks(struct buf *b)
{
	static const char *const blanks[] = { "", "", "", "", " ", "\n\t" };

	buf_add_text(b, blanks[pick(6)]);
}

static void
add_number(struct buf *b)
{
	double x;

	switch (pick(6)) {
	case 0:
		buf_printf(b, "%d", (int)pick(2000) - 1000);
		break;
	case 1:
		buf_printf(b, "%lld",
		    (long long)(chance * 0x9e3779b97f4a7c15U));
		break;
	case 2:
		buf_printf(b, "-0%s", pick(2) ? ".0" : "");
		break;
	case 3:
		memcpy(&x, &(uint64_t){ chance * 0x9e3779b97f4a7c15U },
		    sizeof(x));
		buf_printf(b, "%.*e", (int)pick(20),
		    x == x && x - x == 0 ? x : 0.5);
		break;
	default:
		buf_printf(b, "%.*f", 1 + (int)pick(17),
		    (double)pick(1000000) / (1 + pick(999)));
	}
}

static void
add_string(struct buf *b, unsigned most)
{
	static const char *const pieces[] = { "a", "b", "a", "\\u0061", "\\\"",
		"\\\\", "\\/", "\\u0001", "\\n", "\xc3\xa9", "\\u00e9",
		"\\ud83d\\ude00", "\xf0\x9f\x98\x80", "\x7f", "\xef\xbf\xbd",
		"\\b", "\\u0000", "\\ud800", "\\udc00" };

	buf_add_byte(b, '"');
	for (unsigned n = pick(4); n > 0; n--)
		buf_add_text(b, pieces[pick(most)]);
	buf_add_byte(b, '"');
}

/* Some kinds only sometimes, or nothing would be good as a whole. */
static void
add_scalar(struct buf *b)
{
	static const char *const words[] = { "true", "false", "null" };

	if (pick(3) == 0)
		add_number(b);
	else if (pick(3) == 0)
		buf_add_text(b, words[pick(3)]);
	else
		add_string(b, pick(40) ? 17 : 19);
}

/* A value in a random order of opening, closing and scalars. */
static void
add_random(struct buf *b)
{
	char open[64];
	bool first[64];
	unsigned depth = 0;

	for (unsigned n = pick(60);; n--) {
		bool in = depth > 0;

		if (in && (n == 0 || pick(4) == 0)) {
			buf_add_byte(b, (uint8_t)open[--depth]);
			n += n == 0;
		} else {
			if (in && !first[depth - 1])
				buf_add_byte(b, ',');
			add_blanks(b);
			if (in)
				first[depth - 1] = false;
			if (in && open[depth - 1] == '}') {
				add_string(b, pick(100) ? 16 : 17);
				add_blanks(b);
				buf_add_byte(b, ':');
			}
			add_blanks(b);
			if (n > 1 && depth < 60 && pick(2)) {
				open[depth] = pick(3) ? '}' : ']';
				first[depth] = true;
				buf_add_byte(b,
				    open[depth++] == '}' ? '{' : '[');
			} else {
				add_scalar(b);
			}
		}
		add_blanks(b);
		if (depth == 0)
			return;
	}
}

static void
check_random(struct buf *text)
{
	char *wanted = reference(buf_text(text), text->len);
	struct buf out = BUF_INIT;

	if (rewrite(buf_text(text), text->len, &out) != (wanted != NULL))
		fail_msg("only one reads: %s", buf_text(text));
	if (wanted && strcmp(buf_text(&out), wanted) != 0)
		fail_msg("%s\nis\n%s\nand not\n%s", buf_text(text),
		    buf_text(&out), wanted);
	buf_release(&out);
	free(wanted);
}

TEST(json_compact, any_value_is_written_as_jansson_does)
{
	struct buf text = BUF_INIT;

	for (int i = 0; i < 20000; i++) {
		buf_clear(&text);
		add_random(&text);
		check_random(&text);
		/* and with a byte that is wrong, or perhaps not */
		text.p[pick((unsigned)text.len)] =
		    (uint8_t) "[]{},:\"\\u0 1-.eE+a"[pick(18)];
		check_random(&text);
	}
	buf_release(&text);
}

/* In a second or so; with work that grows as the square it would be hours. */
TEST(json_compact, large_values_take_their_length)
{
	struct buf text = BUF_INIT;
	struct buf out = BUF_INIT;

	for (int i = 0; i < 900; i++)
		buf_add_text(&text, "{\"b\":1,\"b\":");
	buf_add_text(&text, "[0");
	for (int i = 0; i < 1000000; i++)
		buf_add_text(&text, ",[]");
	buf_add_text(&text, "]");
	for (int i = 0; i < 900; i++)
		buf_add_text(&text, ",\"c\":2}");
	CHECK(rewrite(buf_text(&text), text.len, &out));
	CHECK(out.len < text.len);
	buf_release(&text);
	buf_release(&out);
}
