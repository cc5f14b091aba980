/*
 * table - columns that line up, for people.
 */
#ifndef SHELL_TABLE_H
#define SHELL_TABLE_H

#include "shell/output.h"

enum {
	TABLE_COLUMNS_MAX = 8
};

struct table {
	size_t columns;
	struct buf cells; /* blocks, row by row */
	size_t width[TABLE_COLUMNS_MAX];
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
 * Write it; only titles: nothing. On a terminal of `screen` columns (0: any
 * width) rows are cut there.
 */
void table_show(struct table *t, struct output *to, size_t screen);
/* Columns of the terminal behind `to`; 0: it is none, or does not say. */
size_t screen_columns(const struct output *to);

#endif
