/*
 * style_rows - text as rows of a terminal of a given width: what each cell shows
 * and how it looks, whoever draws them.
 *
 * A row may be written as it is: no control characters, nothing that turns text
 * round, never wider than asked for, no character cut. A row that goes on in the
 * next one is full, so that a terminal wraps it by itself and knows, when its
 * size changes, that the two are one.
 */
#ifndef TERM_STYLE_ROWS_H
#define TERM_STYLE_ROWS_H

#include "term/style.h"

/* Text that looks alike. */
struct style_run {
	size_t end; /* in the text; it begins where the one before ends */
	struct style style;
};

struct style_row {
	size_t from; /* in the text */
	size_t len;
	size_t cells;
	size_t runs; /* the first of its runs */
	bool wraps;  /* the next one belongs to the same line */
};

struct style_rows {
	size_t width;
	struct buf text;
	struct style_run *runs;
	size_t run_count;
	size_t run_room;
	struct style_row *rows;
	size_t count; /* at least 1 */
	size_t room;
	size_t row; /* the cursor's, where one was put */
	size_t column;
	bool mark; /* the cursor goes on what is put next */
};

/* One empty row; `width` 0 counts as 1. Release with style_rows_release(). */
void style_rows_init(struct style_rows *r, size_t width);
/* Free it; all zeroes may be released, too. */
void style_rows_release(struct style_rows *r);

/* End the row: what is put next begins a line. */
void style_rows_break(struct style_rows *r);
/*
 * Put down the character at *at, which moves behind it, or what stands for one
 * that a terminal may not get.
 */
void style_rows_next(struct style_rows *r, struct style style, struct span text,
    size_t *at);
/* Put down text that is harmless and known to fit into the row. */
void style_rows_put(struct style_rows *r, struct style style, struct span text);
/*
 * Put down a text of strangers: its line feeds begin rows, its colours are kept.
 * `style` is how it begins, and then how it ends.
 */
void style_rows_text(struct style_rows *r, struct style *style,
    struct span text);
/* Put the cursor behind all; behind a full row it gets a row of its own. */
void style_rows_cursor(struct style_rows *r);

/* What a row shows, without its looks; borrowed. */
struct span style_rows_at(const struct style_rows *r, size_t row);
/* How many runs a row has, from rows[row].runs on. */
size_t style_rows_runs(const struct style_rows *r, size_t row);
/* Whether rows of two texts look the same. */
bool style_rows_same(const struct style_rows *a, size_t i,
    const struct style_rows *b, size_t j);
/* Append a row for a terminal that knows the sequences of ANSI. */
void style_rows_write(const struct style_rows *r, size_t row, struct buf *out);

#endif
