/*
 * Dot commands alone: Lua would become a message of the process each time that
 * somebody looks at it. Whoever wants that says ".load FILE".
 */
#include "shell/rc.h"

#include <unistd.h>

#include "shell/paths.h"
#include "shell/session.h"

/* A line without blanks around it; a comment is none. */
static struct span
next_command(struct span *text)
{
	const uint8_t *end = memchr(text->p, '\n', text->len);
	size_t len = end ? (size_t)(end - text->p) : text->len;
	struct span line = span_first(*text, len);

	*text = span_from(*text, len + 1);
	while (line.len && strchr(" \t\r", line.p[line.len - 1]))
		line.len--;
	while (line.len && strchr(" \t", line.p[0]))
		line = span_from(line, 1);
	if (span_starts_with(line, "#") || span_starts_with(line, "--"))
		line.len = 0;
	return line;
}

static void
run_commands(struct shell *sh, const char *path, struct span text)
{
	for (size_t number = 1; text.len && !sh->leaving; number++) {
		struct span line = next_command(&text);
		struct error err = { 0 };
		int rc = 0;

		if (line.len && line.p[0] != '.')
			rc = FAIL(&err, ERR_USAGE,
			    "this is no dot command; '.load FILE' evaluates a "
			    "file");
		else if (line.len)
			rc = session_dot(sh, line, &err);
		if (rc < 0) {
			error_prefix(&err, "%s:%zu", path, number);
			shell_report(sh, &err);
		}
	}
}

void
rc_run(struct shell *sh)
{
	struct buf path = BUF_INIT;
	struct buf text = BUF_INIT;
	struct error err;

	/* without a home there is none */
	if (!sh->no_rc && rc_path(&path, &err) == 0 &&
	    access(buf_text(&path), F_OK) == 0) {
		if (file_read(buf_text(&path), &text, &err) < 0)
			shell_report(sh, &err);
		run_commands(sh, buf_text(&path),
		    text_without_mark(buf_span(&text)));
	}
	buf_release(&text);
	buf_release(&path);
}
