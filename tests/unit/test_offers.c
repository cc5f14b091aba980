#include "shell/names.h"
#include "shell/offers.h"
#include "test.h"

static void
free_matches(char **m)
{
	for (size_t i = 0; m && m[i]; i++)
		free(m[i]);
	free(m);
}

static struct offers
some(const char *text)
{
	struct offers o = { 0 };

	offers_begin(&o, text);
	offers_add(&o, span_text("Balances"), "table");
	offers_add(&o, span_text("Balance"), NULL);
	offers_add(&o, span_text("Balances"), "again");
	offers_add(&o, span_text("Owner"), "text");
	return o;
}

TEST(offers, takes_what_goes_on_from_the_text)
{
	struct offers o = some("B");
	char **m = offers_matches(&o);

	CHECK_INT(o.count, 2);
	CHECK_TEXT(m[0], "Balance");
	CHECK_TEXT(m[1], "Balances");
	CHECK_TEXT(m[2], "Balance");
	CHECK(m[3] == NULL);
	CHECK_TEXT(offers_note(&o, "Balances"), "table");
	CHECK(offers_note(&o, "Balance") == NULL);
	free_matches(m);
	offers_release(&o);
}

TEST(offers, one_alone_is_all)
{
	struct offers o = some("Own");
	char **m = offers_matches(&o);

	CHECK_TEXT(m[0], "Owner");
	CHECK(m[1] == NULL);
	free_matches(m);
	offers_begin(&o, "zzz");
	CHECK(offers_matches(&o) == NULL);
	offers_release(&o);
}

TEST(offers, a_word_may_stand_for_another)
{
	struct offers o = { 0 };
	char **m;

	offers_begin(&o, "sho");
	offers_add_other(&o, span_text("shop"), span_text("ID1"), "shop");
	m = offers_matches(&o);
	CHECK_TEXT(m[0], "ID1");
	free_matches(m);
	/* of two, nothing that is typed goes */
	offers_add_other(&o, span_text("short"), span_text("ID2"), "short");
	m = offers_matches(&o);
	CHECK_TEXT(m[0], "sho");
	free_matches(m);
	offers_release(&o);
}

static void
check_shown(struct offers *o, size_t columns, size_t rows, const char *expected)
{
	struct buf out = BUF_INIT;
	char a[] = "Balance";
	char b[] = "Balances";
	char *words[] = { a, b };

	offers_show(o, words, 2, &(struct offers_view){ columns, rows, false },
	    &out);
	CHECK_SPAN(buf_span(&out), expected);
	buf_release(&out);
}

TEST(offers, shows_notes_or_columns)
{
	struct offers o = some("B");

	check_shown(&o, 40, 10, "  Balance\n  Balances  table\n");
	check_shown(&o, 14, 10, "  Balance\n  Balance  ta\n");
	free(o.list[0].note);
	o.list[0].note = NULL;
	check_shown(&o, 40, 10, "Balance   Balances\n");
	check_shown(&o, 9, 10, "Balance\nBalances\n");
	check_shown(&o, 1, 10, "");
	offers_release(&o);
}

TEST(offers, shows_no_more_than_there_is_room_for)
{
	struct offers o = { 0 };
	struct buf out = BUF_INIT;
	char word[] = "word";
	char *words[50];

	for (int i = 0; i < 50; i++)
		words[i] = word;
	offers_show(&o, words, 50, &(struct offers_view){ 30, 4, false }, &out);
	CHECK_SPAN(buf_span(&out),
	    "word  word  word  word  word\nword  word  word  word  word\n"
	    "word  word  word  word  word\n  … and 35 more\n");
	buf_release(&out);
}

static bool
parses(const char *line)
{
	enum name_kind kind;
	struct span name;
	struct span type;

	return names_parse(span_text(line), &kind, &name, &type);
}

TEST(names, takes_what_may_be_offered)
{
	enum name_kind kind;
	struct span name;
	struct span type;

	CHECK(names_parse(span_text("v table Balances.alice"), &kind, &name,
	    &type));
	CHECK_INT(kind, NAME_VALUE);
	CHECK_SPAN(name, "Balances.alice");
	CHECK_SPAN(type, "table");
	CHECK(parses("a - Credit-Notice"));
	CHECK(parses("h - my handler"));
}

TEST(names, refuses_what_would_do_something_else)
{
	CHECK(!parses(""));
	CHECK(!parses("v"));
	CHECK(!parses("v table"));
	CHECK(!parses("v table "));
	CHECK(!parses("x - a"));
	CHECK(!parses("v function os.exit()"));
	CHECK(!parses("a - with\x1b[2Jescape"));
	CHECK(!parses("a - quote\""));
	CHECK(!parses("a - \xff"));
	CHECK(!parses("a - \\"));
}
