/*
 * Requires are found by the words of Lua, so that comments and texts hold none:
 * the name `require`, not a field of something, and behind it a plain string,
 * perhaps in a parenthesis. Names that are made at run time are not seen.
 *
 * Depth first with a list of open files in place of recursion: a file stands in
 * the bundle once all that it requires does. Files are told apart by name of
 * the module: one that is required by two names is two modules.
 *
 * The digest of a module covers those of what it requires: a module that holds
 * on to another one is to be loaded anew when that one has changed.
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
	struct sha256 hash;
};

struct walk {
	struct bundle *bundle;
	struct buf folder; /* of the main file, with its slash */
	struct buf shown;  /* the same in front of the names of chunks */
	struct open_file open[OPEN_MAX];
	size_t depth;
};

static void
file_release(struct bundle_file *f)
{
	free(f->path);
	free(f->module);
	free(f->chunk);
	buf_release(&f->text);
}

void
bundle_release(struct bundle *b)
{
	for (size_t i = 0; i < b->count; i++)
		file_release(&b->files[i]);
	for (size_t i = 0; i < b->missing_count; i++) {
		free(b->missing[i].module);
		free(b->missing[i].by);
	}
	free(b->files);
	free(b->missing);
	*b = (struct bundle){ 0 };
}

static const struct bundle_file *
find_file(const struct bundle *b, struct span module)
{
	for (size_t i = 0; i < b->count; i++)
		if (b->files[i].module && span_is(module, b->files[i].module))
			return &b->files[i];
	return NULL;
}

