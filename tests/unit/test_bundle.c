/* Files and the modules that they require, in the order of loading. */
#include <sys/stat.h>
#include <unistd.h>

#include "shell/bundle.h"
#include "test.h"

static char folder[] = "/tmp/aosh-bundle-XXXXXX";

__attribute__((constructor)) static void
make_folder(void)
{
	char sub[64];

	if (!mkdtemp(folder))
		abort();
	snprintf(sub, sizeof(sub), "%s/sub", folder);
	if (mkdir(sub, 0700) != 0)
		abort();
}

__attribute__((destructor)) static void
remove_folder(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		perror(folder);
}

static void
put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		fail_msg("%s: cannot be written", path);
}

/* Modules in order, a main file as "-"; or the error, without the folder. */
static const char *
order(const char *name)
{
	static char out[400];
	struct bundle b = { 0 };
	struct error err;
	char path[128];
	int rc;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	rc = bundle_add(&b, path, &err);
	out[0] = '\0';
	for (size_t i = 0; rc == 0 && i < b.count; i++) {
		if (i)
			strcat(out, " ");
		strcat(out, b.files[i].module ? b.files[i].module : "-");
	}
	if (rc < 0) {
		CHECK(strstr(err.text, folder));
		strcpy(out, strstr(err.text, folder) + strlen(folder));
	}
	bundle_release(&b);
	return out;
}

TEST(bundle, a_module_stands_before_who_requires_it)
{
	put("a.lua", "local b = require('b') require \"sub.c\"");
	put("b.lua", "return require ( 'sub.c' ).x");
	put("sub/c.lua", "return { x = require('gone') }");
	CHECK_TEXT(order("a.lua"), "sub.c b -");
	CHECK_TEXT(order("b.lua"), "sub.c -");
}

TEST(bundle, a_module_may_be_a_folder_and_have_a_leading_dot)
{
	put("sub/init.lua", "return require('.b')");
	put("main.lua", "require 'sub'");
	CHECK_TEXT(order("main.lua"), "sub.c .b sub -");
}

TEST(bundle, only_words_of_lua_require)
{
	put("d.lua",
	    "-- require('b')\n--[[ require('b') ]] local s = \"require('b')\"\n"
	    "s = [[require('b')]] s.require('b') s:require('b')\n"
	    "local n = 'b' require(n) require('b\\98') require('') my_require('b')");
	CHECK_TEXT(order("d.lua"), "-");
	put("e.lua", "x(require, 1 ..require('b'), x. .. require'sub')");
	CHECK_TEXT(order("e.lua"), "sub.c b .b sub -");
}

TEST(bundle, circles_are_refused)
{
	put("f.lua", "require 'g'");
	put("g.lua", "require 'h'");
	put("h.lua", "require 'g'");
	CHECK_TEXT(order("f.lua"),
	    "/h.lua requires 'g', a circle: g -> h -> g");
	put("i.lua", "require 'i'");
	CHECK_TEXT(order("i.lua"), "/i.lua requires 'i', a circle: i -> i");
}

TEST(bundle, files_must_be_text)
{
	put("j.lua", "require 'k'");
	put("k.lua", "\n\xff");
	CHECK_TEXT(order("j.lua"),
	    "/k.lua:2: bytes that are no UTF-8, so this is not Lua text");
	CHECK_TEXT(order("none.lua"), "/none.lua': No such file or directory");
}

TEST(bundle, a_first_line_for_the_system_is_a_comment)
{
	struct bundle b = { 0 };
	char path[128];
	struct error err;

	put("l.lua", "\xef\xbb\xbf#!/usr/bin/lua\nreturn 1");
	snprintf(path, sizeof(path), "%s/l.lua", folder);
	CHECK_OK(bundle_add(&b, path, &err), err);
	CHECK_SPAN(buf_span(&b.files[0].text), "--/usr/bin/lua\nreturn 1");
	CHECK_TEXT(b.files[0].path, path);
	bundle_release(&b);
}

TEST(bundle, of_many_files_none_is_taken_twice)
{
	struct bundle b = { 0 };
	char path[128];
	struct error err;

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/b.lua", folder);
		CHECK_OK(bundle_add(&b, path, &err), err);
	}
	CHECK_INT(b.count, 3);
	CHECK_TEXT(b.files[0].module, "sub.c");
	bundle_release(&b);
}
