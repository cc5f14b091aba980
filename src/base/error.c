/*
 * Texts are cut at the end of their room, never overrun; the place comes first
 * in a text, so what is cut is the inmost reason's end.
 */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
set_text(struct error *err, enum error_code code, const char *fmt, va_list ap)
{
	err->code = code;
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
}

void
error_set(struct error *err, enum error_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_text(err, code, fmt, ap);
	va_end(ap);
}

void
error_set_errno(struct error *err, enum error_code code, const char *fmt, ...)
{
	char reason[96];
	int saved = errno;
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	set_text(err, code, fmt, ap);
	va_end(ap);
	len = strlen(err->text);
	/* the GNU form: returns the text, which need not be in the buffer */
	snprintf(err->text + len, sizeof(err->text) - len, ": %s",
	    strerror_r(saved, reason, sizeof(reason)));
}

void
error_prefix(struct error *err, const char *fmt, ...)
{
	char inner[sizeof(err->text)];
	size_t len;
	va_list ap;

	memcpy(inner, err->text, sizeof(inner));
	va_start(ap, fmt);
	set_text(err, err->code, fmt, ap);
	va_end(ap);
	len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s", inner);
}

void
assert_failed(const char *condition, const char *file, int line,
    const char *function)
{
	fprintf(stderr, "aosh: %s:%d: %s: '%s' does not hold\n", file, line,
	    function, condition);
	abort();
}
