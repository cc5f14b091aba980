/*
 * load - Lua files as evaluations, with the modules that they require.
 *
 * In the process each file is a chunk of its own name, so that an error in it
 * names the file and its line, be it now or later in a handler that the file
 * has made: nothing has to be kept here for that.
 *
 * A process remembers the digests of the modules that it was given
 * (package.digests); only those that it does not have are sent again.
 */
#ifndef SHELL_LOAD_H
#define SHELL_LOAD_H

#include "shell/bundle.h"
#include "shell/shell.h"

struct file_watch;

struct load_options {
	bool full; /* send every module */
	bool dry;  /* evaluate and keep nothing */
	/* gets each file that was read; NULL: nobody looks */
	struct file_watch *watch;
};

/*
 * Evaluate a file in the session's process. 0; a positive exit code when it
 * failed and that was shown; ERR_USAGE, ERR_FORMAT as of bundle_add(), and
 * what an evaluation gives.
 */
int load_file(struct shell *sh, const char *path, const struct load_options *o,
    struct error *err);
/* The same for a text that was a file of that name. */
int load_text(struct shell *sh, const char *name, struct span text,
    const struct load_options *o, struct error *err);
/* The same as load_file(), but only write the text of the evaluation, whole. */
int load_bundle(struct shell *sh, const char *path, struct buf *out,
    struct error *err);

#endif
