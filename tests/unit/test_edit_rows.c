/*
 * Rows are drawn into a small terminal of our own, which knows the sequences
 * that they use; what it shows must be the rows, wherever drawing began.
 */
#include <locale.h>

#include "term/edit_reflow.h"
#include "term/edit_rows.h"
#include "term/edit_window.h"
#include "term/highlight.h"
#include "term/width.h"
#include "test.h"

enum {
	WIDE = 40,
	HIGH = 60
};

/* --- a terminal --- */

struct terminal {
	size_t width;
	size_t height;
	size_t row;
	size_t column;
	bool pending; /* the next character wraps */
	char cells[HIGH][WIDE][8];
	size_t scrolled;
};

static void
blank(struct terminal *t, size_t row, size_t from)
{
	for (size_t i = from; i < t->width; i++)
		strcpy(t->cells[row][i], " ");
}

static void
down(struct terminal *t)
{
	if (t->row + 1 < t->height) {
		t->row++;
		return;
	}
	memmove(t->cells[0], t->cells[1], sizeof(t->cells[0]) * (HIGH - 1));
	blank(t, t->height - 1, 0);
	t->scrolled++;
}

static void
character(struct terminal *t, struct span c, unsigned cells)
{
	char *cell;

	if (cells == 0) {
		/* a combining one joins the cell before */
		cell = t->cells[t->row][t->pending ? t->column : t->column - 1];
		strncat(cell, (const char *)c.p, c.len);
		return;
	}
	if (t->pending || t->column + cells > t->width) {
		down(t);
		t->column = 0;
		t->pending = false;
	}
	snprintf(t->cells[t->row][t->column], 8, "%.*s", SPAN_ARG(c));
	if (cells == 2)
		strcpy(t->cells[t->row][t->column + 1], "");
	t->column += cells;
	if (t->column == t->width) {
		t->column--;
		t->pending = true;
	}
}

/* ESC [ number letter */
static size_t
sequence(struct terminal *t, struct span s)
{
	size_t n = 2;
	size_t count = 0;

	while (s.p[n] >= '0' && s.p[n] <= '9')
		count = 10 * count + (size_t)(s.p[n++] - '0');
	if (s.p[n] == 'K' || s.p[n] == 'J')
		blank(t, t->row, t->column);
	if (s.p[n] == 'J')
		for (size_t i = t->row + 1; i < t->height; i++)
			blank(t, i, 0);
	if (count == 0)
		count = 1;
	if (s.p[n] == 'A')
		t->row = t->row > count ? t->row - count : 0;
	if (s.p[n] == 'B')
		t->row =
		    t->row + count < t->height ? t->row + count : t->height - 1;
	if (s.p[n] == 'C')
		t->column = t->column + count < t->width ? t->column + count
							 : t->width - 1;
	t->pending = false;
	CHECK(strchr("KJABC", s.p[n]) != NULL);
	return n + 1;
}

static void
feed(struct terminal *t, struct span s)
{
	for (size_t at = 0; at < s.len;) {
		size_t sgr = sgr_length(span_from(s, at));
		size_t from = at;
		bool valid;
		uint32_t c;

		if (sgr) {
			at += sgr;
		} else if (s.p[at] == '\r') {
			t->column = 0;
			t->pending = false;
			at++;
		} else if (s.p[at] == '\n') {
			down(t);
			at++;
		} else if (s.p[at] == 0x1b) {
			at += sequence(t, span_from(s, at));
		} else {
			c = char_next(s, &at, &valid);
			character(t, span_of(s.p + from, at - from),
			    char_width(c));
		}
	}
}

static struct terminal *
terminal(size_t width, size_t height)
{
	static struct terminal t;

	setlocale(LC_CTYPE, "C.UTF-8");
	t = (struct terminal){ .width = width, .height = height };
	for (size_t i = 0; i < height; i++)
		blank(&t, i, 0);
	return &t;
}

