/*
 * Results for a program are gathered first, so that it starts when there is
 * something to read and the terminal has one user at a time.
 *
 * The screen is held in the same way while a unit runs, up to its end or until
 * somebody flushes in the middle since it shows what happens; only then can it
 * be told whether it needs a pager.
 */
#include "shell/sink.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "term/width.h"
#include "shell/child.h"
#include "shell/paths.h"
#include "shell/shell.h"

static int
open_file(const char *path, bool append, struct error *err)
{
	struct buf real = BUF_INIT;
	int fd = -1;

	if (path_expand(path, &real, err) == 0) {
		fd = open(buf_text(&real),
		    O_WRONLY | O_CREAT | O_CLOEXEC |
			(append ? O_APPEND : O_TRUNC),
		    0666);
		if (fd < 0)
			error_set_errno(err, ERR_USAGE, "cannot write '%s'",
			    path);
	}
	buf_release(&real);
	return fd;
}

static void
forget(char **name, int fd)
{
	if (*name)
		close(fd);
	free(*name);
	*name = NULL;
}

int
sink_to_file(struct sink *s, const char *path, bool append, struct error *err)
{
	int fd = path ? open_file(path, append, err) : -1;

	if (path && fd < 0)
		return -1;
	forget(&s->file, s->fd);
	s->file = path ? xstrdup(path) : NULL;
	s->fd = fd;
	return 0;
}

int
sink_once(struct sink *s, const char *path, bool append, struct error *err)
{
	int fd = open_file(path, append, err);

	if (fd < 0)
		return -1;
	forget(&s->once, s->once_fd);
	free(s->command);
	s->command = NULL;
	s->once = xstrdup(path);
	s->once_fd = fd;
	return 0;
}

void
sink_once_command(struct sink *s, char *command)
{
	forget(&s->once, s->once_fd);
	free(s->command);
	s->command = command;
}

void
sink_release(struct sink *s)
{
	forget(&s->file, s->fd);
	forget(&s->once, s->once_fd);
	free(s->command);
	s->command = NULL;
}

/* --- around a unit --- */

/* Text without colours, as in any file. */
static void
redirect(struct shell *sh, int fd, const char *name)
{
	bool lines = sh->out.lines;

	sh->sink.screen = sh->out;
	output_init(&sh->out, fd, COLOR_NEVER);
	sh->out.terminal = false;
	sh->out.lines = lines;
	sh->out.name = name;
	sh->sink.redirected = true;
}

struct output *
sink_screen(struct shell *sh)
{
	return sh->sink.redirected ? &sh->sink.screen : &sh->out;
}

void
sink_begin(struct shell *sh, struct sink_use *use)
{
	struct sink *s = &sh->sink;

	*use = (struct sink_use){ .fd = -1 };
	if (s->command) {
		sink_pipe(sh, use, s->command);
		s->command = NULL;
	} else if (s->once) {
		use->fd = s->once_fd;
		use->name = s->once;
		s->once = NULL;
		redirect(sh, use->fd, use->name);
	} else if (s->file) {
		use->name = xstrdup(s->file);
		redirect(sh, s->fd, use->name);
	} else if (sh->interactive && sh->out.terminal &&
	    (!s->no_pager || s->fold)) {
		use->held = true;
		sh->out.hold = true;
	}
}

void
sink_pipe(struct shell *sh, struct sink_use *use, char *command)
{
	free(use->command);
	use->command = command;
	if (!sh->sink.redirected)
		redirect(sh, -1, command);
	sh->out.hold = true;
}

static void
restore(struct shell *sh, struct sink_use *use)
{
	bool lines = sh->out.lines;

	output_release(&sh->out);
	sh->out = sh->sink.screen;
	sh->sink.redirected = false;
	/* .mode may have been said in between */
	sh->out.lines = lines;
	if (use->fd >= 0)
		close(use->fd);
}

