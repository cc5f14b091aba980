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
