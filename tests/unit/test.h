/*
 * test - unit tests: one behaviour each, named by it.
 *
 * TEST(module, behaviour) { … } registers itself; the test program runs all of
 * its file in order and prints TAP. Failing checks end the test. Threads: the
 * checks are for the test's own thread.
 */
#ifndef TEST_H
#define TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* after the four headers that it needs and does not include */
/* clang-format off */
#include <cmocka.h>
/* clang-format on */

#include "base/buf.h"
#include "base/error.h"

enum {
	TESTS_MAX = 128
};

static struct CMUnitTest test_list[TESTS_MAX];
static size_t test_count;

#define TEST(module, behaviour)                                              \
	static void test_##module##_##behaviour(void **state);               \
	__attribute__((constructor)) static void add_##module##_##behaviour( \
	    void)                                                            \
	{                                                                    \
		if (test_count == TESTS_MAX)                                 \
			abort();                                             \
		test_list[test_count++] =                                    \
		    (struct CMUnitTest){ #module ": " #behaviour,            \
			    test_##module##_##behaviour, NULL, NULL, NULL }; \
	}                                                                    \
	static void test_##module##_##behaviour(                             \
	    __attribute__((unused)) void **state)

#define CHECK(x) assert_true(x)
#define CHECK_INT(a, b) assert_int_equal((a), (b))
#define CHECK_TEXT(a, b) assert_string_equal((a), (b))
/* A span (or buf_span()) against a C text. */
#define CHECK_SPAN(s, text) check_span((s), (text), __FILE__, __LINE__)
/* A call that must give 0; shows what `err` says otherwise. */
#define CHECK_OK(call, err)                                    \
	do {                                                   \
		if ((call) != 0)                               \
			fail_msg("%s: %s", #call, (err).text); \
	} while (0)

__attribute__((unused)) static void
check_span(struct span s, const char *text, const char *file, int line)
{
	if (s.len == strlen(text) && (s.len == 0 || !memcmp(s.p, text, s.len)))
		return;
	print_error("'%.*s' is not '%s'\n", (int)s.len, (const char *)s.p,
	    text);
	_fail(file, line);
}

/* The whole of a file below tests/vectors/; owned. Fails when not there. */
__attribute__((unused)) static struct buf
test_vector(const char *name)
{
	struct buf b = BUF_INIT;
	char path[512];
	FILE *f;
	int c;

	snprintf(path, sizeof(path), "tests/vectors/%s", name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("%s: cannot be opened", path);
	while ((c = getc(f)) != EOF)
		buf_add_byte(&b, (uint8_t)c);
	if (fclose(f) != 0)
		fail_msg("%s: cannot be read", path);
	return b;
}

int
main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests(__BASE_FILE__, test_list, test_count,
	    NULL, NULL);
}

#endif