/* Row `row` as text, without blanks at its end. */
static const char *
row_text(const struct terminal *t, size_t row)
{
	static char text[WIDE * 8 + 1];
	size_t n;

	*text = 0;
	for (size_t i = 0; i < t->width; i++)
		strcat(text, t->cells[row][i]);
	n = strlen(text);
	while (n && text[n - 1] == ' ')
		text[--n] = 0;
	return text;
}

/* --- lines on it --- */

struct screen {
	struct terminal *t;
	struct style_rows rows;
	struct edit_window window;
	size_t at;
};

static void
more(void *arg, size_t line, struct buf *out)
{
	(void)arg;
	buf_printf(out, "%zu> ", line);
}

static void
draw(struct screen *s, const char *text, size_t point, const char *hint)
{
	struct edit_text e = { .prompt = span_text("\x1b[32mp\x1b[0m> "),
		.text = span_text(text),
		.point = point,
		.hint = span_text(hint),
		.more = more };
	struct style_rows rows;
	struct edit_window now;
	struct buf out = BUF_INIT;

	edit_rows_make(&e, s->t->width, &rows);
	now = edit_window(&rows, s->t->height);
	edit_window_draw(&s->window, &now, &s->at, &out);
	feed(s->t, buf_span(&out));
	style_rows_release(&s->rows);
	s->rows = rows;
	s->window = now;
	s->window.rows = &s->rows;
	buf_release(&out);
}

/* What the terminal has is what the rows say, and so is its cursor. */
static void
check_shown(const struct screen *s, size_t first)
{
	struct terminal fresh = *s->t;
	size_t top = s->window.top;

	for (size_t i = 0; i + top < s->rows.count && i < s->t->height; i++) {
		char have[WIDE * 8 + 1];

		strcpy(have, row_text(s->t, first + i));
		fresh.row = 0;
		fresh.column = 0;
		fresh.pending = false;
		blank(&fresh, 0, 0);
		feed(&fresh, style_rows_at(&s->rows, top + i));
		CHECK_TEXT(have, row_text(&fresh, 0));
		CHECK(s->rows.rows[top + i].cells <= s->rows.width);
	}
	CHECK_INT(s->t->row, first + s->rows.row - top);
	CHECK_INT(s->t->column, s->rows.column);
}

TEST(edit_rows, shows_prompt_text_and_hint)
{
	struct screen s = { .t = terminal(20, 5) };

	draw(&s, "abc", 3, "(hint)");
	CHECK_TEXT(row_text(s.t, 0), "p> abc(hint)");
	CHECK_INT(s.t->column, 6);
	draw(&s, "abcd", 1, "");
	CHECK_TEXT(row_text(s.t, 0), "p> abcd");
	CHECK_INT(s.t->column, 4);
	style_rows_release(&s.rows);
}

TEST(edit_rows, cuts_the_hint_to_its_row)
{
	struct screen s = { .t = terminal(10, 5) };

	draw(&s, "abc", 3, "0123456789");
	CHECK_TEXT(row_text(s.t, 0), "p> abc012");
	CHECK_INT(s.rows.count, 1);
	draw(&s, "abcdef", 6, "0123456789");
	CHECK_TEXT(row_text(s.t, 0), "p> abcdef");
	CHECK_TEXT(row_text(s.t, 1), "");
	style_rows_release(&s.rows);
}

TEST(edit_rows, wraps_and_gives_the_cursor_a_row)
{
	struct screen s = { .t = terminal(10, 5) };

	draw(&s, "0123456", 7, "");
	CHECK_TEXT(row_text(s.t, 0), "p> 0123456");
	CHECK_INT(s.rows.count, 2);
	CHECK_INT(s.t->row, 1);
	CHECK_INT(s.t->column, 0);
	draw(&s, "01234567", 8, "");
	CHECK_TEXT(row_text(s.t, 1), "7");
	check_shown(&s, 0);
	draw(&s, "01234", 5, "");
	CHECK_INT(s.rows.count, 1);
	CHECK_TEXT(row_text(s.t, 1), "");
	check_shown(&s, 0);
	style_rows_release(&s.rows);
}

