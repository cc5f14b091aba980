/*
 * repl - the interactive shell: prompt, typing, answers, the feed.
 */
#ifndef SHELL_REPL_H
#define SHELL_REPL_H

#include "shell/shell.h"

/* Talk with the connected process until the user leaves; an exit code. */
int repl_run(struct shell *sh, struct error *err);

#endif
