#include "shell/options.h"
#include "test.h"

static const struct option_spec own[] = {
	{ "file", NULL, 'f', OPTION_FILE, true, "FILE", "" },
	{ "keep-going", NULL, 'k', OPTION_SWITCH, false, NULL, "" },
	{ "count", NULL, 'n', OPTION_NUMBER, false, "N", "" },
	{ "tag", NULL, 't', OPTION_TAG, true, "NAME=VALUE", "" },
	{ .name = NULL },
};
static const struct option_spec global[] = {
	{ "color", "colour", 0, OPTION_CHOICE, false, "auto|always|never", "" },
	{ "timeout", NULL, 0, OPTION_SECONDS, false, "SECONDS", "" },
	{ .name = NULL },
};
static const struct option_spec *const lists[] = { own, global, NULL };
static const struct option_scope scope = { lists };

static char *words[16];

/* Split at blanks; good until the next call. */
static int
split(const char *line)
{
	static char copy[256];
	int n = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
		words[n++] = w;
	return n;
}

static struct options
parse(const char *line)
{
	struct options o;
	struct error err;

	CHECK_OK(options_parse(&scope, split(line), words, &o, &err), err);
	return o;
}

static void
check_refused(const char *line, const char *text)
{
	struct options o;
	struct error err;

	CHECK_INT(options_parse(&scope, split(line), words, &o, &err), -1);
	CHECK_INT(err.code, ERR_USAGE);
	CHECK_TEXT(err.text, text);
}

TEST(options, stand_anywhere)
{
	struct options o = parse("a --count 5 b -k c");

	CHECK_INT(o.arg_count, 3);
	CHECK_TEXT(options_arg(&o, 0), "a");
	CHECK_TEXT(options_arg(&o, 2), "c");
	CHECK(options_arg(&o, 3) == NULL);
	CHECK(options_has(&o, "keep-going"));
	CHECK_INT(options_number(&o, "count", 1), 5);
	options_release(&o);
}

TEST(options, a_switch_takes_no_value)
{
	struct options o = parse("-k name");

	CHECK_TEXT(options_arg(&o, 0), "name");
	options_release(&o);
	check_refused("--keep-going=yes", "'--keep-going' takes no value");
}

TEST(options, letters_may_stand_together)
{
	struct options o = parse("-kn7 -fx -f y");

	CHECK(options_has(&o, "keep-going"));
	CHECK_INT(options_number(&o, "count", 0), 7);
	CHECK_INT(o.count, 4);
	CHECK_TEXT(o.values[2].text, "x");
	CHECK_TEXT(options_text(&o, "file", ""), "y");
	options_release(&o);
}

TEST(options, two_dashes_end_them)
{
	struct options o = parse("a -- -k --file");

	CHECK_INT(o.arg_count, 3);
	CHECK_TEXT(options_arg(&o, 1), "-k");
	CHECK(!options_has(&o, "keep-going"));
	options_release(&o);
}

TEST(options, a_dash_and_an_id_are_arguments)
{
	struct options o =
	    parse("- -MGp9kOU4JYxAlPT1AyL7O3cedd97y-w8X4ciBsf_Xo");

	CHECK_INT(o.arg_count, 2);
	options_release(&o);
	o = parse("--Gp9kOU4JYxAlPT1AyL7O3cedd97y-w8X4ciBsf_Xo");
	CHECK_INT(o.arg_count, 1);
	options_release(&o);
}

TEST(options, values_have_their_type)
{
	struct options o =
	    parse("--timeout 2.5 --colour=always -t A=b=c --tag D=");

	CHECK_INT(options_number(&o, "timeout", 0), 2500);
	CHECK_TEXT(options_text(&o, "color", ""), "always");
	CHECK_TEXT(o.values[2].text, "A=b=c");
	options_release(&o);
	check_refused("-n x", "'--count' takes a whole number, not 'x'");
	check_refused("-n -1", "'--count' takes a whole number, not '-1'");
	check_refused("--timeout 1s", "'--timeout' takes seconds, not '1s'");
	check_refused("--timeout nan", "'--timeout' takes seconds, not 'nan'");
	check_refused("--color red",
	    "'--color' takes auto|always|never, not 'red'");
	check_refused("-t =x", "'--tag' takes NAME=VALUE, not '=x'");
}

TEST(options, refuses_what_it_does_not_know)
{
	check_refused("--fil x",
	    "unknown option '--fil'; did you mean "
	    "'--file'?");
	check_refused("--whatever=1",
	    "unknown option '--whatever'; see 'aosh --help'");
	check_refused("-x", "unknown option '-x'; see 'aosh --help'");
	check_refused("--count", "'--count' needs a value: N");
	check_refused("-k -k", "'--keep-going' is given twice");
}

TEST(options, finds_the_first_word)
{
	CHECK_INT(options_first_word(&scope, split("-n 5 -k eval x"), words),
	    3);
	CHECK_INT(options_first_word(&scope, split("--count=5 eval"), words),
	    1);
	CHECK_INT(options_first_word(&scope, split("-n5 eval"), words), 1);
	CHECK_INT(options_first_word(&scope, split("-kn 5 eval"), words), 2);
	CHECK_INT(options_first_word(&scope, split("-k -- eval"), words), -1);
	CHECK_INT(options_first_word(&scope, split(""), words), -1);
}

TEST(options, counts_arguments)
{
	struct options o = parse("a b");
	struct error err;

	CHECK_OK(options_check_args(&o, 1, 2, "x A", &err), err);
	CHECK_INT(options_check_args(&o, 3, 3, "x A", &err), -1);
	CHECK_TEXT(err.text, "too few arguments; usage: x A");
	CHECK_INT(options_check_args(&o, 0, 1, "x A", &err), -1);
	CHECK_TEXT(err.text, "unexpected argument 'b'; usage: x A");
	options_release(&o);
}
