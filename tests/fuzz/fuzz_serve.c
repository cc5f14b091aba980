/*
 * Any bytes as what clients of the compute unit send: the draft of a dry run, a
 * cursor. A cursor that was read is written so that it reads the same again.
 */
#include "base/alloc.h"
#include "net/serve_dry.h"
#include "net/serve_inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

static void
check_cursor(struct span in)
{
	struct buf text = BUF_INIT;
	struct cursor again;
	struct cursor c;
	struct error err;

	if (cursor_parse(in, &c, &err) < 0)
		return;
	if (!c.sorted)
		return;
	json_cursor(&text, &c);
	ASSERT(text.len > 2);
	ASSERT(
	    cursor_parse(span_of(text.p + 1, text.len - 2), &again, &err) == 0);
	ASSERT(again.timestamp_ms == c.timestamp_ms && again.slot == c.slot &&
	    again.descending == c.descending);
	buf_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_of(p, len);
	struct error err;
	struct dry d;

	check_cursor(in);
	if (dry_read(in, &d, &err) == 0) {
		ASSERT(d.owner.text[0] && d.draft.tag_count <= TAGS_MAX);
		ASSERT(d.draft.anchor.len == 0 ||
		    d.draft.anchor.len == ANCHOR_BYTES);
	} else {
		ASSERT(err.code == ERR_FORMAT || err.code == ERR_LIMIT);
	}
	dry_release(&d);
	return 0;
}
