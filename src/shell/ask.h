/*
 * ask - what a process says to a few lines of Lua, of which nothing stays.
 */
#ifndef SHELL_ASK_H
#define SHELL_ASK_H

#include "shell/shell.h"

/*
 * Evaluate `code` in the session's process, or in its draft, by a dry run, and
 * append what it gives as text. False: it could not be run, or a network took
 * more than two seconds; nothing is appended when it failed.
 */
bool ask_session(struct shell *sh, struct span code, struct buf *answer);

#endif