TEST(edit_rows, cuts_no_wide_character)
{
	struct screen s = { .t = terminal(10, 5) };

	draw(&s, "012345漢字", strlen("012345漢字"), "");
	CHECK_TEXT(row_text(s.t, 0), "p> 012345");
	CHECK_TEXT(row_text(s.t, 1), "漢字");
	CHECK(s.rows.rows[0].wraps);
	CHECK_INT(s.t->column, 4);
	/* on the wide one that went to the next row */
	draw(&s, "012345漢字", 6, "");
	CHECK_INT(s.t->row, 1);
	CHECK_INT(s.t->column, 0);
	draw(&s, "e\u0301x", strlen("e\u0301"), "");
	CHECK_TEXT(row_text(s.t, 0), "p> e\u0301x");
	CHECK_INT(s.t->column, 4);
	style_rows_release(&s.rows);
}

TEST(edit_rows, shows_what_a_terminal_would_obey)
{
	struct screen s = { .t = terminal(30, 5) };

	draw(&s, "a\x1b[2J\tb\xff", 1, "\x1b]0;t\a");
	CHECK_TEXT(row_text(s.t, 0), "p> a^[[2J       b\xef\xbf\xbd^[]0;t^G");
	style_rows_release(&s.rows);
}

TEST(edit_rows, lines_have_prompts_of_their_own)
{
	struct screen s = { .t = terminal(10, 5) };

	draw(&s, "a\nb\n", 4, "");
	CHECK_TEXT(row_text(s.t, 0), "p> a");
	CHECK_TEXT(row_text(s.t, 1), "1> b");
	CHECK_TEXT(row_text(s.t, 2), "2>");
	CHECK_INT(s.t->row, 2);
	CHECK_INT(s.t->column, 3);
	draw(&s, "a\nb\n", 1, "");
	CHECK_INT(s.t->row, 0);
	CHECK_INT(s.t->column, 4);
	style_rows_release(&s.rows);
}

TEST(edit_rows, what_is_higher_than_the_screen_moves_with_the_cursor)
{
	struct screen s = { .t = terminal(10, 3) };

	draw(&s, "a\nb\nc\nd\ne", 9, "");
	CHECK_TEXT(row_text(s.t, 0), "2> c");
	CHECK_TEXT(row_text(s.t, 2), "4> e");
	draw(&s, "a\nb\nc\nd\ne", 0, "");
	CHECK_TEXT(row_text(s.t, 0), "p> a");
	CHECK_TEXT(row_text(s.t, 2), "2> c");
	check_shown(&s, 0);
	style_rows_release(&s.rows);
}

TEST(edit_rows, unchanged_rows_are_not_written_again)
{
	struct edit_text e = { .prompt = span_text("> "),
		.text = span_text("aaaa\nbbbb"),
		.point = 9 };
	struct style_rows a;
	struct style_rows b;
	struct edit_window before;
	struct edit_window now;
	struct buf out = BUF_INIT;
	size_t at = 1;

	edit_rows_make(&e, 20, &a);
	e.text = span_text("aaaa\nbbbc");
	edit_rows_make(&e, 20, &b);
	before = edit_window(&a, 10);
	now = edit_window(&b, 10);
	edit_window_draw(&before, &now, &at, &out);
	CHECK(!memchr(out.p, 'a', out.len));
	CHECK(memchr(out.p, 'c', out.len));
	style_rows_release(&a);
	style_rows_release(&b);
	buf_release(&out);
}

static size_t
reflow(const char *text, size_t point, size_t from, size_t to)
{
	struct edit_text e = { .prompt = span_text("> "),
		.text = span_text(text),
		.point = point };
	struct style_rows rows;
	struct edit_sizes before = { 0 };
	struct edit_sizes after;
	struct edit_window w;
	size_t at;

	edit_rows_make(&e, from, &rows);
	w = edit_window(&rows, 100);
	edit_sizes_add(&before, &w);
	edit_sizes_wrap(&before, to, &after);
	at = after.row;
	CHECK(after.behind || after.column < to);
	edit_sizes_release(&before);
	edit_sizes_release(&after);
	style_rows_release(&rows);
	return at;
}

