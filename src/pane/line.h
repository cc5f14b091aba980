/*
 * line - one row of the screen as text and looks, before it is drawn.
 *
 * Foreign text goes in through line_add(), which makes it harmless: no control
 * character, nothing that turns text round, nothing broken. What is in a line
 * may be drawn as it is.
 */
#ifndef PANE_LINE_H
#define PANE_LINE_H

#include "base/buf.h"

enum look {
	LOOK_PLAIN,
	LOOK_DIM,
	LOOK_TITLE,
	LOOK_ERROR,
	LOOK_GOOD,
	LOOK_ID,
	LOOK_WARN,
	LOOK_BAR,  /* header and footer */
	LOOK_NAME, /* the first of several, to tell processes apart */
	LOOK_NAME_LAST = LOOK_NAME + 5,
	LOOKS
};

enum {
	LINE_PARTS_MAX = 24
};

struct line_part {
	size_t end; /* in the text */
	enum look look;
};

struct line {
	struct buf text;
	size_t count;
	struct line_part parts[LINE_PARTS_MAX];
};

#define LINE_INIT            \
	{                    \
		BUF_INIT, 0, \
		{            \
		}            \
	}

void line_release(struct line *l);
/* Empty it, keep the memory. */
void line_clear(struct line *l);
/*
 * Append foreign text in exactly `columns` cells, cut or padded, and a blank
 * behind it; 0: all of it as it is, without a blank.
 */
void line_add(struct line *l, enum look look, size_t columns, struct span text);
/* Append our own words. */
void line_printf(struct line *l, enum look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Make each character of a text from there on that is no ASCII a "?". */
void line_make_ascii(struct buf *text, size_t from);

#endif
