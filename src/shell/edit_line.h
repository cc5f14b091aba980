/*
 * edit_line - draws the line that readline edits: in colours, with hints, and
 * entries of several lines with a prompt before each.
 *
 * On a terminal that does not know the sequences for it readline draws, as it
 * always does. Nothing else may write to the terminal between two keys, unless
 * the line is taken off the screen before and put back after. While the pane is
 * open the same is done on its screen (split.h).
 */
#ifndef SHELL_EDIT_LINE_H
#define SHELL_EDIT_LINE_H

#include "base/span.h"

struct shell;

/*
 * Take the drawing, if the terminal is fit for it. Before readline is given its
 * handler; the shell must outlive it.
 */
void edit_line_init(struct shell *sh);
/* Whether we draw now: not on a dumb terminal. */
bool edit_line_is_drawn(void);

/* Take the line off the screen: the cursor is where it began. */
void edit_line_hide(void);
/* Put it there again, where the cursor is. */
void edit_line_show(void);
/* It is over, and stays on the screen; the cursor goes below it. */
void edit_line_leave(void);
/*
 * Say something above the line, which stays there as it is, and comes again
 * below; the text ends with a line feed.
 */
void edit_line_print(struct span text);
/* How many rows such a text may have to be seen whole; at least 1. */
size_t edit_line_rows_above(void);
/* The terminal was given to another, and its cursor is at a fresh row. */
void edit_line_forget(void);
/* The terminal may have another size; edit_line_turn() may have to follow. */
void edit_line_resize(void);
/* Give readline the keys that are there. */
void edit_line_keys(void);
/* Milliseconds until edit_line_turn() is due; -1: it is not. */
int edit_line_wait_ms(void);
/* Go on without what the terminal does not say, when it is due. */
void edit_line_turn(void);
/* The screen is cleared, but for the line. */
void edit_line_clear_screen(void);

#endif
