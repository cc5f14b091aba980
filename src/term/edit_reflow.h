/*
 * edit_reflow - where rows are when a terminal has got another size.
 *
 * Terminals wrap anew what they wrapped before, so that rows become more or
 * fewer, and what has no room goes up into what was there before. Only sizes
 * matter: what stands in the rows does not.
 */
#ifndef TERM_EDIT_REFLOW_H
#define TERM_EDIT_REFLOW_H

#include "term/edit_window.h"

struct edit_size {
	size_t from; /* in the widths */
	size_t count;
	bool wraps; /* the next one belongs to the same line */
};

/* Rows that follow each other; all zeroes to start with. */
struct edit_sizes {
	struct buf widths; /* of each character that takes cells, a byte */
	struct edit_size *list;
	size_t count;
	size_t row; /* the cursor's */
	size_t column;
	bool behind; /* it is behind a full row: its column is not sure */
};

void edit_sizes_release(struct edit_sizes *s);
/* Append the rows of another, … */
void edit_sizes_append(struct edit_sizes *s, const struct edit_sizes *other);
/* … or those that a terminal shows, with the cursor in one of them. */
void edit_sizes_add(struct edit_sizes *s, const struct edit_window *w);
/* Keep the first `count` rows. */
void edit_sizes_keep(struct edit_sizes *s, size_t count);
/* Wrap them as a terminal of that width does; `out` is another. */
void edit_sizes_wrap(const struct edit_sizes *s, size_t width,
    struct edit_sizes *out);

/*
 * Take the first answer to "where is the cursor" (CSI 6 n) out of what was read,
 * both counted from 0; false: there is none.
 */
bool cursor_report_take(struct buf *bytes, size_t *row, size_t *column);
/* How many bytes at the end may be the beginning of one. */
size_t cursor_report_begun(struct span bytes);

#endif
