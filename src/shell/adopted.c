/*
 * A line is written at once and behind all others, so that two programs do not
 * spoil each other's. What is no such line is passed over.
 */
#include "shell/adopted.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "shell/paths.h"

static char *
file_path(const char *data_dir)
{
	return xasprintf("%s/adopted", data_dir);
}

/* The last line of that name. */
static bool
find_line(struct span text, struct span name, struct id *out)
{
	bool found = false;

	while (text.len) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;
		struct span line = span_first(text, len);
		struct error ignored;
		struct id id;

		if (len == name.len + 1 + ID_CHARS &&
		    span_equal(span_first(line, name.len), name) &&
		    line.p[name.len] == '\t' &&
		    id_decode(span_from(line, name.len + 1), &id, &ignored) ==
			0) {
			*out = id;
			found = true;
		}
		text = span_from(text, len + 1);
	}
	return found;
}

bool
adopted_find(const char *data_dir, struct span name, struct id *out)
{
	struct buf text = BUF_INIT;
	struct error ignored;
	bool found;
	char *path;

	if (!data_dir)
		return false;
	path = file_path(data_dir);
	found = access(path, R_OK) == 0 &&
	    file_read(path, &text, &ignored) == 0 &&
	    find_line(buf_span(&text), name, out);
	buf_release(&text);
	free(path);
	return found;
}

int
adopted_add(const char *data_dir, struct span name, const struct id *id,
    struct error *err)
{
	struct buf line = BUF_INIT;
	char *path;
	int rc = 0;

	if (!data_dir)
		return FAIL(err, ERR_STORE,
		    "without a data directory no name is kept");
	path = file_path(data_dir);
	buf_printf(&line, "%.*s\t%s\n", SPAN_ARG(name), id_encode(id).text);
	if (file_add_line(path, buf_span(&line)) < 0)
		rc = FAIL_ERRNO(err, ERR_STORE, "cannot write '%s'", path);
	free(path);
	buf_release(&line);
	return rc;
}
