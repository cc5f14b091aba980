/*
 * The text that is sent holds each file in long brackets, with as many = as it
 * takes that none of its own close them, and has it compiled there under its
 * name. A line feed behind the opening bracket is no part of a text, one before
 * the closing bracket is one too many and changes nothing.
 *
 * What a process has is asked by a dry run: digests of modules, and which of
 * the names without a file it knows by itself. Where that cannot be told, all
 * is sent.
 */
#include "shell/load.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "ao/result_text.h"
#include "vm/vm.h"
#include "shell/ask.h"
#include "shell/file_watch.h"
#include "shell/lua_text.h"
#include "shell/session.h"
#include "shell/show.h"

enum {
	/* of a message; networks take about as much */
	MESSAGE_LARGE = 10 << 20
};

/* --- the text of an evaluation --- */

/* A file that is an expression shows its value, as if it were typed. */
static bool
is_expression(struct span text)
{
	struct buf code = BUF_INIT;
	struct error ignored;
	bool is;

	buf_printf(&code, "return %.*s", SPAN_ARG(text));
	is = vm_check_syntax(buf_span(&code), &ignored) == SYNTAX_COMPLETE;
	buf_release(&code);
	return is;
}

/* The function that the file is. */
static void
add_chunk(const struct bundle_file *f, struct buf *out)
{
	struct span text = buf_span(&f->text);
	struct buf name = BUF_INIT;

	buf_printf(&name, "@%s", f->chunk);
	buf_add_text(out, "assert(load(");
	lua_text_long(is_expression(text) ? "return " : "", text, out);
	buf_add_text(out, ", ");
	lua_text_quoted(buf_text(&name), out);
	buf_add_text(out, ", \"t\"))");
	buf_release(&name);
}

/* As require() does it: what a module gives is kept, or that it was there. */
static const char module_code[] =
    "local function module(name, digest, chunk)\n"
    "\tpackage.loaded[name] = nil\n"
    "\tlocal value = chunk(name)\n"
    "\tif value ~= nil then package.loaded[name] = value\n"
    "\telseif package.loaded[name] == nil then package.loaded[name] = true "
    "end\n"
    "\tif type(package.digests) ~= \"table\" then package.digests = {} end\n"
    "\tpackage.digests[name] = digest\n"
    "end\n";

static struct id_text
digest_text(const struct bundle_file *f)
{
	struct id id;

	memcpy(id.bytes, f->digest.bytes, sizeof(id.bytes));
	return id_encode(&id);
}

/* `has`: a '=' for each module that need not be sent, in order; NULL: none. */
static void
add_bundle(const struct bundle *b, const char *has, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i + 1 < b->count; i++) {
		const struct bundle_file *f = &b->files[i];

		if (has && has[i] == '=')
			continue;
		if (!any)
			buf_add_text(out, module_code);
		any = true;
		buf_add_text(out, "module(");
		lua_text_quoted(f->module, out);
		buf_printf(out, ", \"%s\", ", digest_text(f).text);
		add_chunk(f, out);
		buf_add_text(out, ")\n");
	}
	buf_add_text(out, "return ");
	add_chunk(&b->files[b->count - 1], out);
	buf_add_text(out, "()\n");
}

/* --- what the process has --- */

/* A character for each module, then for each name without a file. */
static void
add_question(const struct bundle *b, struct buf *out)
{
	buf_add_text(out,
	    "local loaded, digests = package.loaded, package.digests or {}\n"
	    "local answers = {}\n"
	    "local function add(yes) answers[#answers + 1] = "
	    "yes and '=' or '+' end\n"
	    "local function has(name, digest)\n"
	    "\tadd(loaded[name] ~= nil and digests[name] == digest)\n"
	    "end\n"
	    "local function knows(name) add((pcall(require, name))) end\n");
	for (size_t i = 0; i + 1 < b->count; i++) {
		buf_add_text(out, "has(");
		lua_text_quoted(b->files[i].module, out);
		buf_printf(out, ", \"%s\")\n", digest_text(&b->files[i]).text);
	}
	for (size_t i = 0; i < b->missing_count; i++) {
		buf_add_text(out, "knows(");
		lua_text_quoted(b->missing[i].module, out);
		buf_add_text(out, ")\n");
	}
	buf_add_text(out, "return table.concat(answers)\n");
}

