/*
 * edit_rows - a line that is being typed, as rows of a terminal: the prompt, the
 * text in its colours, a hint behind it, and where the cursor stands.
 */
#ifndef TERM_EDIT_ROWS_H
#define TERM_EDIT_ROWS_H

#include "term/style_rows.h"

struct edit_text {
	struct span prompt;  /* may have colours */
	struct span text;    /* line feeds begin new lines */
	const uint8_t *inks; /* of each byte of it (highlight.h); NULL: none */
	size_t point;        /* of the cursor, in the text */
	struct span hint;    /* drawn dim behind the text, cut to its row */
	/* append the prompt of line 1, 2, …; NULL: they have none */
	void (*more)(void *arg, size_t line, struct buf *out);
	void *arg;
};

/* Lay out; `width` 0 counts as 1. Release with style_rows_release(). */
void edit_rows_make(const struct edit_text *e, size_t width,
    struct style_rows *out);

#endif
