/*
 * style - how a cell of a terminal looks, out of SGR sequences and into them.
 *
 * All zeroes is how a terminal shows what nothing was said about.
 */
#ifndef TERM_STYLE_H
#define TERM_STYLE_H

#include "base/buf.h"

enum style_flag {
	STYLE_BOLD = 1 << 0,
	STYLE_DIM = 1 << 1,
	STYLE_ITALIC = 1 << 2,
	STYLE_UNDERLINE = 1 << 3,
	STYLE_BLINK = 1 << 4,
	STYLE_REVERSE = 1 << 5,
	STYLE_STRIKE = 1 << 6
};

enum {
	STYLE_RGB = 1 << 24 /* the rest of the colour is red, green, blue */
};

struct style {
	unsigned flags;
	/* 0: the terminal's own; n + 1: n of its palette; STYLE_RGB | 0xRRGGBB */
	unsigned color;
	unsigned background;
};

bool style_equal(struct style a, struct style b);
/* Change it as a sequence says, ESC [ … m; what it has of no use is left out. */
void style_apply(struct style *s, struct span sgr);
/* Append the sequences that make a terminal without style show it. */
void style_write(struct style s, struct buf *out);
/* A colour as one of the 256 of a palette; -1: the terminal's own. */
int style_palette(unsigned color);

#endif