/* A file takes what it gets at once; what a program gives goes on as ours. */
static int
deliver(struct shell *sh, struct sink_use *use, int rc, struct error *err)
{
	struct span all = buf_span(&sh->out.pending);
	struct error ignored;
	int status;

	if (!use->command)
		return output_flush(&sh->out, rc < 0 ? &ignored : err) < 0 ? -1
									   : rc;
	/* what stands before it is above what it writes */
	output_flush(&sh->sink.screen, &ignored);
	output_flush(&sh->err, &ignored);
	if (rc < 0)
		return -1;
	status = child_run(use->command, &all, NULL, err);
	if (status < 0)
		return -1;
	/* where the terminal shows what was typed */
	if (status == 128 + SIGINT && sh->sink.screen.terminal)
		output_printf(&sh->sink.screen, "\n");
	return rc ? rc : status ? EXIT_EVAL : 0;
}

/* --- the pager --- */

/* More rows than the screen has, lines that wrap counted. */
static bool
is_long(struct span text, const struct winsize *size)
{
	size_t rows = 0;

	while (text.len && rows < size->ws_row) {
		const uint8_t *end = memchr(text.p, '\n', text.len);
		size_t len = end ? (size_t)(end - text.p) : text.len;
		size_t width = text_width(span_first(text, len));

		rows += width ? (width - 1) / size->ws_col + 1 : 1;
		text = span_from(text, len + 1);
	}
	return rows >= size->ws_row;
}

static const char *
pager(void)
{
	static const char *const names[] = { "AOSH_PAGER", "PAGER" };

	for (size_t i = 0; i < 2; i++) {
		/* nothing changes the environment */
		/* NOLINTNEXTLINE(concurrency-mt-unsafe) */
		const char *value = getenv(names[i]);

		if (value)
			return *value && strcmp(value, "cat") != 0 ? value
								   : NULL;
	}
	/* leaves short texts and colours alone, and the screen as it is */
	return "LESS=${LESS-FRX} less";
}

/* Where the text's line of that number ends; its end: it has no more. */
static size_t
lines_end(struct span text, unsigned lines)
{
	size_t at = 0;

	while (lines-- > 0 && at < text.len) {
		const uint8_t *end = memchr(text.p + at, '\n', text.len - at);

		at = end ? (size_t)(end - text.p) + 1 : text.len;
	}
	return at;
}

/* Nobody reads a hundred thousand lines that run through. */
static void
fold(struct shell *sh)
{
	struct output *out = &sh->out;
	struct span all = buf_span(&out->pending);
	size_t shown = sh->sink.fold ? lines_end(all, sh->sink.fold) : all.len;
	struct span rest = span_from(all, shown);
	size_t more = rest.len > 0;

	if (rest.len == 0)
		return;
	for (size_t i = 0; i + 1 < rest.len; i++)
		more += rest.p[i] == '\n';
	out->pending.len = shown;
	/* a colour may be on */
	output_printf(out, "%s", attr_off(out->color));
	output_printf(out,
	    "%s... %zu line%s more; '.last | less' shows all, '.set fold none' "
	    "folds no more%s\n",
	    attr_on(out->color, ATTR_DIM), more, more == 1 ? "" : "s",
	    attr_off(out->color));
}

/* One that is not there leaves the text to us. */
static void
show_screen(struct shell *sh)
{
	struct winsize size = { 0 };
	struct span all = buf_span(&sh->out.pending);
	const char *command = pager();
	struct error ignored;

	sh->out.hold = false;
	if (ioctl(sh->out.fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 ||
	    size.ws_row == 0 || !is_long(all, &size))
		return;
	if (command && !sh->sink.no_pager &&
	    child_run(command, &all, NULL, &ignored) < CHILD_NO_PROGRAM - 1)
		buf_clear(&sh->out.pending);
	else
		fold(sh);
}

int
sink_end(struct shell *sh, struct sink_use *use, int rc, struct error *err)
{
	if (sh->sink.redirected) {
		rc = deliver(sh, use, rc, err);
		restore(sh, use);
	} else if (use->held && sh->out.hold) {
		show_screen(sh);
	}
	free(use->name);
	free(use->command);
	return rc;
}