TEST(edit_rows, tells_where_another_width_puts_the_cursor)
{
	CHECK_INT(reflow("01234567", 8, 40, 40), 0);
	CHECK_INT(reflow("01234567", 8, 40, 4), 2); /* behind a full row */
	CHECK_INT(reflow("01234567", 2, 40, 4), 1);
	CHECK_INT(reflow("01234567", 0, 40, 1), 2);
	CHECK_INT(reflow("01234567", 8, 4, 40), 0);
	CHECK_INT(reflow("0123\n5678", 9, 40, 3), 3);
	CHECK_INT(reflow("0123\n5678", 9, 3, 40), 1);
	CHECK_INT(reflow("a\n\n\nb", 5, 40, 20), 3);
}

TEST(edit_reflow, rows_that_went_up_come_back)
{
	struct edit_text e = { .prompt = span_text("> "),
		.text = span_text("01234567"),
		.point = 8 };
	struct edit_sizes sizes = { 0 };
	struct edit_sizes narrow;
	struct edit_sizes wide;
	struct style_rows rows;
	struct edit_window w;

	edit_rows_make(&e, 20, &rows);
	w = edit_window(&rows, 100);
	edit_sizes_add(&sizes, &w);
	edit_sizes_wrap(&sizes, 3, &narrow);
	CHECK_INT(narrow.count, 4);
	CHECK_INT(narrow.row, 3);
	CHECK_INT(narrow.column, 1);
	/* two of them went; the line came again below */
	edit_sizes_keep(&narrow, 2);
	style_rows_release(&rows);
	edit_rows_make(&e, 3, &rows);
	w = edit_window(&rows, 2);
	edit_sizes_add(&narrow, &w);
	CHECK_INT(narrow.count, 4);
	CHECK_INT(narrow.row, 3);
	edit_sizes_wrap(&narrow, 20, &wide);
	CHECK_INT(wide.count, 1);
	CHECK_INT(wide.column, 10);
	edit_sizes_release(&sizes);
	edit_sizes_release(&narrow);
	edit_sizes_release(&wide);
	style_rows_release(&rows);
}

static const char *
without_report(const char *text, const char *place)
{
	static struct buf bytes;
	static char found[32];
	size_t row;
	size_t column;

	buf_clear(&bytes);
	buf_add_text(&bytes, text);
	*found = 0;
	if (cursor_report_take(&bytes, &row, &column))
		snprintf(found, sizeof(found), "%zu,%zu", row, column);
	CHECK_TEXT(found, place);
	buf_add_text(&bytes, "");
	return buf_text(&bytes);
}

TEST(cursor_report, is_found_among_keys)
{
	CHECK_TEXT(without_report("\x1b[12;34R", "11,33"), "");
	CHECK_TEXT(without_report("ab\x1b[1;1Rcd", "0,0"), "abcd");
	CHECK_TEXT(without_report("\x1b\x1b[1;2R\x1b[A", "0,1"), "\x1b\x1b[A");
	CHECK_TEXT(without_report("\x1b[1;2R\x1b[3;4R", "0,1"), "\x1b[3;4R");
	CHECK_TEXT(without_report("\x1b[12;34", ""), "\x1b[12;34");
	CHECK_TEXT(without_report("\x1b[0;1R", ""), "\x1b[0;1R");
	CHECK_TEXT(without_report("\x1b[;1R", ""), "\x1b[;1R");
	CHECK_TEXT(without_report("\x1b[123456;1R", ""), "\x1b[123456;1R");
}

