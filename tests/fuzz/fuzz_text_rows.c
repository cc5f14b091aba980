/*
 * A byte of width, then data of a message: whatever it is, rows are no wider
 * than asked for and hold nothing that a terminal would obey.
 */
#include "base/error.h"
#include "term/width.h"
#include "pane/text_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct line line = LINE_INIT;
	struct text_rows t;
	uint8_t width;

	if (!take_u8(&in, &width))
		return 0;
	text_rows_init(&t, width);
	text_rows_add_data(&t, in);
	for (size_t i = 0; i < t.count; i++) {
		struct span row = text_rows_at(&t, i);

		ASSERT(text_width(row) <= t.width);
		for (size_t k = 0; k < row.len; k++)
			ASSERT(row.p[k] >= 0x20 && row.p[k] != 0x7f);
	}
	text_rows_release(&t);
	line_add(&line, LOOK_PLAIN, t.width, in);
	ASSERT(text_width(buf_span(&line.text)) == t.width + 1);
	for (size_t k = 0; k < line.text.len; k++)
		ASSERT(line.text.p[k] >= 0x20 && line.text.p[k] != 0x7f);
	line_release(&line);
	return 0;
}