static void
add_missing(struct bundle *b, struct span module, const char *by)
{
	for (size_t i = 0; i < b->missing_count; i++)
		if (span_is(module, b->missing[i].module))
			return;
	b->missing =
	    xrealloc(b->missing, (b->missing_count + 1) * sizeof(*b->missing));
	b->missing[b->missing_count++] =
	    (struct bundle_missing){ xasprintf("%.*s", SPAN_ARG(module)),
		    xstrdup(by) };
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
	const uint8_t *dot = NULL; /* behind the last one */
	bool is_field = false;
	struct token t;

	while ((t = next_word(f)).kind != TOKEN_END) {
		bool found = t.kind == TOKEN_NAME && !is_field &&
		    span_is(t.text, "require");
		struct open_file before;

		/* of ".." the dots are two tokens, and no field follows */
		is_field = span_is(t.text, ":") ||
		    (span_is(t.text, ".") && t.text.p != dot);
		dot = span_is(t.text, ".") ? t.text.p + 1 : NULL;
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

/* A file that is there, and what it is called in a process; both owned. */
struct found {
	char *path;
	char *chunk;
};

/* The module's file in one folder, which ends with its slash. */
static bool
find_in(struct span folder, struct span shown, struct span module,
    struct found *out)
{
	static const char *const ends[] = { ".lua", "/init.lua" };
	struct buf name = BUF_INIT;
	bool found = false;

	/* a leading dot belongs to the name alone */
	if (module.p[0] == '.')
		module = span_from(module, 1);
	for (size_t i = 0; !found && i < sizeof(ends) / sizeof(*ends); i++) {
		char *path;

		buf_clear(&name);
		for (size_t k = 0; k < module.len; k++)
			buf_add_byte(&name,
			    module.p[k] == '.' ? '/' : module.p[k]);
		buf_add_text(&name, ends[i]);
		path = xasprintf("%.*s%s", SPAN_ARG(folder), buf_text(&name));
		found = access(path, F_OK) == 0;
		if (found)
			*out = (struct found){ path,
				xasprintf("%.*s%s", SPAN_ARG(shown),
				    buf_text(&name)) };
		else
			free(path);
	}
	buf_release(&name);
	return found;
}

/* Beside the main file, then in the folders that are searched, in order. */
static bool
find_module(const struct walk *w, struct span module, struct found *out)
{
	struct span rest = span_text(w->bundle->search);
	bool found =
	    find_in(buf_span(&w->folder), buf_span(&w->shown), module, out);

	while (!found && rest.len) {
		const uint8_t *colon = memchr(rest.p, ':', rest.len);
		size_t n = colon ? (size_t)(colon - rest.p) : rest.len;
		char *given = xasprintf("%.*s", SPAN_ARG(span_first(rest, n)));
		struct buf folder = BUF_INIT;
		struct error ignored;

		if (n && path_expand(given, &folder, &ignored) == 0) {
			buf_add_byte(&folder, '/');
			found = find_in(buf_span(&folder), span_of(NULL, 0),
			    module, out);
		}
		buf_release(&folder);
		free(given);
		rest = span_from(rest, n + (colon != NULL));
	}
	return found;
}

/* Takes `found`. */
static int
open_file(struct walk *w, struct found found, struct span module,
    struct error *err)
{
	struct open_file *f = &w->open[w->depth];
	struct span text;

	*f = (struct open_file){ .file = { .path = found.path,
				     .chunk = found.chunk } };
	if (module.len)
		f->file.module = xasprintf("%.*s", SPAN_ARG(module));
	w->depth++;
	if (file_read(found.path, &f->file.text, err) < 0)
		return -1;
	text = text_without_mark(buf_span(&f->file.text));
	memmove(f->file.text.p, text.p, text.len);
	f->file.text.len = text.len;
	/* as a comment the line keeps the numbers of the others */
	if (span_starts_with(buf_span(&f->file.text), "#!"))
		memcpy(f->file.text.p, "--", 2);
	f->rest = buf_span(&f->file.text);
	sha256_init(&f->hash);
	sha256_update(&f->hash, f->rest);
	return text_check(found.path, 1, f->rest, err);
}

/* The innermost open file depends on that one. */
static void
depend(struct walk *w, const struct bundle_file *on)
{
	struct open_file *f = &w->open[w->depth - 1];

	/* a zero byte, which no text has, keeps name and text apart */
	sha256_update(&f->hash,
	    span_of((const uint8_t *)on->module, strlen(on->module) + 1));
	sha256_update(&f->hash,
	    span_of(on->digest.bytes, sizeof(on->digest.bytes)));
}

/* All that it requires stands in the bundle: so may it. */
static void
close_file(struct walk *w)
{
	struct bundle *b = w->bundle;
	struct open_file *f = &w->open[--w->depth];

	f->file.digest = sha256_final(&f->hash);
	b->files = xrealloc(b->files, (b->count + 1) * sizeof(*b->files));
	b->files[b->count++] = f->file;
	if (w->depth > 0)
		depend(w, &f->file);
}

/* "a -> b -> a", from the open file number `first` on. */
static int
fail_circle(const struct walk *w, size_t first, struct error *err)
{
	struct buf circle = BUF_INIT;

	for (size_t i = first; i < w->depth; i++)
		buf_printf(&circle, "%s -> ", w->open[i].file.module);
	error_set(err, ERR_FORMAT, "%s requires '%s', a circle: %s%s",
	    w->open[w->depth - 1].file.path, w->open[first].file.module,
	    buf_text(&circle), w->open[first].file.module);
	buf_release(&circle);
	return -1;
}

/* A module that the innermost open file requires. */
static int
require(struct walk *w, struct span module, struct error *err)
{
	const struct open_file *by = &w->open[w->depth - 1];
	const struct bundle_file *there = find_file(w->bundle, module);
	struct found found;

	if (there) {
		depend(w, there);
		return 0;
	}
	for (size_t i = 0; i < w->depth; i++)
		if (w->open[i].file.module &&
		    span_is(module, w->open[i].file.module))
			return fail_circle(w, i, err);
	if (!find_module(w, module, &found)) {
		add_missing(w->bundle, module, by->file.path);
		return 0;
	}
	if (w->depth == OPEN_MAX) {
		free(found.path);
		free(found.chunk);
		return FAIL(err, ERR_LIMIT,
		    "%s: over %d files that require each other", by->file.path,
		    OPEN_MAX);
	}
	return open_file(w, found, module, err);
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

/*
 * The folder of the main file as it may be told: what was typed, unless that
 * leads there from somewhere else than here.
 */
static const char *
shown_path(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (strcmp(path, "-") == 0)
		return "stdin";
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	if (slash &&
	    (strchr("/~", path[0]) || strncmp(path, "..", 2) == 0 ||
		strstr(path, "/../")))
		return slash + 1;
	return path;
}

/* Everything up to the last slash, with it. */
static void
add_folder(const char *path, struct buf *out)
{
	const char *slash = strrchr(path, '/');

	if (slash)
		buf_add(out, path, (size_t)(slash + 1 - path));
}

int
bundle_add(struct bundle *b, const char *path, struct error *err)
{
	struct walk *w = xcalloc(1, sizeof(*w));
	const char *shown = shown_path(path);
	struct buf real = BUF_INIT;
	int rc;

	w->bundle = b;
	rc = path_expand(path, &real, err);
	if (rc == 0) {
		const struct found main_file = { xstrdup(path),
			xstrdup(shown) };

		add_folder(buf_text(&real), &w->folder);
		add_folder(shown, &w->shown);
		rc = open_file(w, main_file, span_of(NULL, 0), err);
	}
	if (rc == 0)
		rc = walk(w, err);
	while (w->depth > 0)
		file_release(&w->open[--w->depth].file);
	buf_release(&w->folder);
	buf_release(&w->shown);
	buf_release(&real);
	free(w);
	return rc;
}
