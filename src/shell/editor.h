/*
 * editor - the program with which the user edits files: that of $VISUAL, else of
 * $EDITOR, else vi.
 */
#ifndef SHELL_EDITOR_H
#define SHELL_EDITOR_H

#include "base/error.h"

/* Edit a file, until the program ends. ERR_USAGE: it ended with a failure. */
int editor_run(const char *path, struct error *err);

#endif
