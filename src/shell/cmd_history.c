/*
 * .history, .rerun, .edit - what was typed, once more.
 *
 * Entries have readline's numbers, which stay the same while the shell runs.
 * What is to run is handed to the prompt, which takes it as if it were typed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <readline/history.h>

#include "base/alloc.h"
#include "term/escape.h"
#include "term/width.h"
#include "shell/commands.h"
#include "shell/editor.h"
#include "shell/history.h"
#include "shell/paths.h"
#include "shell/shell.h"
#include "shell/show.h"

enum {
	SHOWN = 30, /* entries, without a pattern */
	LABEL = 12  /* columns of a process's name */
};

static int
check_prompt(const struct shell *sh, const char *name, struct error *err)
{
	if (sh->interactive)
		return 0;
	return FAIL(err, ERR_USAGE, ".%s is for the prompt alone", name);
}

/* Lines of an entry stand under its first, `indent` columns in. */
static void
show_entry(struct shell *sh, size_t indent, int number, const char *text)
{
	output_printf(&sh->out, "%5d  ", number);
	for (;;) {
		size_t len = strcspn(text, "\n");

		output_foreign(&sh->out, span_of(text, len));
		output_printf(&sh->out, "\n");
		if (!text[len])
			return;
		output_printf(&sh->out, "%*s", (int)indent + 7, "");
		text += len + 1;
	}
}

/* --- of all processes --- */

struct listing {
	struct shell *sh;
	const char *pattern; /* NULL: any */
	struct id process;   /* that the label is of */
	struct buf label;
};

/* A process here has a name; to ask a network for it would take a while. */
static void
add_label(struct shell *sh, const struct id *process, struct buf *out)
{
	struct node *n = sh->client.node;
	struct process_info info = { .name = "" };
	struct error ignored;

	if (id_equal(process, &sh->process))
		buf_add_text(out, sh->name);
	else if (!sh->client.network &&
	    n->ops->process(n, process, &info, &ignored) == 0)
		buf_add_text(out, info.name);
	if (out->len == 0)
		short_id(id_encode(process).text, out);
}

static void
show_line(void *arg, const struct history_entry *e)
{
	struct listing *l = arg;
	struct buf plain = BUF_INIT;
	size_t width;

	if (l->pattern && !strstr(e->text, l->pattern))
		return;
	if (!l->label.len || !id_equal(&l->process, &e->process)) {
		buf_clear(&l->label);
		add_label(l->sh, &e->process, &l->label);
		l->process = e->process;
	}
	escape_text(buf_span(&l->label), ESCAPE_ONE_LINE, &plain);
	width = text_width(buf_span(&plain));
	output_span(&l->sh->out, buf_span(&plain));
	if (width < LABEL)
		output_printf(&l->sh->out, "%*s", (int)(LABEL - width), "");
	show_entry(l->sh, width < LABEL ? LABEL : width, (int)e->number,
	    e->text);
	buf_release(&plain);
}

static int
show_all(struct shell *sh, const char *pattern, struct error *err)
{
	struct listing l = { .sh = sh, .pattern = pattern };
	int rc;

	if (sh->ephemeral)
		return FAIL(err, ERR_USAGE,
		    "with --ephemeral no history is kept but this one");
	rc = history_all(show_line, &l, err);
	buf_release(&l.label);
	return rc;
}

static int
exec_history(struct shell *sh, const struct options *o, struct error *err)
{
	const char *pattern = options_arg(o, 0);
	int first = history_base;

	if (check_prompt(sh, "history", err) < 0)
		return -1;
	if (options_has(o, "all"))
		return show_all(sh, pattern, err);
	if (!pattern && history_length > SHOWN)
		first += history_length - SHOWN;
	for (int i = first; i < history_base + history_length; i++) {
		const HIST_ENTRY *e = history_get(i);

		if (e && (!pattern || strstr(e->line, pattern)))
			show_entry(sh, 0, i, e->line);
	}
	return 0;
}

static const struct option_spec history_options[] = {
	{ "all", NULL, 'a', OPTION_SWITCH, false, NULL,
	    "the entries of all processes, newest last" },
	{ .name = NULL },
};

const struct command dot_history = {
	.name = "history",
	.usage = "[PATTERN]",
	.summary = "show what was typed; of that what has a text in it",
	.options = history_options,
	.min = 0,
	.max = 1,
	.exec = exec_history,
};

