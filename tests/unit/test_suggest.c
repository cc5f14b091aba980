#include "shell/suggest.h"
#include "test.h"

TEST(suggest, counts_edits)
{
	CHECK_INT(edit_distance("", ""), 0);
	CHECK_INT(edit_distance("load", "load"), 0);
	CHECK_INT(edit_distance("lod", "load"), 1);
	CHECK_INT(edit_distance("laod", "load"), 1);
	CHECK_INT(edit_distance("loadd", "load"), 1);
	CHECK_INT(edit_distance("abc", "xyz"), 3);
	CHECK_INT(edit_distance("", "abc"), 3);
}

static const char *
nearest(const char *word)
{
	static const char *const words[] = { "load", "list", "exit",
		"keep-going", "n" };
	struct suggestion s = { NULL, 0 };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		suggest(&s, word, words[i]);
	return s.word ? s.word : "nothing";
}

TEST(suggest, takes_the_nearest)
{
	CHECK_TEXT(nearest("lod"), "load");
	CHECK_TEXT(nearest("lits"), "list");
	CHECK_TEXT(nearest("keepgoing"), "keep-going");
	CHECK_TEXT(nearest("keep"), "keep-going");
}

TEST(suggest, leaves_what_is_far_alone)
{
	CHECK_TEXT(nearest("zzzz"), "nothing");
	CHECK_TEXT(nearest("x"), "nothing");
	CHECK_TEXT(nearest("transfer"), "nothing");
}

TEST(suggest, long_words_do_no_harm)
{
	char word[300];

	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = 0;
	CHECK_INT(edit_distance(word, "x"), 63);
}
