/*
 * .pad - a file of the process's own, edited and evaluated.
 *
 * It stays, beside the history, so that one may come back to it. Only what was
 * changed is evaluated: who looked at it wanted no more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "shell/commands.h"
#include "shell/editor.h"
#include "shell/load.h"
#include "shell/paths.h"
#include "shell/session.h"

static int
pad_path(const struct shell *sh, struct buf *path, struct error *err)
{
	if (pad_dir_make(path, err) < 0)
		return -1;
	buf_printf(path, "/%s.lua", id_encode(&sh->process).text);
	return 0;
}

/* None yet is an empty one. */
static int
read_pad(const char *path, struct buf *out, struct error *err)
{
	return access(path, F_OK) < 0 ? 0 : file_read(path, out, err);
}

static int
edit_pad(struct shell *sh, const char *path, struct error *err)
{
	const struct load_options as_it_is = { 0 };
	struct buf before = BUF_INIT;
	struct buf after = BUF_INIT;
	int rc = -1;

	if (read_pad(path, &before, err) == 0 && editor_run(path, err) == 0 &&
	    read_pad(path, &after, err) == 0) {
		rc = 0;
		if (span_equal(buf_span(&before), buf_span(&after)))
			output_printf(shell_notes(sh),
			    "unchanged: nothing is run\n");
		else if (after.len)
			rc = load_file(sh, path, &as_it_is, err);
	}
	buf_release(&before);
	buf_release(&after);
	return rc;
}

static int
exec_pad(struct shell *sh, const struct options *o, struct error *err)
{
	struct buf path = BUF_INIT;
	int rc;

	(void)o;
	if (!sh->interactive)
		return FAIL(err, ERR_USAGE, ".pad is for the prompt alone");
	if (sh->ephemeral)
		return FAIL(err, ERR_USAGE,
		    ".pad keeps a file, and --ephemeral leaves none: see .edit");
	rc = pad_path(sh, &path, err);
	if (rc == 0)
		rc = edit_pad(sh, buf_text(&path), err);
	buf_release(&path);
	return rc;
}

const struct command dot_pad = {
	.name = "pad",
	.usage = "",
	.summary = "edit the process's pad in $VISUAL and evaluate it",
	.exec = exec_pad,
};
