#include <fcntl.h>
#include <unistd.h>

#include "term/attr.h"
#include "test.h"

static int
null_fd(void)
{
	return open("/dev/null", O_WRONLY | O_CLOEXEC);
}

TEST(attr, knows_its_words)
{
	enum color_mode mode = COLOR_AUTO;

	CHECK(color_mode_parse("always", &mode));
	CHECK_INT(mode, COLOR_ALWAYS);
	CHECK(color_mode_parse("never", &mode));
	CHECK_INT(mode, COLOR_NEVER);
	CHECK(!color_mode_parse("sometimes", &mode));
	CHECK_INT(mode, COLOR_NEVER);
}

TEST(attr, no_colour_where_there_is_no_terminal)
{
	int fd = null_fd();

	unsetenv("NO_COLOR");
	unsetenv("CLICOLOR_FORCE");
	CHECK(!color_wanted(COLOR_AUTO, fd));
	CHECK(color_wanted(COLOR_ALWAYS, fd));
	close(fd);
}

TEST(attr, the_environment_has_a_say)
{
	int fd = null_fd();

	setenv("CLICOLOR_FORCE", "1", 1);
	CHECK(color_wanted(COLOR_AUTO, fd));
	setenv("NO_COLOR", "1", 1);
	CHECK(!color_wanted(COLOR_AUTO, fd));
	CHECK(color_wanted(COLOR_ALWAYS, fd));
	setenv("NO_COLOR", "", 1);
	CHECK(color_wanted(COLOR_AUTO, fd));
	unsetenv("NO_COLOR");
	unsetenv("CLICOLOR_FORCE");
	close(fd);
}

TEST(attr, sequences_only_with_colour)
{
	CHECK_TEXT(attr_on(false, ATTR_ERROR), "");
	CHECK_TEXT(attr_off(false), "");
	CHECK_TEXT(attr_on(true, ATTR_ERROR), "\x1b[31m");
	CHECK_TEXT(attr_off(true), "\x1b[0m");
}

TEST(attr, a_theme_says_how_words_look)
{
	CHECK(attr_theme_set(span_text("error=bold+red  id=bright-blue")));
	CHECK_TEXT(attr_on(true, ATTR_ERROR), "\x1b[1;31m");
	CHECK_TEXT(attr_on(true, ATTR_ID), "\x1b[94m");
	CHECK_TEXT(attr_on(true, ATTR_DIM), "\x1b[2m");
	CHECK_TEXT(attr_on(false, ATTR_ERROR), "");
	CHECK(attr_theme_set(span_text("error=none dim=208+underline")));
	CHECK_TEXT(attr_on(true, ATTR_ERROR), "");
	CHECK_TEXT(attr_on(true, ATTR_DIM), "\x1b[38;5;208;4m");
	CHECK(attr_theme_set(span_text("title=reverse+gray")));
	CHECK_TEXT(attr_on(true, ATTR_TITLE), "\x1b[7;90m");
}

TEST(attr, what_is_no_theme_changes_nothing)
{
	static const char *const wrong[] = { "", "error", "error=", "=red",
		"errors=red", "error=red+", "error=+red", "error=pink",
		"error=256", "error=1234", "error=bright-gray", "error=-1",
		"dim=red error=x", "error=none+red",
		"error=bold+bold+bold+bold+bold+bold+bold+bold+bold+bold+bold+"
		"bold+bold+bold+bold+bold+bold+bold+bold+bold+bold+bold+bold" };

	CHECK(attr_theme_set(span_text("error=green dim=dim")));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		CHECK(!attr_theme_set(span_text(wrong[i])));
	CHECK_TEXT(attr_on(true, ATTR_ERROR), "\x1b[32m");
	CHECK_TEXT(attr_on(true, ATTR_DIM), "\x1b[2m");
}
