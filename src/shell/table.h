/*
 * table - columns that line up, for people.
 */
#ifndef SHELL_TABLE_H
#define SHELL_TABLE_H

#include "shell/output.h"

enum {
	TABLE_COLUMNS_MAX = 24
};

struct table {
	size_t columns;
	/* so many from the first on stay whole on a screen that has room for
	 * them, and those behind them go, the last one first; 0: all stay */
	size_t whole;
	struct buf cells; /* blocks, row by row */
	size_t width[TABLE_COLUMNS_MAX];
	size_t shown; /* of the columns */
};

/* Start with a row of titles, NULL behind the last. */
void table_init(struct table *t, const char *const *titles);
/* Release the cells. */
void table_release(struct table *t);
/* The next cell; what is foreign is made harmless and one line. */
void table_add(struct table *t, struct span text);
/* A cell in our own words. */
void table_printf(struct table *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/*
 * Write it, as lines where `to` wants these; only titles: nothing. On a
 * terminal of `screen` columns (0: any width) columns go, see `whole`, and then
 * the widest ones are made narrower until it fits: of an id the ends stay. What
 * is too wide even so is cut.
 */
void table_show(struct table *t, struct output *to, size_t screen);
/* Columns of the terminal behind `to`; 0: it is none, or does not say. */
size_t screen_columns(const struct output *to);

#endif
