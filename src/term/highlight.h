/*
 * highlight - the colours of a line while it is typed.
 */
#ifndef TERM_HIGHLIGHT_H
#define TERM_HIGHLIGHT_H

#include "term/lua_lexer.h"
#include "term/style.h"

enum ink {
	INK_NONE,
	INK_KEYWORD,
	INK_STRING,
	INK_NUMBER,
	INK_COMMENT,
	INK_COMMAND, /* the word of a dot command */
	INK_MATCH,   /* the bracket or word at the cursor, and its other half */
	INK_STRAY,   /* closes what is not open */
	INK_HINT,    /* what might be typed */
	INKS
};

struct style ink_style(enum ink ink);

struct highlight {
	struct lua_lexer lexer; /* as the lines before left it */
	bool first;             /* no line is before: it may be a dot command */
	/* where the cursor is, or beyond the text: nothing is matched */
	size_t point;
};

/* Give each byte of `text` its ink: inks[0 … text.len - 1]. */
void highlight(const struct highlight *h, struct span text, uint8_t *inks);

#endif
