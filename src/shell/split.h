/*
 * split - the pane above, the prompt below, both live.
 *
 * While it is open the screen belongs to it: readline edits, and draws nothing;
 * what the shell would write goes into a transcript in the middle, whose end is
 * written to the terminal when it is closed. There is one at a time, and the
 * loop of the prompt (repl.c) drives it.
 */
#ifndef SHELL_SPLIT_H
#define SHELL_SPLIT_H

#include "shell/shell.h"

/*
 * Split the terminal; readline has it, and is between two keys. ERR_USAGE: it
 * cannot be drawn on.
 */
int split_open(struct shell *sh, struct error *err);
/*
 * Give the terminal back to readline; `hurry`: a signal ends the program, so
 * little of the transcript is left there. Does nothing when it is not open.
 */
void split_close(bool hurry);
bool split_is_open(void);

/* Readable when the pane has news; -1: do not wait for that now. */
int split_fd(void);
/* Milliseconds until split_turn() is due; -1: never. */
int split_wait_ms(void);
/* Take news and draw, as far as it is due. */
void split_turn(bool news);
/* The keys that are there, for the pane or for readline. */
void split_keys(void);
/* F2: to the pane, and back. */
void split_focus(void);
/* The line is over, and belongs to the transcript as `text`. */
void split_echo(struct span text);
/* Add a text to the transcript, and how many rows of it are seen. */
void split_say(struct span text);
size_t split_rows_above(void);
/* Draw the screen anew, and of the transcript only what comes. */
void split_clear(void);
/* There is a prompt again, or another one. */
void split_prompt(void);
/* The terminal has another size. */
void split_resize(void);
/* Ctrl-Z. */
void split_stop(void);

#endif
