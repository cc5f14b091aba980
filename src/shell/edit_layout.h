/*
 * edit_layout - the line that readline edits, laid out for whoever draws it: the
 * terminal alone (edit_line.c), or the screen that the pane has (split.c).
 *
 * Prompt and text in colours, the bracket at the cursor with its other half, a
 * hint; of an entry of several lines a prompt before each.
 */
#ifndef SHELL_EDIT_LAYOUT_H
#define SHELL_EDIT_LAYOUT_H

#include "term/style_rows.h"

struct shell;

enum edit_flag {
	EDIT_FINAL = 1 << 0,  /* it is over: nothing speaks of the cursor */
	EDIT_NO_HINT = 1 << 1 /* one could not be told from what is typed */
};

/* The line as rows, with the cursor. Release them with style_rows_release(). */
void edit_layout(const struct shell *sh, size_t width, unsigned flags,
    struct style_rows *out);
/*
 * Append the line as it is when it is over: text with colours, which somebody
 * else breaks into rows of so many columns.
 */
void edit_layout_text(const struct shell *sh, size_t columns, struct buf *out);
/*
 * Append what the mode of editing has for the terminal that takes no cells, such
 * as the shape of the cursor, as the user's inputrc has it.
 */
void edit_layout_mode(struct buf *out);

#endif
