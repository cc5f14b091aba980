/*
 * width - UTF-8 text and the cells that it takes on a terminal.
 *
 * Widths come from the C library's tables, so setlocale(LC_CTYPE) decides what
 * is known; without a UTF-8 locale every character counts as one cell.
 */
#ifndef TERM_WIDTH_H
#define TERM_WIDTH_H

#include "base/span.h"

enum {
	CHAR_BROKEN = 0xfffd /* stands for a sequence that is no UTF-8 */
};

/*
 * The character at *at, which moves behind it; CHAR_BROKEN and *valid false
 * for a bad sequence. *at must be below the length.
 */
uint32_t char_next(struct span text, size_t *at, bool *valid);

/* Cells of one character: 0 (combining, control), 1 or 2. */
unsigned char_width(uint32_t c);
/* Cells of a text; SGR sequences take none. */
size_t text_width(struct span text);
/* How many bytes from the front fit into that many cells; cuts no character. */
size_t text_fit(struct span text, size_t columns);
/* Length of the SGR sequence (ESC [ … m) at the front; 0: there is none. */
size_t sgr_length(struct span text);

#endif