TEST(cursor_report, may_have_begun)
{
	CHECK_INT(cursor_report_begun(span_text("abc")), 0);
	CHECK_INT(cursor_report_begun(span_text("abc\x1b")), 1);
	CHECK_INT(cursor_report_begun(span_text("abc\x1b[12")), 4);
	CHECK_INT(cursor_report_begun(span_text("\x1b[12;3")), 6);
	CHECK_INT(cursor_report_begun(span_text("\x1b[12;3R")), 0);
	CHECK_INT(cursor_report_begun(span_text("\x1b[A")), 0);
}

/* Repeatable, and the same everywhere. */
static unsigned
chance(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % n;
}

static void
change(struct buf *text, unsigned *seed)
{
	static const char *const parts[] = { "x", "long word ", "漢", "e\u0301",
		"\n", "\t", "\x01", "0123456789", " ", "\xff" };

	if (chance(seed, 4) == 0 || text->len > 300)
		buf_clear(text);
	for (unsigned n = chance(seed, 6); n > 0; n--)
		buf_add_text(text,
		    parts[chance(seed, sizeof(parts) / sizeof(*parts))]);
}

/* On a character of the text, or behind all. */
static size_t
some_point(struct span text, unsigned *seed)
{
	size_t want = chance(seed, (unsigned)text.len + 1);
	size_t at = 0;
	bool valid;

	while (at < want)
		char_next(text, &at, &valid);
	return at;
}

TEST(edit_rows, the_screen_is_what_the_rows_say_after_any_change)
{
	unsigned seed = 1;

	for (size_t width = 1; width <= WIDE; width += 1 + width / 7) {
		struct screen s = { .t = terminal(width, HIGH) };
		struct buf text = BUF_INIT;

		/* as long as nothing has to be moved up */
		for (int i = 0; i < 60; i++) {
			change(&text, &seed);
			draw(&s, buf_text(&text),
			    some_point(buf_span(&text), &seed),
			    chance(&seed, 2) ? "hint" : "");
			if (s.rows.count > HIGH)
				break;
			check_shown(&s, 0);
		}
		buf_release(&text);
		style_rows_release(&s.rows);
	}
}

TEST(highlight, colours_lua)
{
	static const char text[] = "local x = \"s\" -- c";
	uint8_t inks[sizeof(text)];
	struct highlight h = { .first = true, .point = SIZE_MAX };

	highlight(&h, span_text(text), inks);
	CHECK_INT(inks[0], INK_KEYWORD);
	CHECK_INT(inks[6], INK_NONE);
	CHECK_INT(inks[10], INK_STRING);
	CHECK_INT(inks[14], INK_COMMENT);
}

TEST(highlight, matches_what_the_cursor_is_at)
{
	static const char text[] = "f(a, {b})";
	uint8_t inks[sizeof(text)];
	struct highlight h = { .first = true, .point = 9 };

	highlight(&h, span_text(text), inks);
	CHECK_INT(inks[1], INK_MATCH);
	CHECK_INT(inks[8], INK_MATCH);
	CHECK_INT(inks[5], INK_NONE);
	h.point = 5;
	highlight(&h, span_text(text), inks);
	CHECK_INT(inks[5], INK_MATCH);
	CHECK_INT(inks[7], INK_MATCH);
	CHECK_INT(inks[1], INK_NONE);
}

TEST(highlight, marks_what_closes_nothing)
{
	uint8_t inks[8];
	struct highlight h = { .first = true, .point = SIZE_MAX };

	highlight(&h, span_text("f(a))"), inks);
	CHECK_INT(inks[4], INK_STRAY);
	/* on a later line it may close one before */
	h.first = false;
	highlight(&h, span_text("f(a))"), inks);
	CHECK_INT(inks[4], INK_NONE);
}

TEST(highlight, knows_dot_commands)
{
	uint8_t inks[16];
	struct highlight h = { .first = true, .point = SIZE_MAX };

	highlight(&h, span_text(".load end"), inks);
	CHECK_INT(inks[0], INK_COMMAND);
	CHECK_INT(inks[6], INK_NONE);
	highlight(&h, span_text(".5 + 1"), inks);
	CHECK_INT(inks[0], INK_NUMBER);
}
