/*
 * What a process gives as its Error, and themes: text of others, taken apart.
 * The first byte says what is to be read, and of which kind of source.
 */
#include "base/error.h"
#include "term/attr.h"
#include "shell/failure.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	const struct source source = { "x.lua", 1, span_text("one\ntwo\n"),
		len && p[0] & 1 ? "run" : NULL };
	struct failure f;

	if (len == 0)
		return 0;
	if (p[0] & 2) {
		(void)attr_theme_check(span_of(p + 1, len - 1));
		return 0;
	}
	failure_parse(span_of(p + 1, len - 1), &source, &f);
	ASSERT(f.text.len <= len && f.file.len <= len && f.printed.len <= len);
	ASSERT(f.file.len || f.line <= 2);
	failure_release(&f);
	return 0;
}