/* False: it could not be told, and `answers` is empty. */
static bool
ask_process(struct shell *sh, const struct bundle *b, struct buf *answers)
{
	struct buf code = BUF_INIT;

	add_question(b, &code);
	(void)ask_session(sh, buf_span(&code), answers);
	buf_release(&code);
	if (answers->p && answers->len == b->count - 1 + b->missing_count &&
	    strspn(buf_text(answers), "=+") == answers->len)
		return true;
	buf_clear(answers);
	return false;
}

/* What a module is neither here nor there will only be seen when it is run. */
static void
note_missing(struct shell *sh, const struct bundle *b, struct span answers)
{
	struct span rest = span_from(answers, b->count - 1);

	for (size_t i = 0; i < rest.len; i++)
		if (rest.p[i] == '+')
			output_printf(shell_notes(sh),
			    "aosh: warning: %s requires '%s', which is no file "
			    "here and no module of the process\n",
			    b->missing[i].by, b->missing[i].module);
}

/* --- evaluating --- */

/* What does not compile is never sent. */
static int
check(struct shell *sh, const struct bundle *b, struct error *err)
{
	for (size_t i = 0; i < b->count; i++) {
		const struct source source = { b->files[i].path, 1,
			buf_span(&b->files[i].text), NULL };

		if (vm_check_syntax(source.text, err) != SYNTAX_COMPLETE)
			return show_syntax_error(sh, &source, err->text);
	}
	return 0;
}

static void
note_size(struct shell *sh, const char *path, size_t size)
{
	if (sh->client.network && size > MESSAGE_LARGE)
		output_printf(shell_notes(sh),
		    "aosh: warning: %s makes a message of %zu MiB, which the "
		    "network may refuse\n",
		    path, size >> 20);
}

static int
eval_bundle(struct shell *sh, const struct bundle *b,
    const struct load_options *o, struct error *err)
{
	struct buf answers = BUF_INIT;
	struct buf code = BUF_INIT;
	const struct bundle_file *main_file = &b->files[b->count - 1];
	struct source source = { main_file->path, 1, { NULL, 0 },
		main_file->chunk };
	int rc;

	if (b->count - 1 + b->missing_count > 0 && ask_process(sh, b, &answers))
		note_missing(sh, b, buf_span(&answers));
	add_bundle(b, answers.len && !o->full ? buf_text(&answers) : NULL,
	    &code);
	note_size(sh, source.name, code.len);
	source.text = buf_span(&code);
	rc = o->dry ? session_dry_run(sh, &source, err)
		    : session_eval(sh, &source, err);
	buf_release(&answers);
	buf_release(&code);
	return rc;
}

static int
read_bundle(struct shell *sh, const char *path, struct bundle *b,
    struct error *err)
{
	*b = (struct bundle){ .search = sh->module_path };
	return bundle_add(b, path, err);
}

int
load_file(struct shell *sh, const char *path, const struct load_options *o,
    struct error *err)
{
	struct bundle b;
	int rc = read_bundle(sh, path, &b, err);

	for (size_t i = 0; o->watch && i < b.count; i++)
		file_watch_add(o->watch, b.files[i].path);
	if (rc == 0)
		rc = check(sh, &b, err);
	if (rc == 0)
		rc = eval_bundle(sh, &b, o, err);
	bundle_release(&b);
	return rc;
}

int
load_text(struct shell *sh, const char *name, struct span text,
    const struct load_options *o, struct error *err)
{
	char *same = xstrdup(name);
	struct bundle_file file = { .path = same, .chunk = same };
	const struct bundle b = { .files = &file, .count = 1 };
	int rc;

	buf_add_span(&file.text, text);
	rc = eval_bundle(sh, &b, o, err);
	buf_release(&file.text);
	free(same);
	return rc;
}

int
load_bundle(struct shell *sh, const char *path, struct buf *out,
    struct error *err)
{
	struct bundle b;
	int rc = read_bundle(sh, path, &b, err);

	if (rc == 0)
		rc = check(sh, &b, err);
	if (rc == 0)
		add_bundle(&b, NULL, out);
	bundle_release(&b);
	return rc;
}
