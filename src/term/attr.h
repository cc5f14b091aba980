/*
 * attr - how our own words look on a terminal: colours, and whether at all.
 */
#ifndef TERM_ATTR_H
#define TERM_ATTR_H

#include <stdbool.h>

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

/* The sequence that starts an attribute; "" when `color` is false. */
const char *attr_on(bool color, enum attr a);
/* The sequence that ends any; "" when `color` is false. */
const char *attr_off(bool color);

#endif
