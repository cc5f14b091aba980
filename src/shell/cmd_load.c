/*
 * .load FILE..., .bundle FILE - a file, with the modules that it requires, is
 * one message: all of it happens, or nothing.
 *
 * With --watch-files the command goes on until Ctrl-C, and what the process
 * prints meanwhile is shown: a file is edited elsewhere, and here one sees what
 * comes of it.
 */
#include <errno.h>
#include <glob.h>
#include <poll.h>
#include <sys/eventfd.h>

#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/file_watch.h"
#include "shell/keys_hold.h"
#include "shell/load.h"
#include "shell/paths.h"
#include "shell/session.h"
#include "shell/signals.h"

static const struct option_spec load_options[] = {
	{ "dry", NULL, 0, OPTION_SWITCH, false, NULL,
	    "evaluate, and keep nothing of it" },
	{ "full", NULL, 0, OPTION_SWITCH, false, NULL,
	    "send every module, also those that the process has" },
	{ "watch-files", NULL, 0, OPTION_SWITCH, false, NULL,
	    "load again whenever one of the files is written, until Ctrl-C" },
	{ .name = NULL },
};

/* A pattern such as src/\*.lua, unless there is a file of that very name. */
static int
load_pattern(struct shell *sh, const char *word, const struct load_options *lo,
    struct error *err)
{
	struct buf real = BUF_INIT;
	struct error ignored;
	glob_t found;
	int rc = 0;

	if (!strpbrk(word, "*?[") || file_check(word, &ignored) == 0)
		return load_file(sh, word, lo, err);
	if (path_expand(word, &real, err) < 0)
		return -1;
	/* nobody else does it */
	if (glob(buf_text(&real), 0, NULL, /* NOLINT(concurrency-mt-unsafe) */
		&found) != 0) {
		buf_release(&real);
		return FAIL(err, ERR_USAGE, "no file is like '%s'", word);
	}
	for (size_t i = 0; rc == 0 && i < found.gl_pathc; i++)
		rc = load_file(sh, found.gl_pathv[i], lo, err);
	globfree(&found);
	buf_release(&real);
	return rc;
}

/* The first file that fails ends it: the next may build on it. */
static int
load_all(struct shell *sh, const struct options *o,
    const struct load_options *lo, struct error *err)
{
	for (size_t i = 0; i < o->arg_count; i++) {
		int rc = load_pattern(sh, o->args[i], lo, err);

		if (rc != 0)
			return rc;
	}
	return 0;
}

/* --- watching --- */

static void
tell_watching(struct shell *sh)
{
	struct error ignored;

	output_attr(shell_notes(sh), ATTR_DIM, "watching; Ctrl-C ends it");
	output_printf(shell_notes(sh), "\n");
	output_flush(shell_notes(sh), &ignored);
}

/* Until a file is written: its path. NULL: Ctrl-C, or `err` is set. */
static const char *
await_change(struct shell *sh, struct file_watch *w, struct error *err)
{
	struct pollfd fds[] = {
		{ .fd = file_watch_fd(w), .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN },
		{ .fd = sh->client.wake_fd, .events = POLLIN },
		{ .fd = sh->client.idle ? -1 : signals_terminal_fd(),
		    .events = POLLIN },
	};
	int timeout = sh->client.idle ? CLIENT_IDLE_MS : -1;
	const char *path = NULL;
	eventfd_t ignored;

	err->code = ERR_NONE;
	while (!path) {
		session_feed(sh, position_of_slot(UINT64_MAX));
		shell_flush(sh);
		if (sh->client.idle)
			sh->client.idle(sh->client.idle_arg);
		if (poll(fds, 4, timeout) < 0 && errno != EINTR) {
			error_set(err, ERR_SYSTEM, "cannot wait");
			return NULL;
		}
		if (signals_take_cancel())
			return NULL;
		if (keys_hold_look())
			tell_watching(sh);
		if (fds[2].revents)
			(void)eventfd_read(sh->client.wake_fd, &ignored);
		path = file_watch_take(w);
	}
	return path;
}

/* What fails is told, and the next change may mend it. */
static int
load_again(struct shell *sh, const struct options *o, struct load_options *lo,
    struct error *err)
{
	struct output *notes = shell_notes(sh);
	const char *path;

	do {
		int rc = load_all(sh, o, lo, err);

		if (rc < 0 && err->code == ERR_INTERRUPTED)
			return -1;
		if (rc < 0)
			shell_report(sh, err);
		shell_flush(sh);
		tell_watching(sh);
		path = await_change(sh, lo->watch, err);
		if (path)
			output_printf(notes, "aosh: '%s' was written\n", path);
		output_flush(notes, err);
	} while (path);
	return err->code == ERR_NONE ? 0 : -1;
}

static int
watch_files(struct shell *sh, const struct options *o, struct load_options *lo,
    struct error *err)
{
	int rc;

	if (file_watch_open(&lo->watch, err) < 0)
		return -1;
	/* a file that cannot be read yet may be there later */
	for (size_t i = 0; i < o->arg_count; i++)
		file_watch_add(lo->watch, o->args[i]);
	rc = load_again(sh, o, lo, err);
	file_watch_close(lo->watch);
	return rc;
}

static int
exec_load(struct shell *sh, const struct options *o, struct error *err)
{
	struct load_options lo = { .full = options_has(o, "full"),
		.dry = options_has(o, "dry") };

	return options_has(o, "watch-files") ? watch_files(sh, o, &lo, err)
					     : load_all(sh, o, &lo, err);
}

const struct command dot_load = {
	.name = "load",
	.alias = "l",
	.usage = "FILE...",
	.summary = "evaluate Lua files, each with the modules that it requires",
	.options = load_options,
	.min = 1,
	.max = 64,
	.complete = COMPLETE_FILES,
	.exec = exec_load,
};

static int
exec_bundle(struct shell *sh, const struct options *o, struct error *err)
{
	struct buf text = BUF_INIT;
	int rc = load_bundle(sh, o->args[0], &text, err);

	if (rc == 0)
		output_foreign(&sh->out, buf_span(&text));
	buf_release(&text);
	return rc;
}

const struct command dot_bundle = {
	.name = "bundle",
	.usage = "FILE",
	.summary = "print what .load would send, with every module",
	.min = 1,
	.max = 1,
	.complete = COMPLETE_FILES,
	.exec = exec_bundle,
};
