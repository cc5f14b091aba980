/*
 * edit_window - draws rows on a terminal, again after each key.
 *
 * What a terminal shows of rows may be a part of them: those from `top` on,
 * `height` at most.
 */
#ifndef TERM_EDIT_WINDOW_H
#define TERM_EDIT_WINDOW_H

#include "term/style_rows.h"

struct edit_window {
	const struct style_rows *rows;
	size_t top;
	size_t height;
};

/* The part of the rows that has the cursor in it. */
struct edit_window edit_window(const struct style_rows *r, size_t height);
/* How many rows it shows. */
size_t edit_window_shown(const struct edit_window *w);
/*
 * Append what makes a terminal show `now` instead of `before` (rows NULL:
 * nothing is shown, and the cursor stands where it is to begin), and moves the
 * cursor from *at, counted from the first row that is shown, to its place.
 */
void edit_window_draw(const struct edit_window *before,
    const struct edit_window *now, size_t *at, struct buf *out);

#endif
