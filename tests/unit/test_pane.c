#include <locale.h>

#include "term/width.h"
#include "pane/inbox_count.h"
#include "pane/keys.h"
#include "pane/layout.h"
#include "pane/line.h"
#include "pane/plot.h"
#include "pane/spark.h"
#include "pane/text_rows.h"
#include "test.h"

__attribute__((constructor)) static void
use_utf8(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
}

/* --- layout --- */

TEST(layout, has_a_row_to_show_on_every_screen)
{
	for (int rows = 1; rows <= 200; rows++) {
		struct layout l = layout_make(rows);
		int others =
		    (l.header >= 0) + (l.titles >= 0) + (l.footer >= 0);

		CHECK(l.rows >= 1);
		CHECK_INT(l.rows + others, rows);
		CHECK_INT(l.body, (l.header >= 0) + (l.titles >= 0));
		CHECK(l.footer < 0 || l.footer == rows - 1);
	}
	CHECK_INT(layout_make(24).rows, 21);
	CHECK_INT(layout_make(1).footer, -1);
}

TEST(layout, scrolls_no_further_than_it_must)
{
	CHECK_INT(layout_scroll(0, 0, 0, 10), 0);
	CHECK_INT(layout_scroll(0, 9, 100, 10), 0);
	CHECK_INT(layout_scroll(0, 10, 100, 10), 1);
	CHECK_INT(layout_scroll(50, 49, 100, 10), 49);
	CHECK_INT(layout_scroll(50, 55, 100, 10), 50);
	/* no room is wasted at the end */
	CHECK_INT(layout_scroll(95, 99, 100, 10), 90);
	CHECK_INT(layout_scroll(7, 3, 5, 10), 0);
	CHECK_INT(layout_scroll(3, 3, 5, 0), 3);
}

/* --- lines --- */

TEST(line, cells_have_their_width_whatever_is_in_them)
{
	static const char *const texts[] = { "", "a", "abcdefghij", "漢字漢字",
		"a漢字漢字", "e\xcc\x81\xcc\x82", "\x1b[31mred\x1b[0m",
		"\x1b]0;title\x07", "\xff\xfe",
		"\xe2\x80\xae"
		"turned",
		"tab\tand\nline", "\xf0\x9f\x98\x80 face" };

	for (size_t columns = 1; columns < 12; columns++)
		for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
			struct line l = LINE_INIT;

			line_add(&l, LOOK_PLAIN, columns, span_text(texts[i]));
			CHECK_INT(text_width(buf_span(&l.text)), columns + 1);
			for (size_t k = 0; k < l.text.len; k++)
				CHECK(
				    l.text.p[k] >= 0x20 && l.text.p[k] != 0x7f);
			line_release(&l);
		}
}

TEST(line, keeps_looks_and_takes_any_number_of_parts)
{
	struct line l = LINE_INIT;

	line_add(&l, LOOK_TITLE, 0, span_text("a"));
	line_printf(&l, LOOK_ERROR, "%d", 7);
	CHECK_INT(l.count, 2);
	CHECK_INT(l.parts[0].end, 1);
	CHECK_INT(l.parts[1].look, LOOK_ERROR);
	CHECK_SPAN(buf_span(&l.text), "a7");
	for (int i = 0; i < 100; i++)
		line_printf(&l, LOOK_DIM, "x");
	CHECK_INT(l.count, LINE_PARTS_MAX);
	CHECK_INT(l.parts[LINE_PARTS_MAX - 1].end, 102);
	line_clear(&l);
	CHECK_INT(l.count, 0);
	line_release(&l);
}

TEST(line, is_ascii_where_the_terminal_knows_no_more)
{
	struct line l = LINE_INIT;
	struct spark s = { .count = 0 };
	struct buf out = BUF_INIT;

	setlocale(LC_CTYPE, "C");
	line_add(&l, LOOK_PLAIN, 8, span_text("a漢字é"));
	CHECK_SPAN(buf_span(&l.text), "a???     ");
	spark_add(&s, 3);
	spark_write(&s, 2, &out);
	CHECK_SPAN(buf_span(&out), " #");
	use_utf8();
	line_release(&l);
	buf_release(&out);
}

/* --- sparklines --- */

TEST(spark, shows_the_newest_against_the_highest)
{
	struct spark s = { .count = 0 };
	struct buf out = BUF_INIT;

	CHECK(spark_last(&s) == 0);
	spark_write(&s, 3, &out);
	CHECK_SPAN(buf_span(&out), "   ");
	buf_clear(&out);
	spark_add(&s, 100);
	spark_add(&s, -5);
	spark_add(&s, 0.1);
	spark_add(&s, 50);
	spark_write(&s, 5, &out);
	CHECK_SPAN(buf_span(&out), " █ ▁▄");
	buf_clear(&out);
	/* what is not shown does not count */
	spark_write(&s, 1, &out);
	CHECK_SPAN(buf_span(&out), "█");
	buf_clear(&out);
	for (int i = 0; i < 100; i++)
		spark_add(&s, i);
	CHECK(spark_last(&s) == 99);
	spark_write(&s, 70, &out);
	CHECK_INT(text_width(buf_span(&out)), 70);
	buf_release(&out);
}

