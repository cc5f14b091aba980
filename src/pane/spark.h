/*
 * spark - the last minute of a figure as a row of small bars.
 */
#ifndef PANE_SPARK_H
#define PANE_SPARK_H

#include "base/buf.h"

enum {
	SPARK_SAMPLES = 60
};

struct spark {
	double samples[SPARK_SAMPLES];
	size_t count; /* that were ever put in */
};

/* Put in the newest sample; what is below 0 or no number counts as 0. */
void spark_add(struct spark *s, double value);
/* The newest sample; 0: there is none. */
double spark_last(const struct spark *s);
/*
 * Append the newest `columns` samples, one cell each, the highest as a full
 * bar; blanks where there are none. Where the terminal knows ASCII alone, in
 * that.
 */
void spark_write(const struct spark *s, size_t columns, struct buf *out);

#endif
