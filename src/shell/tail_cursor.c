#include "shell/tail_cursor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "shell/paths.h"

/* A line that is one of ours goes to its source. */
static int
take_line(struct tail_cursor *c, struct span line, struct feed_source *sources,
    size_t count, struct error *err)
{
	struct position at;
	struct id id;
	struct error ignored;

	if (line.len <= ID_CHARS || line.p[ID_CHARS] != ' ' ||
	    id_decode(span_first(line, ID_CHARS), &id, &ignored) < 0 ||
	    !position_parse(span_from(line, ID_CHARS + 1), &at))
		return FAIL(err, ERR_FORMAT,
		    "'%s' is no cursor of a feed: it has a line '%.*s'",
		    c->path, SPAN_ARG(span_first(line, 60)));
	for (size_t i = 0; i < count; i++)
		if (id_equal(&sources[i].id, &id)) {
			sources[i].from = at;
			return 0;
		}
	buf_add_span(&c->others, line);
	buf_add_byte(&c->others, '\n');
	return 0;
}

static int
take_lines(struct tail_cursor *c, struct span text, struct feed_source *sources,
    size_t count, struct error *err)
{
	while (text.len) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;

		if (take_line(c, span_first(text, len), sources, count, err) <
		    0)
			return -1;
		text = span_from(text, len + 1);
	}
	return 0;
}

int
tail_cursor_open(struct tail_cursor *c, const char *path,
    struct feed_source *sources, size_t count, struct error *err)
{
	int rc = 0;

	*c = (struct tail_cursor){ .path = xstrdup(path) };
	if (access(path, F_OK) == 0 || errno != ENOENT)
		rc = file_read(path, &c->written, err);
	if (rc == 0)
		rc = take_lines(c, buf_span(&c->written), sources, count, err);
	if (rc < 0)
		tail_cursor_release(c);
	return rc;
}

void
tail_cursor_release(struct tail_cursor *c)
{
	free(c->path);
	buf_release(&c->others);
	buf_release(&c->written);
	*c = (struct tail_cursor){ 0 };
}

int
tail_cursor_save(struct tail_cursor *c, const struct feed *f, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	buf_add_span(&text, buf_span(&c->others));
	for (size_t i = 0; i < feed_count(f); i++)
		buf_printf(&text, "%s %s\n",
		    id_encode(&feed_process(f, i)->id).text,
		    position_text(feed_cursor(f, i)).text);
	if (!span_equal(buf_span(&text), buf_span(&c->written)))
		rc = file_replace(c->path, buf_span(&text));
	if (rc < 0) {
		buf_release(&text);
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot write '%s'",
		    c->path);
	}
	buf_release(&c->written);
	c->written = text;
	return 0;
}