/* --- keys --- */

TEST(keys, each_does_one_thing_and_is_described)
{
	CHECK_INT(key_action('q'), ACTION_BACK);
	CHECK_INT(key_action(PRESS_DOWN), ACTION_DOWN);
	CHECK_INT(key_action('%'), ACTION_NONE);
	CHECK_INT(key_action(PRESS_NONE), ACTION_NONE);
	for (const struct key *k = keys; k->action != ACTION_NONE; k++) {
		CHECK(!k->names == !k->summary);
		for (int i = 0; i < KEY_CODES_MAX && k->codes[i]; i++)
			CHECK_INT(key_action(k->codes[i]), k->action);
	}
}

/* --- rows of a text --- */

static void
check_rows(size_t width, const char *text, const char *expected)
{
	struct text_rows t;
	struct buf all = BUF_INIT;

	text_rows_init(&t, width);
	text_rows_add_data(&t, span_text(text));
	for (size_t i = 0; i < t.count; i++) {
		struct span row = text_rows_at(&t, i);

		CHECK(text_width(row) <= (width ? width : 1));
		buf_printf(&all, "%.*s|", SPAN_ARG(row));
	}
	CHECK_TEXT(buf_text(&all), expected);
	buf_release(&all);
	text_rows_release(&t);
}

TEST(text_rows, break_lines_at_the_width)
{
	check_rows(10, "one\ntwo\n\nlonger than ten",
	    "one|two||longer tha|n "
	    "ten|");
	check_rows(3, "漢字a", "漢|字a|");
	check_rows(1, "a漢b", "a|?|b|");
	check_rows(0, "ab", "a|b|");
	check_rows(20, "a\tb\x1b[2J", "a       b^[[2J|");
	check_rows(20, "", "|");
}

TEST(text_rows, show_json_in_a_readable_form)
{
	check_rows(20, "{\"a\":[1,2]}", "{|  \"a\": [|    1,|    2|  ]|}|");
	check_rows(20, "{\"a\":", "{\"a\":|");
	check_rows(20, "[]", "[]|");
}

TEST(text_rows, show_bytes_in_hexadecimal)
{
	struct text_rows t;

	text_rows_init(&t, 100);
	text_rows_add_data(&t, span_of("a\0b\xff", 4));
	CHECK_INT(t.count, 1);
	CHECK_SPAN(text_rows_at(&t, 0),
	    "00000000  61 00 62 ff                                      "
	    "|a.b.|");
	text_rows_release(&t);
}

TEST(text_rows, do_not_indent_what_is_too_deep)
{
	struct buf deep = BUF_INIT;
	struct text_rows t;

	for (int i = 0; i < 65; i++)
		buf_add_byte(&deep, '[');
	for (int i = 0; i < 65; i++)
		buf_add_byte(&deep, ']');
	text_rows_init(&t, 200);
	text_rows_add_data(&t, buf_span(&deep));
	CHECK_INT(t.count, 1);
	text_rows_release(&t);
	buf_release(&deep);
}

TEST(text_rows, are_bounded)
{
	struct buf big = BUF_INIT;
	struct text_rows t;

	for (int i = 0; i < TEXT_DATA_MAX; i++)
		buf_add_byte(&big, '\n');
	buf_add_text(&big, "the end");
	text_rows_init(&t, 80);
	text_rows_add_data(&t, buf_span(&big));
	CHECK_INT(t.count, TEXT_ROWS_MAX);
	text_rows_release(&t);
	buf_release(&big);
}

/* --- plots --- */

static void
check_plot(const double *values, size_t count, unsigned rows,
    const char *expected)
{
	struct buf all = BUF_INIT;
	struct plot p;

	plot_init(&p, values, count, rows);
	for (unsigned i = 0; i < rows; i++) {
		plot_row(&p, i, &all);
		buf_add_byte(&all, '|');
	}
	CHECK_TEXT(buf_text(&all), expected);
	buf_release(&all);
}

TEST(plot, draws_between_the_lowest_and_the_highest)
{
	const double same[] = { 5, 5 };
	const double some[] = { -10, 0, 10 };
	const double wide[] = { -1.7e308, 1.7e308 };

	check_plot(same, 2, 1, "▄▄|");
	check_plot(some, 3, 2, "  █|▁██|");
	check_plot(wide, 2, 1, "▁█|");
}

/* --- inboxes --- */

TEST(inbox_count, is_what_the_prompt_says)
{
	static const struct {
		const char *prompt;
		int64_t count;
	} cases[] = { { "a@aos-2.0.4[Inbox:2]> ", 2 },
		{ "\x1b[32ma\x1b[90m[Inbox:\x1b[31m17\x1b[90m]\x1b[0m> ", 17 },
		{ "[Inbox:0]", 0 }, { "", -1 }, { "aos> ", -1 },
		{ "[Inbox:", -1 }, { "[Inbox:]", -1 }, { "[Inbox:7", -1 },
		{ "[Inbox:-7]", -1 }, { "[Inbox:99999999999999999999]", -1 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_INT(inbox_count_of_prompt(span_text(cases[i].prompt)),
		    cases[i].count);
}
