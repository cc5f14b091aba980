#include "shell/transcript.h"
#include "test.h"

TEST(transcript, gives_its_last_lines)
{
	struct transcript t = { .text = BUF_INIT };

	CHECK_INT(transcript_last(&t, 3, 100).len, 0);
	transcript_add(&t, span_text("one\ntwo\nthr"));
	CHECK_SPAN(transcript_last(&t, 2, 100), "two\nthr");
	transcript_add(&t, span_text("ee\n"));
	CHECK_SPAN(transcript_last(&t, 1, 100), "three\n");
	CHECK_SPAN(transcript_last(&t, 9, 100), "one\ntwo\nthree\n");
	CHECK_SPAN(transcript_last(&t, 9, 11), "two\nthree\n");
	CHECK_SPAN(transcript_last(&t, 9, 6), "three\n");
	CHECK_SPAN(transcript_last(&t, 9, 3), "ee\n");
	CHECK_INT(transcript_last(&t, 0, 100).len, 0);
	transcript_release(&t);
}

TEST(transcript, cuts_no_character)
{
	struct transcript t = { .text = BUF_INIT };

	transcript_add(&t, span_text("\xe6\xbc\xa2\xe5\xad\x97"));
	CHECK_SPAN(transcript_last(&t, 1, 5), "\xe5\xad\x97");
	transcript_release(&t);
}

TEST(transcript, forgets_the_oldest_lines)
{
	struct transcript t = { .text = BUF_INIT };
	struct span all;

	for (int i = 0; i < TRANSCRIPT_MAX; i++)
		transcript_add(&t, span_text("line\n"));
	all = transcript_last(&t, SIZE_MAX, SIZE_MAX);
	CHECK(all.len <= TRANSCRIPT_MAX);
	CHECK_INT(all.len % 5, 0);
	CHECK_INT(all.p[0], 'l');
	transcript_release(&t);
}

TEST(transcript, shows_what_came_since_it_was_hidden)
{
	struct transcript t = { .text = BUF_INIT };

	transcript_add(&t, span_text("one\n"));
	transcript_hide(&t);
	CHECK_INT(transcript_shown(&t, 9, 100).len, 0);
	transcript_add(&t, span_text("two\n"));
	CHECK_SPAN(transcript_shown(&t, 9, 100), "two\n");
	CHECK_SPAN(transcript_last(&t, 9, 100), "one\ntwo\n");
	for (int i = 0; i < TRANSCRIPT_MAX; i++)
		transcript_add(&t, span_text("line\n"));
	CHECK_INT(transcript_shown(&t, SIZE_MAX, SIZE_MAX).len,
	    transcript_last(&t, SIZE_MAX, SIZE_MAX).len);
	transcript_release(&t);
}
