#include "shell/pane_memo.h"
#include "test.h"

TEST(pane_memo, comes_back_as_it_was)
{
	struct memo m = { .read = { 12, 3 } };
	struct buf text = BUF_INIT;
	struct memo back;

	strcpy(m.filters[MEMO_FEED], "kind=inbox !from=\"a b\"");
	memset(m.filters[MEMO_RESULTS], 'x', FILTER_TEXT_MAX - 1);
	memo_format(&m, &text);
	memo_parse(buf_span(&text), &back);
	CHECK_INT(position_compare(back.read, m.read), 0);
	for (int i = 0; i < MEMO_VIEWS; i++)
		CHECK_SPAN(span_text(back.filters[i]), m.filters[i]);
	buf_release(&text);
}

TEST(pane_memo, leaves_out_what_it_does_not_know)
{
	static const char *const texts[] = { "", "\n\n", "read", "read x\n",
		"read 1+", "feed", "feed \n", "other 7\nfeedx y\n", " feed a",
		"read 99999999999999999999999\n" };
	struct memo m;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		memo_parse(span_text(texts[i]), &m);
		CHECK_INT(m.read.slot, 0);
		CHECK_SPAN(span_text(m.filters[MEMO_FEED]), "");
	}
	memo_parse(span_of((const uint8_t *)"feed a\0b\nread 7", 15), &m);
	CHECK_SPAN(span_text(m.filters[MEMO_FEED]), "");
	CHECK_INT(m.read.slot, 7);
}

TEST(pane_memo, leaves_out_what_is_too_long)
{
	struct buf text = BUF_INIT;
	struct memo m;

	buf_add_text(&text, "inbox ");
	for (int i = 0; i < FILTER_TEXT_MAX; i++)
		buf_add_byte(&text, 'x');
	memo_parse(buf_span(&text), &m);
	CHECK_SPAN(span_text(m.filters[MEMO_INBOX]), "");
	buf_release(&text);
}
