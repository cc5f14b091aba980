#include <locale.h>

#include "term/width.h"
#include "test.h"

static void
use_utf8(void)
{
	CHECK(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
}

TEST(width, counts_cells_not_bytes)
{
	use_utf8();
	CHECK_INT(text_width(span_text("abc")), 3);
	CHECK_INT(text_width(span_text("é")), 1);
	CHECK_INT(text_width(span_text("漢字")), 4);
	CHECK_INT(text_width(span_text("e\u0301")), 1);
	CHECK_INT(text_width(span_text("")), 0);
}

TEST(width, colours_take_no_cells)
{
	CHECK_INT(text_width(span_text("\x1b[31mred\x1b[0m")), 3);
	CHECK_INT(sgr_length(span_text("\x1b[1;38;5;7mx")), 11);
	CHECK_INT(sgr_length(span_text("\x1b[2J")), 0);
	CHECK_INT(sgr_length(span_text("\x1b[31")), 0);
	CHECK_INT(sgr_length(span_text("\x1b")), 0);
}

TEST(width, fits_whole_characters)
{
	use_utf8();
	CHECK_INT(text_fit(span_text("abcdef"), 4), 4);
	CHECK_INT(text_fit(span_text("漢字"), 3), 3);
	CHECK_INT(text_fit(span_text("漢字"), 1), 0);
	CHECK_INT(text_fit(span_text("abc"), 80), 3);
}

TEST(width, gives_characters_and_what_is_none)
{
	struct span text = span_text("a\xc3\xa9\xff\xf0\x9f\x98\x80");
	size_t at = 0;
	bool valid;

	CHECK_INT(char_next(text, &at, &valid), 'a');
	CHECK_INT(char_next(text, &at, &valid), 0xe9);
	CHECK(valid);
	CHECK_INT(char_next(text, &at, &valid), CHAR_BROKEN);
	CHECK(!valid);
	CHECK_INT(at, 4);
	CHECK_INT(char_next(text, &at, &valid), 0x1f600);
	CHECK_INT(at, text.len);
}
