/*
 * The format is as plain as it can be, since its bytes are what a module's id
 * is the hash of: no padding, no dates, no order but the given one. Files are
 * found by walking; a module has some dozen, and a found one is compiled, which
 * takes far longer.
 */
#include "vm/lua/archive.h"

enum {
	/* bytes of a line "NAME LENGTH" */
	LINE_MAX_BYTES = 256
};

/* A decimal number; false: it is none, or too large to be a length. */
static bool
read_length(struct span text, size_t *length)
{
	size_t n = 0;

	if (text.len == 0 || text.len > 15)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		n = n * 10 + (size_t)(text.p[i] - '0');
	}
	*length = n;
	return true;
}

/*
 * The head is looked for in a bounded part alone: a file without line feeds
 * must not be searched to its end.
 */
int
archive_next(struct span *in, struct archive_file *file, struct error *err)
{
	struct span line = span_first(*in, LINE_MAX_BYTES);
	const uint8_t *end;
	const uint8_t *blank;
	size_t length;

	if (in->len == 0)
		return 0;
	end = memchr(line.p, '\n', line.len);
	blank = end ? memchr(line.p, ' ', (size_t)(end - line.p)) : NULL;
	if (!blank || line.p[0] != '.' ||
	    !read_length(span_of(blank + 1, (size_t)(end - blank - 1)),
		&length))
		return FAIL(err, ERR_FORMAT,
		    "not a module: a line 'NAME LENGTH' is missing");
	file->name = span_of(line.p, (size_t)(blank - line.p));
	*in = span_from(*in, (size_t)(end + 1 - line.p));
	if (length > in->len)
		return FAIL(err, ERR_FORMAT, "module is cut in '%.*s'",
		    SPAN_ARG(file->name));
	file->text = span_first(*in, length);
	*in = span_from(*in, length);
	return 1;
}

bool
archive_find(struct span in, struct span name, struct span *text)
{
	struct archive_file file;
	struct error err;

	while (archive_next(&in, &file, &err) > 0) {
		if (span_equal(file.name, name)) {
			*text = file.text;
			return true;
		}
	}
	return false;
}

/* Once when a module is first used; after that archive_find() relies on it. */
int
archive_check(struct span in, struct error *err)
{
	struct archive_file file;
	struct span rest = in;
	struct span text;
	int more;

	while ((more = archive_next(&rest, &file, err)) > 0)
		continue;
	if (more < 0)
		return -1;
	if (!archive_find(in, span_text(".process"), &text))
		return FAIL(err, ERR_FORMAT,
		    "not a module: it has no '.process'");
	return 0;
}
