/*
 * Requires are found by the words of Lua, so that comments and texts hold none:
 * the name `require`, not a field of something, and behind it a plain string,
 * perhaps in a parenthesis. Names that are made at run time are not seen.
 *
 * Depth first with a list of open files in place of recursion: a file stands in
 * the bundle once all that it requires does. Files are told apart by name of
 * the module: one that is required by two names is two modules.
 */
#include "shell/bundle.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "term/lua_lexer.h"
#include "shell/paths.h"

enum {
	OPEN_MAX = 100
};

/* A file whose requires are being looked for. */
struct open_file {
	struct bundle_file file;
	struct span rest; /* of its text */
	struct lua_lexer lexer;
};

struct walk {
	struct bundle *bundle;
	struct buf folder; /* of the main file, with its slash */
	struct open_file open[OPEN_MAX];
	size_t depth;
};

static void
file_release(struct bundle_file *f)
{
	free(f->path);
	free(f->module);
	buf_release(&f->text);
}

void
bundle_release(struct bundle *b)
{
	for (size_t i = 0; i < b->count; i++)
		file_release(&b->files[i]);
	free(b->files);
	*b = (struct bundle){ 0 };
}

static bool
is_there(const struct bundle *b, struct span module)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->files[i].module && span_is(module, b->files[i].module))
			return true;
	return false;
}

/* The text between the quotes of a plain string; empty: it is none. */
static struct span
plain_string(struct token t)
{
	struct span s = t.text;

	if (t.kind != TOKEN_STRING || s.len < 3 || s.p[0] == '[' ||
	    s.p[s.len - 1] != s.p[0] || memchr(s.p, '\\', s.len))
		return span_of(NULL, 0);
	return span_of(s.p + 1, s.len - 2);
}

/* Comments are no words. */
static struct token
next_word(struct open_file *f)
{
	struct token t;

	do
		t = lua_lexer_next(&f->lexer, &f->rest);
	while (t.kind == TOKEN_COMMENT);
	return t;
}

/* The next module that the file requires; false: there is none. */
static bool
next_require(struct open_file *f, struct span *module)
{
	bool is_field = false;
	struct token t;

	while ((t = next_word(f)).kind != TOKEN_END) {
		bool found = t.kind == TOKEN_NAME && !is_field &&
		    span_is(t.text, "require");
		struct open_file before;

		is_field = span_is(t.text, ".") || span_is(t.text, ":");
		if (!found)
			continue;
		before = *f;
		t = next_word(f);
		if (span_is(t.text, "("))
			t = next_word(f);
		*module = plain_string(t);
		if (module->len)
			return true;
		/* it may be another require */
		f->rest = before.rest;
		f->lexer = before.lexer;
	}
	return false;
}

/* The module's file beside the main file; owned. NULL: there is none. */
static char *
find_module(const struct walk *w, struct span module)
{
	static const char *const ends[] = { ".lua", "/init.lua" };
	struct buf path = BUF_INIT;

	/* a leading dot belongs to the name alone */
	if (module.p[0] == '.')
		module = span_from(module, 1);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		buf_clear(&path);
		buf_add_span(&path, buf_span(&w->folder));
		for (size_t k = 0; k < module.len; k++)
			buf_add_byte(&path,
			    module.p[k] == '.' ? '/' : module.p[k]);
		buf_add_text(&path, ends[i]);
		if (access(buf_text(&path), F_OK) == 0)
			return (char *)path.p;
	}
	buf_release(&path);
	return NULL;
}

/* Takes `path`. */
static int
open_file(struct walk *w, char *path, struct span module, struct error *err)
{
	struct open_file *f = &w->open[w->depth];
	struct span text;

	*f = (struct open_file){ .file = { .path = path } };
	if (module.len)
		f->file.module = xasprintf("%.*s", SPAN_ARG(module));
	w->depth++;
	if (file_read(path, &f->file.text, err) < 0)
		return -1;
	text = text_without_mark(buf_span(&f->file.text));
	memmove(f->file.text.p, text.p, text.len);
	f->file.text.len = text.len;
	/* as a comment the line keeps the numbers of the others */
	if (span_starts_with(buf_span(&f->file.text), "#!"))
		memcpy(f->file.text.p, "--", 2);
	f->rest = buf_span(&f->file.text);
	return text_check(path, 1, f->rest, err);
}

/* All that it requires stands in the bundle: so may it. */
static void
close_file(struct walk *w)
{
	struct bundle *b = w->bundle;

	b->files = xrealloc(b->files, (b->count + 1) * sizeof(*b->files));
	b->files[b->count++] = w->open[--w->depth].file;
}

/* A module that the innermost open file requires. */
static int
require(struct walk *w, struct span module, struct error *err)
{
	const struct open_file *by = &w->open[w->depth - 1];
	char *path;

	if (is_there(w->bundle, module))
		return 0;
	for (size_t i = 0; i < w->depth; i++)
		if (w->open[i].file.module &&
		    span_is(module, w->open[i].file.module))
			return FAIL(err, ERR_FORMAT,
			    "%s requires '%.*s', which requires it in turn",
			    by->file.path, SPAN_ARG(module));
	path = find_module(w, module);
	if (!path)
		return 0;
	if (w->depth == OPEN_MAX) {
		free(path);
		return FAIL(err, ERR_LIMIT,
		    "%s: over %d files that require each other", by->file.path,
		    OPEN_MAX);
	}
	return open_file(w, path, module, err);
}

/* Until no file is open any more. */
static int
walk(struct walk *w, struct error *err)
{
	struct span module;

	while (w->depth > 0) {
		if (!next_require(&w->open[w->depth - 1], &module))
			close_file(w);
		else if (require(w, module, err) < 0)
			return -1;
	}
	return 0;
}

int
bundle_add(struct bundle *b, const char *path, struct error *err)
{
	struct walk *w = xcalloc(1, sizeof(*w));
	struct buf real = BUF_INIT;
	int rc;

	w->bundle = b;
	rc = path_expand(path, &real, err);
	if (rc == 0) {
		const char *slash = strrchr(buf_text(&real), '/');

		buf_add_span(&w->folder, buf_span(&real));
		w->folder.len =
		    slash ? (size_t)(slash + 1 - buf_text(&real)) : 0;
		rc = open_file(w, xstrdup(path), span_of(NULL, 0), err);
	}
	if (rc == 0)
		rc = walk(w, err);
	while (w->depth > 0)
		file_release(&w->open[--w->depth].file);
	buf_release(&w->folder);
	buf_release(&real);
	free(w);
	return rc;
}
