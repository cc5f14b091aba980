/*
 * attr - how our own words look on a terminal: colours, and whether at all.
 */
#ifndef TERM_ATTR_H
#define TERM_ATTR_H

#include <stdbool.h>

#include "base/buf.h"

enum color_mode {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER
};

enum attr {
	ATTR_NONE,
	ATTR_ERROR,
	ATTR_DIM,
	ATTR_ID,
	ATTR_TITLE
};

/* "auto", "always", "never"; false: none of them. */
bool color_mode_parse(const char *word, enum color_mode *mode);
/*
 * Whether to write colours to `fd`. Auto: it is a terminal that is not dumb
 * and NO_COLOR is not set, or CLICOLOR_FORCE is.
 */
bool color_wanted(enum color_mode mode, int fd);

/*
 * Take a theme: words such as "error=bold+red id=38", where a style is none, or
 * made of bold, dim, underline, reverse, a colour's name, bright- and one, or a
 * number up to 255. Names are error, dim, id, title; what is not named stays.
 * False, and nothing changes: it is none. Before any other thread runs.
 */
bool attr_theme_set(struct span theme);
/* Whether that would take it. */
bool attr_theme_check(struct span theme);

/* The sequence that starts an attribute; "" when `color` is false. */
const char *attr_on(bool color, enum attr a);
/* The sequence that ends any; "" when `color` is false. */
const char *attr_off(bool color);

#endif
