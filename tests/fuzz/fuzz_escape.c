/*
 * A byte of flags, then text: whatever a process says, no control character
 * but those of colours and prompt marks reaches the terminal.
 */
#include "base/error.h"
#include "term/escape.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static bool
is_allowed(uint8_t c, unsigned flags)
{
	if (c >= 0x20 && c != 0x7f)
		return true;
	if (c == 0x1b)
		return flags & ESCAPE_COLOR;
	if (c == 1 || c == 2)
		return flags & ESCAPE_PROMPT;
	return (c == '\n' || c == '\t') && !(flags & ESCAPE_ONE_LINE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct buf out = BUF_INIT;
	uint8_t flags;

	if (!take_u8(&in, &flags))
		return 0;
	flags &= ESCAPE_COLOR | ESCAPE_ONE_LINE | ESCAPE_PROMPT;
	escape_text(in, flags, &out);
	for (size_t i = 0; i < out.len; i++)
		ASSERT(is_allowed(out.p[i], flags));
	buf_clear(&out);
	escape_strip_color(in, &out);
	ASSERT(out.len <= in.len);
	buf_release(&out);
	return 0;
}
