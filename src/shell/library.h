/*
 * library - which library a process runs, and the evaluation that gives it that
 * of this program.
 *
 * A process begins with the library of its module. One that was moved on says so
 * itself: require(".process").library is the id of what it has now. What does it
 * is an evaluation like any other, with all files of the library in it, so it is
 * the same wherever the log is evaluated. See lua/update/update.lua.
 */
#ifndef SHELL_LIBRARY_H
#define SHELL_LIBRARY_H

#include "shell/shell.h"

enum library_state {
	LIBRARY_CURRENT, /* that of this program */
	LIBRARY_OTHER,   /* another one, or it cannot be told */
	LIBRARY_NONE     /* the machine is not one that it runs on */
};

/* Of the session's process, or its draft; `module` is what it began with. What
 * the lookup gives. */
int library_ask(struct shell *sh, enum library_state *out, struct id *module,
    struct error *err);
/* Append the text of the evaluation. */
void library_text(struct buf *out);

#endif
