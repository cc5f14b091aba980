#include "pane/filter.h"
#include "test.h"

/* An event with one tag, X=y z. */
struct sample {
	struct event e;
	struct buf tags;
};

static struct sample
sample(enum event_kind kind, const char *peer, const char *action,
    const char *text)
{
	struct sample s = { .e = { .kind = kind,
				.peer = span_text(peer),
				.action = span_text(action),
				.text = span_text(text) } };

	buf_add_block(&s.tags, span_text("X"));
	buf_add_block(&s.tags, span_text("y z"));
	s.e.tags = buf_span(&s.tags);
	return s;
}

static bool
fits(const char *words, const struct sample *s)
{
	struct filter *f;
	struct error err;
	bool rc;

	CHECK_OK(filter_new(span_text(words), &f, &err), err);
	rc = filter_fits(f, &s->e);
	filter_free(f);
	return rc;
}

TEST(filter, words_must_all_fit)
{
	struct sample s = sample(EVENT_INBOX, "abcDEF", "Ping", "Some Text");

	CHECK(fits("", &s));
	CHECK(fits("   ", &s));
	CHECK(fits("kind=inbox", &s));
	CHECK(fits("kind=cron,inbox action=Ping", &s));
	CHECK(!fits("kind=cron action=Ping", &s));
	CHECK(!fits("action=ping", &s));
	CHECK(fits("from=cD", &s));
	CHECK(!fits("to=cD", &s));
	CHECK(fits("some", &s));
	CHECK(fits("TEXT abc pin", &s));
	CHECK(!fits("some other", &s));
	buf_release(&s.tags);
}

TEST(filter, not_tags_and_quotes)
{
	struct sample s = sample(EVENT_PUSH, "abc", "Pong", "a b");

	CHECK(fits("\"a b\"", &s));
	CHECK(fits("X=\"y z\"", &s));
	CHECK(!fits("X=y", &s));
	CHECK(!fits("!X=\"y z\"", &s));
	CHECK(fits("!Y=1 !kind=inbox to=ab", &s));
	CHECK(!fits("from=ab", &s));
	CHECK(fits("!from=ab", &s));
	/* a quoted sign is no sign */
	CHECK(!fits("\"X=y z\"", &s));
	CHECK(fits("!\"action=Pong\"", &s));
	buf_release(&s.tags);
}

TEST(filter, wrong_ones_are_named)
{
	static const char *const wrong[] = { "kind=mail", "\"open",
		"1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "
		"1 1 1" };
	struct filter *f;
	struct error err;

	for (size_t i = 0; i < 3; i++) {
		CHECK_INT(filter_new(span_text(wrong[i]), &f, &err), -1);
		CHECK_INT(err.code, ERR_USAGE);
	}
	CHECK_INT(filter_new(span_text("kind=mail"), &f, &err), -1);
	CHECK_TEXT(err.text, "'mail' is no kind of event");
}

TEST(filter, looks_for_text_in_any_case)
{
	CHECK(text_holds(span_text("Hello"), span_text("LL")));
	CHECK(text_holds(span_text("Hello"), span_text("")));
	CHECK(!text_holds(span_text("Hel"), span_text("hell")));
	CHECK(!text_holds(span_text(""), span_text("a")));
}
