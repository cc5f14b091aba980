#include "shell/words.h"
#include "test.h"

static void
check_words(const char *line, const char *expected)
{
	struct buf out = BUF_INIT;
	struct words w;
	struct error err;

	CHECK_OK(words_split(span_text(line), &w, &err), err);
	for (int i = 0; i < w.count; i++)
		buf_printf(&out, "<%s>", w.list[i]);
	CHECK_SPAN(buf_span(&out), expected);
	words_release(&w);
	buf_release(&out);
}

TEST(words, blanks_part_them)
{
	check_words("a  b\tc ", "<a><b><c>");
	check_words("", "");
	check_words("   ", "");
}

TEST(words, quotes_and_backslashes_keep_blanks)
{
	check_words("\"a b\" 'c d' e\\ f", "<a b><c d><e f>");
	check_words("x\"y z\"w ''", "<xy zw><>");
	check_words("\"a\\\"b\" 'a\\b'", "<a\"b><a\\b>");
}

TEST(words, a_quote_must_be_closed)
{
	struct words w;
	struct error err;

	CHECK_INT(words_split(span_text("a 'b"), &w, &err), -1);
	CHECK_INT(err.code, ERR_USAGE);
	CHECK_TEXT(err.text, "the quote ' is not closed");
}
