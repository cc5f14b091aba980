#include "shell/transcript.h"

void
transcript_release(struct transcript *t)
{
	buf_release(&t->text);
	t->hidden = 0;
}

void
transcript_add(struct transcript *t, struct span text)
{
	struct buf *b = &t->text;
	const uint8_t *end;

	buf_add_span(b, text);
	if (b->len <= TRANSCRIPT_MAX)
		return;
	end = memchr(b->p + b->len / 2, '\n', b->len - b->len / 2);
	if (end) {
		size_t gone = (size_t)(end - b->p) + 1;

		memmove(b->p, b->p + gone, b->len - gone + 1);
		b->len -= gone;
		t->hidden = t->hidden > gone ? t->hidden - gone : 0;
	}
}

static struct span
behind_line(struct span text)
{
	size_t n = 0;

	while (text.p && n < text.len && text.p[n++] != '\n')
		;
	return span_from(text, n);
}

/* Of one line that is too long the end; no character is cut in two. */
static struct span
end_of(struct span line, size_t bytes)
{
	struct span end = span_from(line, line.len - bytes);

	while (end.len && (end.p[0] & 0xc0) == 0x80)
		end = span_from(end, 1);
	return end;
}

static struct span
last_of(struct span all, size_t lines, size_t bytes)
{
	size_t from = all.len;
	struct span last;

	while (all.p && from > 0 && lines > 0)
		if (--from == 0 || all.p[from - 1] == '\n')
			lines--;
	last = span_from(all, from);
	while (last.len > bytes) {
		struct span rest = behind_line(last);

		last = rest.len ? rest : end_of(last, bytes);
	}
	return last;
}

struct span
transcript_last(const struct transcript *t, size_t lines, size_t bytes)
{
	return last_of(buf_span(&t->text), lines, bytes);
}

void
transcript_hide(struct transcript *t)
{
	t->hidden = t->text.len;
}

struct span
transcript_shown(const struct transcript *t, size_t lines, size_t bytes)
{
	return last_of(span_from(buf_span(&t->text), t->hidden), lines, bytes);
}
