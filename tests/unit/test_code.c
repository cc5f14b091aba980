#include <stdlib.h>

#include "base/fault.h"
#include "vm/lua/archive.h"
#include "vm/lua/code.h"
#include "vm/vm.h"
#include "test.h"

/* What is linked in was compiled by another program, when this was built. */
TEST(code, built_in_code_is_what_is_compiled_here)
{
	for (int i = 0; i < LIBRARY_COUNT; i++) {
		struct span module = vm_builtin_module(i);
		struct buf code = BUF_INIT;
		struct error err;

		CHECK_OK(code_make(module, NULL, &code, &err), err);
		CHECK(span_equal(buf_span(&code), vm_builtin_code(module)));
		buf_release(&code);
	}
}

TEST(code, only_built_in_modules_have_code)
{
	CHECK_INT(vm_builtin_code(span_text(".process 0\n")).len, 0);
	CHECK_INT(vm_builtin_code(span_text("")).len, 0);
}

TEST(code, keeps_the_names_of_files)
{
	struct span module = span_text(".a 8\nreturn 1.b 0\n");
	struct buf code = BUF_INIT;
	struct archive_file file;
	struct span rest;
	struct error err;

	CHECK_OK(code_make(module, NULL, &code, &err), err);
	rest = buf_span(&code);
	CHECK_INT(archive_next(&rest, &file, &err), 1);
	CHECK_SPAN(file.name, ".a");
	CHECK(span_starts_with(file.text, "\x1bLua"));
	CHECK_INT(archive_next(&rest, &file, &err), 1);
	CHECK_SPAN(file.name, ".b");
	CHECK_INT(archive_next(&rest, &file, &err), 0);
	buf_release(&code);
}

/* Nothing is added to `out`, and the text says which file and line. */
static void
refuses(const char *module, const char *text)
{
	struct buf code = BUF_INIT;
	struct error err;

	buf_add_text(&code, "before");
	CHECK_INT(code_make(span_text(module), NULL, &code, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK(strstr(err.text, text));
	CHECK_TEXT(buf_text(&code), "before");
	buf_release(&code);
}

TEST(code, what_does_not_compile_is_refused)
{
	refuses(".a 8\nreturn 1.b 6\n\nx = =",
	    "[string \".b\"]:2: unexpected symbol near '='");
	refuses(".a 8\nreturn", "module is cut in '.a'");
	refuses("no archive", "not a module");
	/* bytecode is no text */
	refuses(".a 5\n\x1bLuaT", "attempt to load a binary chunk");
}

/* An archive of one file with n labels and n gotos behind them. */
static struct buf
labels_and_gotos(int n)
{
	struct buf text = BUF_INIT;
	struct buf module = BUF_INIT;

	for (int i = 0; i < n; i++)
		buf_printf(&text, "::l%d:: x=1 ", i);
	for (int i = 0; i < 20 * n; i++)
		buf_add_text(&text, " goto l0");
	buf_printf(&module, ".process %zu\n", text.len);
	buf_add_span(&module, buf_span(&text));
	buf_release(&text);
	return module;
}

TEST(code, what_takes_long_to_compile_is_refused)
{
	struct buf large = labels_and_gotos(32000);
	struct buf small = labels_and_gotos(100);
	struct buf code = BUF_INIT;
	struct error err;

	CHECK_INT(code_make(buf_span(&large), NULL, &code, &err), -1);
	CHECK_INT(err.code, ERR_FORMAT);
	CHECK_TEXT(err.text, "module takes too long to compile: '.process'");
	CHECK_OK(code_make(buf_span(&small), NULL, &code, &err), err);
	buf_release(&code);
	buf_release(&small);
	buf_release(&large);
}

TEST(code, what_is_not_the_modules_fault_is_not_told_as_its)
{
	atomic_bool stop = true;
	struct buf code = BUF_INIT;
	struct error err;

	CHECK_INT(code_make(span_text(".a 8\nreturn 1"), &stop, &code, &err),
	    -1);
	CHECK_INT(err.code, ERR_INTERRUPTED);
	CHECK_INT(setenv("AOSH_FAULT", "COMPILER_HAS_NO_ROOM:40", 1), 0);
	fault_init();
	CHECK_INT(code_make(span_text(".a 8\nreturn 1"), NULL, &code, &err),
	    -1);
	CHECK_INT(err.code, ERR_SYSTEM);
	CHECK(!vm_fails_for_good(&err));
	unsetenv("AOSH_FAULT");
}