/* These would bring themselves back. */
static bool
is_recall(const char *line)
{
	return strncmp(line, ".rerun", strlen(".rerun")) == 0 ||
	    strncmp(line, ".edit", strlen(".edit")) == 0;
}

/* Entry `word`, or the last that is no recall. NULL: `err`. */
static const char *
find_entry(const char *word, struct error *err)
{
	const HIST_ENTRY *e = NULL;
	char *end = NULL;
	long n = word ? strtol(word, &end, 10) : 0;

	if (word && (end == word || *end || n < 1 || n > 1000000000)) {
		error_set(err, ERR_USAGE,
		    "'%s' is no number of the history; .history shows them",
		    word);
		return NULL;
	}
	for (int i = history_base + history_length - 1;
	     !word && i >= history_base && !e; i--) {
		e = history_get(i);
		if (e && is_recall(e->line))
			e = NULL;
	}
	if (word)
		e = history_get((int)n);
	if (!e || is_recall(e->line)) {
		error_set(err, ERR_USAGE, "the history has no entry %s%s",
		    word ? word : "yet", e ? " to run again" : "");
		return NULL;
	}
	return e->line;
}

static int
exec_rerun(struct shell *sh, const struct options *o, struct error *err)
{
	const char *line;

	if (check_prompt(sh, "rerun", err) < 0)
		return -1;
	line = find_entry(options_arg(o, 0), err);
	if (!line)
		return -1;
	output_foreign(shell_notes(sh), span_text(line));
	output_printf(shell_notes(sh), "\n");
	buf_add_text(&sh->again, line);
	return 0;
}

const struct command dot_rerun = {
	.name = "rerun",
	.usage = "[N]",
	.summary = "run an entry of the history again; without N the last",
	.min = 0,
	.max = 1,
	.exec = exec_rerun,
};

/* --- editing --- */

/* A file for nobody else, with the text in it; its name ends in ".lua". */
static int
write_draft(const char *text, char *path, struct error *err)
{
	size_t len = strlen(text);
	int fd = mkstemps(path, (int)strlen(".lua"));
	bool whole;

	if (fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make '%s'", path);
	whole = write(fd, text, len) == (ssize_t)len &&
	    (len == 0 || write(fd, "\n", 1) == 1);
	if (close(fd) == 0 && whole)
		return 0;
	error_set_errno(err, ERR_SYSTEM, "cannot write '%s'", path);
	unlink(path);
	return -1;
}

/* Let the user edit `text`; what comes of it is to run, if it is another. */
static int
edit(struct shell *sh, const char *text, struct error *err)
{
	/* nothing changes the environment */
	const char *dir = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe) */
	char *path =
	    xasprintf("%s/aosh-XXXXXX.lua", dir && *dir ? dir : "/tmp");
	struct buf edited = BUF_INIT;
	int rc = write_draft(text, path, err);

	if (rc == 0) {
		rc = editor_run(path, err);
		if (rc == 0)
			rc = file_read(path, &edited, err);
		unlink(path);
	}
	while (edited.len && edited.p[edited.len - 1] == '\n')
		edited.len--;
	if (rc == 0 && span_is(buf_span(&edited), text))
		output_printf(shell_notes(sh), "unchanged: nothing is run\n");
	else if (rc == 0 && edited.len) {
		output_foreign(shell_notes(sh), buf_span(&edited));
		output_printf(shell_notes(sh), "\n");
		buf_add_span(&sh->again, buf_span(&edited));
	}
	free(path);
	buf_release(&edited);
	return rc;
}

static int
exec_edit(struct shell *sh, const struct options *o, struct error *err)
{
	struct error ignored;
	const char *word = options_arg(o, 0);
	const char *line;

	if (check_prompt(sh, "edit", err) < 0)
		return -1;
	line = find_entry(word, word ? err : &ignored);
	if (!line && word)
		return -1;
	return edit(sh, line ? line : "", err);
}

const struct command dot_edit = {
	.name = "edit",
	.alias = "e",
	.usage = "[N]",
	.summary = "edit the last entry, or entry N, in $VISUAL and run it",
	.min = 0,
	.max = 1,
	.exec = exec_edit,
};
