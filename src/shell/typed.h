/*
 * typed - what becomes of a line that was typed: its place in the history, the
 * pieces of Lua in it, and what comes of them.
 */
#ifndef SHELL_TYPED_H
#define SHELL_TYPED_H

#include "shell/history.h"
#include "shell/shell.h"

/* All zeroes but `sh` to start with; release with typed_release(). */
struct typed {
	struct shell *sh;
	struct history history;
	bool opened;
	struct id process; /* whose history is loaded, when one is */
	struct buf entry;  /* typed for the open piece so far */
};

/* Run a line, or several: pasted, recalled, edited as one. */
void typed_take(struct typed *t, const char *line);
/* Drop the piece that is open, and leave the editor; false: there is none. */
bool typed_drop(struct typed *t);
/* Say once what would be lost if the shell ended now; false: nothing, or that
 * was said. */
bool typed_warn(struct typed *t);
/* Behind each piece: what went wrong, and all that was printed. */
void typed_report(struct typed *t, int rc, const struct error *err);

/* Load the history of the process; after .use it is another. */
void typed_follow(struct typed *t);
/* Add what other windows typed, before the history is looked at. */
void typed_share(struct typed *t);
void typed_release(struct typed *t);

#endif
