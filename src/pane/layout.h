/*
 * layout - which row of the screen is for what, however few there are.
 */
#ifndef PANE_LAYOUT_H
#define PANE_LAYOUT_H

#include <stddef.h>

/* Rows from 0 on; -1: there is no room for it. */
struct layout {
	int header;
	int titles;
	int body; /* the first one, of `rows` */
	int rows;
	int footer;
};

/* Of a screen of so many rows, at least 1. */
struct layout layout_make(int rows);
/*
 * Move the first row shown as little as needed for row `at` of `count` to be
 * among the `rows` shown, and no room to be wasted at the end.
 */
size_t layout_scroll(size_t top, size_t at, size_t count, int rows);

#endif
