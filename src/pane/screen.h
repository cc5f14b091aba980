/*
 * screen - the whole terminal, by curses. There is one at a time.
 *
 * Only the thread that opened it calls any of this. Between screen_open() and
 * screen_close() nothing else writes to the terminal. However the program ends,
 * a crash included, the terminal is left as it was.
 */
#ifndef PANE_SCREEN_H
#define PANE_SCREEN_H

#include "base/error.h"
#include "pane/line.h"

struct style_rows;

/*
 * Take over the terminal of standard input and output; `color` false: only
 * attributes. ERR_USAGE: it is none, or one that cannot be drawn on.
 */
int screen_open(bool color, struct error *err);
void screen_close(void);

int screen_rows(void);
int screen_columns_all(void);
/* The terminal has another size now. */
void screen_resize(void);
/* Give the terminal back for a while, and take it again. */
void screen_suspend(void);
void screen_resume(void);
/* Draw everything anew with the next frame. */
void screen_redraw(void);
/* Whether the mouse is ours. */
void screen_mouse(bool on);
/* Whether the terminal marks what is pasted (bracketed paste). */
void screen_paste(bool on);

/* The next key (keys.h), or PRESS_NONE; of a click also its row. */
int screen_key(int *row);
/* Draw a line, cut at the screen's edge; `chosen` in reverse. */
void screen_line(int row, const struct line *l, bool chosen);
/* Whether the terminal has dim text. */
bool screen_can_dim(void);
/*
 * Draw row `i` of a text that was laid out for the screen's width, with its
 * colours; one that it does not have is blank.
 */
void screen_row(int row, const struct style_rows *r, size_t i);
/* Show the cursor there; a row of -1: nowhere. */
void screen_cursor(int row, size_t column);
/* Mark where `text` stands in a line that was drawn, in any case. */
void screen_mark(int row, const struct line *l, struct span text);
/* Whether the terminal takes more for now. */
bool screen_is_ready(void);
/* Show what was drawn. */
void screen_flush(void);
/*
 * For handlers of signals that are to end the program: a frame that is being
 * written is written nowhere, or one might wait for a terminal for ever.
 */
void screen_let_go(void);
/* Send the terminal what shows nothing and moves nothing; between frames. */
void screen_send(struct span sequence);
/* Give a text to the terminal's clipboard (OSC 52). */
void screen_copy(struct span text);

#endif
