#include <locale.h>

#include "term/style_rows.h"
#include "test.h"

static const char *
again(const char *sequences, struct style *s)
{
	static struct buf out;
	const char *at = sequences;

	*s = (struct style){ 0 };
	while (*at) {
		const char *end = strchr(at, 'm') + 1;

		style_apply(s, span_of(at, (size_t)(end - at)));
		at = end;
	}
	buf_clear(&out);
	style_write(*s, &out);
	return buf_text(&out);
}

TEST(style, is_written_as_it_was_read)
{
	static const struct {
		const char *in;
		const char *out;
	} rows[] = {
		{ "\x1b[31m", "\x1b[31m" },
		{ "\x1b[1m\x1b[31m", "\x1b[1m\x1b[31m" },
		{ "\x1b[1;2;3;4;5;7;9m", "\x1b[1;2;3;4;5;7;9m" },
		{ "\x1b[97;104m", "\x1b[97m\x1b[104m" },
		{ "\x1b[38;5;208m", "\x1b[38;5;208m" },
		{ "\x1b[38;5;9m", "\x1b[91m" },
		{ "\x1b[48;2;1;2;3;1m", "\x1b[1m\x1b[48;2;1;2;3m" },
		{ "\x1b[38:5:208;4m", "\x1b[4m\x1b[38;5;208m" },
		{ "\x1b[38:2:1:2:3m", "\x1b[38;2;1;2;3m" },
		{ "\x1b[38:2::1:2:3m", "\x1b[38;2;1;2;3m" },
		{ "\x1b[58;5;1;3m", "\x1b[3m" },
		{ "\x1b[4:3m", "\x1b[4m" },
		{ "\x1b[4m\x1b[4:0m", "" },
		{ "\x1b[1;2m\x1b[22m", "" },
		{ "\x1b[31;42m\x1b[39m", "\x1b[42m" },
		{ "\x1b[31;42m\x1b[49m", "\x1b[31m" },
		{ "\x1b[31;1m\x1b[m", "" },
		{ "\x1b[31;1m\x1b[0;4m", "\x1b[4m" },
		{ "\x1b[38;5m", "" },
		{ "\x1b[38;2;1;2m", "" },
		{ "\x1b[38m", "" },
		{ "\x1b[99999999999999999999;8;10;55m", "" },
	};
	struct style s;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		CHECK_TEXT(again(rows[i].in, &s), rows[i].out);
}

TEST(style, finds_a_colour_in_the_palette)
{
	struct style s;

	again("\x1b[31m", &s);
	CHECK_INT(style_palette(s.color), 1);
	CHECK_INT(style_palette(s.background), -1);
	again("\x1b[38;2;0;0;0;48;2;255;255;255m", &s);
	CHECK_INT(style_palette(s.color), 16);
	CHECK_INT(style_palette(s.background), 231);
}

static const char *
written(const struct style_rows *r, size_t row)
{
	static struct buf out;

	buf_clear(&out);
	style_rows_write(r, row, &out);
	return buf_text(&out);
}

TEST(style_rows, a_colour_goes_on_in_the_next_row)
{
	struct style style = { 0 };
	struct style_rows r;

	style_rows_init(&r, 4);
	style_rows_text(&r, &style,
	    span_text("a\x1b[31mbcdef\ng\x1b[0m\n\n\th"));
	CHECK_INT(r.count, 6);
	CHECK_TEXT(written(&r, 0), "a\x1b[31mbcd\x1b[0m");
	CHECK_TEXT(written(&r, 1), "\x1b[31mef\x1b[0m");
	CHECK_TEXT(written(&r, 2), "\x1b[31mg\x1b[0m");
	CHECK_TEXT(written(&r, 3), "");
	CHECK_TEXT(written(&r, 4), "    ");
	CHECK_TEXT(written(&r, 5), "h");
	CHECK(r.rows[0].wraps && !r.rows[1].wraps && r.rows[4].wraps);
	CHECK(style_rows_same(&r, 1, &r, 1));
	CHECK(!style_rows_same(&r, 1, &r, 2));
	style_rows_release(&r);
}

TEST(style_rows, rows_of_other_colours_are_not_the_same)
{
	struct style style = { 0 };
	struct style_rows r;

	style_rows_init(&r, 9);
	style_rows_text(&r, &style,
	    span_text("\x1b[1mab\x1b[0mc\n\x1b[1ma\x1b[0mbc\nabc\n"
		      "\x1b[1mab\x1b[0mc"));
	CHECK(!style_rows_same(&r, 0, &r, 1));
	CHECK(!style_rows_same(&r, 0, &r, 2));
	CHECK(style_rows_same(&r, 0, &r, 3));
	style_rows_release(&r);
}

TEST(style_rows, what_a_terminal_would_obey_is_shown)
{
	struct style style = { 0 };
	struct style_rows r;

	setlocale(LC_CTYPE, "C.UTF-8");
	style_rows_init(&r, 30);
	style_rows_text(&r, &style,
	    span_text("\x1b[2J\x1b]0;t\a\r\xc2\x9b\xff\xe2\x80\xae"));
	CHECK_TEXT(written(&r, 0), "^[[2J^[]0;t^G^M<U+009B>\xef\xbf\xbd<U+202");
	style_rows_release(&r);
}
