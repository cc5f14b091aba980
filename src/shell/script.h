/*
 * script - statements and dot commands from a file, a pipe or a text, one
 * after the other.
 *
 * Results are written as they come. The first failure ends the script, unless
 * --keep-going.
 */
#ifndef SHELL_SCRIPT_H
#define SHELL_SCRIPT_H

#include "shell/shell.h"

/*
 * 0; the exit code of the first failure, which was shown; -1 when reading
 * failed. `name` is for messages, and a first line "#!" is skipped.
 */
int script_run_fd(struct shell *sh, int fd, const char *name,
    struct error *err);
/* The same for a file; "-" is standard input. */
int script_run_file(struct shell *sh, const char *path, struct error *err);
/* The same for a text, borrowed. */
int script_run_text(struct shell *sh, const char *name, struct span text,
    struct error *err);

#endif
