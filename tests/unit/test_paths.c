#include <sys/stat.h>
#include <unistd.h>

#include "shell/paths.h"
#include "test.h"

static char top[] = "/tmp/aosh-test-XXXXXX";

__attribute__((constructor)) static void
make_top(void)
{
	if (!mkdtemp(top))
		abort();
}

__attribute__((destructor)) static void
remove_top(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", top);
	if (system(command) != 0)
		perror(top);
}

static void
check_data_dir(const char *given, const char *suffix)
{
	struct buf path = BUF_INIT;
	struct buf expected = BUF_INIT;
	struct error err;
	struct stat st;

	CHECK_OK(data_dir_make(given, &path, &err), err);
	buf_printf(&expected, "%s%s", top, suffix);
	CHECK_SPAN(buf_span(&path), buf_text(&expected));
	CHECK_INT(stat(buf_text(&path), &st), 0);
	CHECK_INT(st.st_mode & 0777, 0700);
	buf_release(&path);
	buf_release(&expected);
}

TEST(paths, the_data_directory_has_an_order)
{
	char text[64];

	setenv("HOME", top, 1);
	unsetenv("AOSH_HOME");
	unsetenv("XDG_DATA_HOME");
	check_data_dir(NULL, "/.local/share/aosh");
	snprintf(text, sizeof(text), "%s/xdg", top);
	setenv("XDG_DATA_HOME", text, 1);
	check_data_dir(NULL, "/xdg/aosh");
	snprintf(text, sizeof(text), "%s/own", top);
	setenv("AOSH_HOME", text, 1);
	check_data_dir(NULL, "/own");
	snprintf(text, sizeof(text), "%s/given", top);
	check_data_dir(text, "/given");
	setenv("AOSH_HOME", "", 1);
	setenv("XDG_DATA_HOME", "relative", 1);
	check_data_dir(NULL, "/.local/share/aosh");
}

TEST(paths, a_file_in_the_way_is_named)
{
	struct buf path = BUF_INIT;
	struct error err;
	char text[64];
	FILE *f;

	snprintf(text, sizeof(text), "%s/file", top);
	f = fopen(text, "w");
	CHECK(f != NULL);
	CHECK_INT(fclose(f), 0);
	CHECK_INT(data_dir_make(text, &path, &err), -1);
	CHECK_INT(err.code, ERR_STORE);
	CHECK(strstr(err.text, "is not a folder") != NULL);
	CHECK_INT(path.len, 0);
}

TEST(paths, a_tilde_is_home)
{
	struct buf path = BUF_INIT;
	struct error err;

	setenv("HOME", "/somewhere", 1);
	CHECK_OK(path_expand("~/x.lua", &path, &err), err);
	CHECK_SPAN(buf_span(&path), "/somewhere/x.lua");
	buf_clear(&path);
	CHECK_OK(path_expand("~other/x", &path, &err), err);
	CHECK_SPAN(buf_span(&path), "~other/x");
	buf_release(&path);
}

TEST(paths, text_is_checked_with_its_line)
{
	struct error err;

	CHECK_OK(text_check("f", 1, span_text("a\n漢\n"), &err), err);
	CHECK_OK(text_check("f", 1, span_text(""), &err), err);
	CHECK_INT(text_check("f", 1, span_text("a\nb\n\xff"), &err), -1);
	CHECK_TEXT(err.text,
	    "f:3: bytes that are no UTF-8, so this is not Lua text");
	CHECK_INT(text_check("f", 10, span_of("a\n\0", 3), &err), -1);
	CHECK_TEXT(err.text, "f:11: a NUL byte, so this is not Lua text");
}

TEST(paths, files_that_cannot_be_read_are_named)
{
	struct buf text = BUF_INIT;
	struct error err;

	CHECK_INT(file_read("/nowhere/x", &text, &err), -1);
	CHECK_INT(err.code, ERR_USAGE);
	CHECK_TEXT(err.text,
	    "cannot read '/nowhere/x': No such file or directory");
	CHECK_INT(file_check("/", &err), -1);
	CHECK_TEXT(err.text, "cannot read '/': it is a folder");
	CHECK_OK(file_check("-", &err), err);
	CHECK_INT(text.len, 0);
}
