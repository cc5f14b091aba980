/*
 * text_rows - a text of strangers as rows of a given width.
 *
 * Rows may be drawn as they are: no control characters, nothing that turns text
 * round, no row wider than asked for.
 */
#ifndef PANE_TEXT_ROWS_H
#define PANE_TEXT_ROWS_H

#include "pane/line.h"

enum {
	TEXT_ROWS_MAX = 20000,
	TEXT_DATA_MAX = 256 << 10 /* bytes of one text that are shown */
};

struct text_row {
	size_t from;
	size_t len;
	enum look look;
};

struct text_rows {
	size_t width;
	struct buf text;
	struct text_row *rows;
	size_t count;
};

/* `width` 0 counts as 1. */
void text_rows_init(struct text_rows *t, size_t width);
void text_rows_release(struct text_rows *t);
/* Append a text: its lines, broken where they are too wide. */
void text_rows_add(struct text_rows *t, enum look look, struct span text);
/* In our own words; one line. */
void text_rows_printf(struct text_rows *t, enum look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Data of any kind: JSON in a readable form, text, or bytes in hexadecimal. */
void text_rows_add_data(struct text_rows *t, struct span data);
/* The text of a row; borrowed. */
struct span text_rows_at(const struct text_rows *t, size_t row);

#endif
