/*
 * Input is taken as it comes, not read to its end first: a program at the
 * other end of the pipe may wait for the answer to one line before it writes
 * the next. For the same reason results are flushed behind every unit.
 *
 * Lines go to the same reader as typed ones, so a statement may span lines and
 * a script may hold dot commands. Only the first line may be "#!": it becomes
 * an empty comment, which keeps the line numbers right.
 */
#include "shell/script.h"

#include <fcntl.h>
#include <unistd.h>

#include "shell/paths.h"
#include "shell/session.h"
#include "shell/signals.h"

struct script {
	struct shell *sh;
	const char *name;
	int fd; /* -1: all of it is in `ahead` */
	struct buf ahead;
	size_t at; /* of the next line in `ahead` */
	bool first;
	int status; /* of the first failure */
};

/* Read some more; 0 at the end. Lines given out before are dropped. */
static ssize_t
read_more(struct script *s, struct error *err)
{
	if (s->fd < 0)
		return 0;
	if (s->at)
		memmove(s->ahead.p, s->ahead.p + s->at, s->ahead.len - s->at);
	s->ahead.len -= s->at;
	s->at = 0;
	if (s->ahead.len > FILE_MAX_BYTES)
		return FAIL(err, ERR_LIMIT, "%s: a line over %d MiB", s->name,
		    FILE_MAX_BYTES >> 20);
	return fd_read_some(s->fd, s->name, &s->ahead, err);
}

/* 1: *line is the next; 0: there is none. */
static int
next_line(struct script *s, struct span *line, struct error *err)
{
	size_t searched = 0;

	for (;;) {
		struct span rest = span_from(buf_span(&s->ahead), s->at);
		struct span fresh = span_from(rest, searched);
		const uint8_t *end =
		    fresh.p ? memchr(fresh.p, '\n', fresh.len) : NULL;
		ssize_t n;

		if (end) {
			*line = span_first(rest, (size_t)(end - rest.p));
			s->at += line->len + 1;
			return 1;
		}
		searched = rest.len;
		n = read_more(s, err);
		if (n < 0)
			return -1;
		if (n > 0)
			continue;
		/* the last line may lack its end */
		*line = span_from(buf_span(&s->ahead), s->at);
		s->at = s->ahead.len;
		return line->len > 0;
	}
}

/* Note the outcome of a unit; false: stop here. */
static bool
go_on(struct script *s, int rc, const struct error *err)
{
	int code;

	if (rc < 0) {
		struct error shown = *err;

		if (shown.code == ERR_USAGE && s->sh->reader.first_line)
			error_prefix(&shown, "%s:%zu", s->name,
			    s->sh->reader.first_line);
		rc = shell_report(s->sh, &shown);
	}
	code = shell_flush(s->sh);
	if (s->status == 0)
		s->status = rc ? rc : code;
	if (signals_take_cancel()) {
		s->status = EXIT_INTERRUPTED;
		return false;
	}
	if (code || s->sh->leaving || rc == EXIT_INTERRUPTED)
		return false;
	return rc == 0 || s->sh->keep_going;
}

/* False: the script ends here. */
static bool
run_line(struct script *s, struct span line)
{
	struct error err = { 0 };
	enum reader_state state;
	int rc;

	if (s->first && line.p) {
		line = text_without_mark(line);
		if (span_starts_with(line, "#!"))
			line = span_text("--");
	}
	s->first = false;
	state = reader_add(&s->sh->reader, line, &err);
	if (state == READER_NOTHING || state == READER_MORE)
		return true;
	if (state == READER_PRINT) {
		output_printf(&s->sh->out, "%s\n",
		    buf_text(&s->sh->reader.text));
		return go_on(s, 0, &err);
	}
	rc = session_unit(s->sh, state, s->name, err.text, &err);
	return go_on(s, rc, &err);
}

/* What is left open at the end of the input. */
static void
run_end(struct script *s)
{
	struct error err = { 0 };
	enum reader_state state = reader_end(&s->sh->reader, &err);
	int rc = 0;

	if (state == READER_MORE)
		rc = -1;
	else if (state != READER_NOTHING)
		rc = session_unit(s->sh, state, s->name, err.text, &err);
	if (state == READER_MORE) {
		error_prefix(&err, "%s:%zu", s->name, s->sh->reader.first_line);
		shell_report(s->sh, &err);
		if (s->status == 0)
			s->status = EXIT_EVAL;
	} else {
		go_on(s, rc, &err);
	}
}

/* A script within a script (.load is none) has a reader of its own. */
static int
run(struct script *s, struct error *err)
{
	struct reader outer = s->sh->reader;
	struct pieces outer_pieces = s->sh->pieces;
	bool outer_script = s->sh->in_script;
	struct span line;
	int more;

	s->first = true;
	s->sh->reader = (struct reader){ 0 };
	s->sh->pieces = (struct pieces){ 0 };
	s->sh->in_script = true;
	while ((more = next_line(s, &line, err)) > 0) {
		if (!run_line(s, line))
			break;
	}
	if (more == 0)
		run_end(s);
	reader_release(&s->sh->reader);
	pieces_release(&s->sh->pieces);
	s->sh->reader = outer;
	s->sh->pieces = outer_pieces;
	s->sh->in_script = outer_script;
	buf_release(&s->ahead);
	return more < 0 ? -1 : s->status;
}

int
script_run_fd(struct shell *sh, int fd, const char *name, struct error *err)
{
	struct script s = { .sh = sh, .name = name, .fd = fd };

	return run(&s, err);
}

/* As if it stood in a file of that name. */
int
script_run_text(struct shell *sh, const char *name, struct span text,
    struct error *err)
{
	struct script s = { .sh = sh, .name = name, .fd = -1 };

	buf_add_span(&s.ahead, text);
	return run(&s, err);
}

int
script_run_file(struct shell *sh, const char *path, struct error *err)
{
	struct buf real = BUF_INIT;
	int fd = -1;
	int rc;

	if (strcmp(path, "-") == 0)
		return script_run_fd(sh, STDIN_FILENO, "stdin", err);
	rc = path_expand(path, &real, err);
	if (rc == 0) {
		fd = open(buf_text(&real), O_RDONLY | O_CLOEXEC);
		rc = fd < 0
		    ? FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'", path)
		    : script_run_fd(sh, fd, path, err);
	}
	if (fd >= 0)
		close(fd);
	buf_release(&real);
	return rc;
}
