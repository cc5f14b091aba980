/*
 * escape - text from processes on its way to the user's terminal.
 *
 * A terminal obeys what it is sent, so nothing but colours may pass: every
 * other control character is shown (^[ for ESC), invalid UTF-8 becomes U+FFFD
 * and characters that turn the direction of text are named.
 */
#ifndef TERM_ESCAPE_H
#define TERM_ESCAPE_H

#include "base/buf.h"

enum escape_flag {
	ESCAPE_COLOR = 1 << 0,    /* keep SGR sequences; else they vanish */
	ESCAPE_ONE_LINE = 1 << 1, /* show line feeds and tabs as ^J and ^I */
	ESCAPE_PROMPT = 1 << 2,   /* mark SGR sequences with \001 … \002 */
};

/* Append `text`, made harmless. */
void escape_text(struct span text, unsigned flags, struct buf *out);
/* Append `text` without its SGR sequences and otherwise as it is. */
void escape_strip_color(struct span text, struct buf *out);

#endif
