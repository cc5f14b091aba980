/*
 * plot - figures over time as a picture of bars, a column for each.
 */
#ifndef PANE_PLOT_H
#define PANE_PLOT_H

#include "base/buf.h"

struct plot {
	const double *values; /* finite ones; borrowed */
	size_t count;
	double low;
	double high;
	unsigned rows;
};

/* Find the range of the values. At least one value, and one row. */
void plot_init(struct plot *p, const double *values, size_t count,
    unsigned rows);
/*
 * Append a row, 0 the topmost: a cell for each value, of which even the lowest
 * is seen. Where the terminal knows ASCII alone, in that.
 */
void plot_row(const struct plot *p, unsigned row, struct buf *out);

#endif
