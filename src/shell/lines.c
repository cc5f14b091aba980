/*
 * What has been looked through for the end of a line is not looked through
 * again, so that a line that comes in many pieces costs no more than its
 * bytes.
 */
#include "shell/lines.h"

#include "shell/paths.h"

void
lines_release(struct lines *l)
{
	buf_release(&l->ahead);
}

/* Drop what was given out: bytes move only when a line has ended in them. */
static void
drop_lines(struct lines *l)
{
	if (!l->at)
		return;
	memmove(l->ahead.p, l->ahead.p + l->at, l->ahead.len - l->at);
	l->ahead.len -= l->at;
	l->at = 0;
}

/* The end of the line that begins at l->at, `searched` bytes of it known. */
static const uint8_t *
find_end(const struct lines *l, size_t searched)
{
	struct span rest = span_from(buf_span(&l->ahead), l->at + searched);

	return rest.p ? memchr(rest.p, '\n', rest.len) : NULL;
}

/* Give out what stands from l->at up to `end`; `more`: the end's own bytes. */
static int
give(struct lines *l, size_t end, size_t more, struct span *line)
{
	bool skipped = l->skipping;

	*line = span_of(l->ahead.p + l->at, end - l->at);
	l->at = end + more;
	l->skipping = false;
	return skipped || line->len > LINE_MAX_BYTES ? LINE_LONG : LINE_WHOLE;
}

int
lines_next(struct lines *l, struct span *line, struct error *err)
{
	size_t searched = 0;

	while (!l->ended) {
		const uint8_t *end = find_end(l, searched);
		ssize_t n;

		if (end)
			return give(l, (size_t)(end - l->ahead.p), 1, line);
		searched = l->ahead.len - l->at;
		if (searched > LINE_MAX_BYTES) {
			l->skipping = true;
			buf_release(&l->ahead);
			l->at = 0;
			searched = 0;
		}
		drop_lines(l);
		n = fd_read_some(l->fd, "standard input", &l->ahead, err);
		if (n < 0)
			return -1;
		l->ended = n == 0;
	}
	if (l->at == l->ahead.len && !l->skipping)
		return LINE_END;
	return give(l, l->ahead.len, 0, line);
}
