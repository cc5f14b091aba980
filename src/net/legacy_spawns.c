/*
 * A line is written by one write(), so that several programs may append at the
 * same time. Only the end of a file that has grown very long is read.
 */
#include "net/legacy_spawns.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum {
	READ_MAX = 4 << 20 /* bytes, some 20,000 processes */
};

/* The next word; false when there is none, or no blank behind it. */
static bool
take_word(struct span *line, struct span *word)
{
	const uint8_t *blank = line->len ? memchr(line->p, ' ', line->len) : 0;

	if (!blank || blank == line->p)
		return false;
	*word = span_first(*line, (size_t)(blank - line->p));
	*line = span_from(*line, word->len + 1);
	return true;
}

bool
legacy_spawn_parse(struct span line, struct legacy_spawn *out)
{
	struct error ignored;
	struct span id;

	if (!take_word(&line, &out->network) ||
	    !take_word(&line, &out->owner) || !take_word(&line, &id) ||
	    !take_word(&line, &out->scheduler) ||
	    id_decode(id, &out->id, &ignored) < 0)
		return false;
	out->name = line;
	return true;
}

int
legacy_spawns_add(const char *path, const struct legacy_spawn *s,
    struct error *err)
{
	struct buf line = BUF_INIT;
	int rc = 0;

	buf_printf(&line, "%.*s %.*s %s %.*s ", SPAN_ARG(s->network),
	    SPAN_ARG(s->owner), id_encode(&s->id).text, SPAN_ARG(s->scheduler));
	if (s->name.len && !memchr(s->name.p, '\n', s->name.len))
		buf_add_span(&line, s->name);
	buf_add_byte(&line, '\n');
	if (file_add_line(path, buf_span(&line)) < 0)
		rc = FAIL_ERRNO(err, ERR_STORE, "cannot write '%s'", path);
	buf_release(&line);
	return rc;
}

/* The end of a file; the first line of it may be cut. */
static void
read_end(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	ssize_t n = 1;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && st.st_size > READ_MAX)
		(void)lseek(fd, -READ_MAX, SEEK_END);
	while (n > 0 && out->len < READ_MAX) {
		n = read(fd, buf_reserve(out, READ_MAX / 64), READ_MAX / 64);
		out->len += n > 0 ? (size_t)n : 0;
	}
	(void)close(fd);
}

void
legacy_spawns_each(const char *path, const char *network, legacy_spawn_fn fn,
    void *arg)
{
	struct buf text = BUF_INIT;
	struct span rest;
	bool go_on = true;

	read_end(path, &text);
	rest = buf_span(&text);
	while (rest.len > 0 && go_on) {
		const uint8_t *end = memchr(rest.p, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.p) : rest.len;
		struct legacy_spawn s;

		if (end && legacy_spawn_parse(span_first(rest, len), &s) &&
		    span_is(s.network, network))
			go_on = fn(arg, &s);
		rest = span_from(rest, len + 1);
	}
	buf_release(&text);
}
