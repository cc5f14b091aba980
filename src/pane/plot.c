#include "pane/plot.h"

#include <stdlib.h>

enum {
	LEVELS = 8 /* of a cell */
};

void
plot_init(struct plot *p, const double *values, size_t count, unsigned rows)
{
	*p = (struct plot){ .values = values,
		.count = count,
		.low = values[0],
		.high = values[0],
		.rows = rows };
	for (size_t i = 1; i < count; i++) {
		if (values[i] < p->low)
			p->low = values[i];
		if (values[i] > p->high)
			p->high = values[i];
	}
}

/* How much of all rows a value fills, in eighths of a cell; at least one. */
static unsigned
height_of(const struct plot *p, double value)
{
	unsigned all = p->rows * LEVELS;
	/* halves, since a difference of large values may have no number */
	double range = p->high / 2 - p->low / 2;
	double part = range > 0 ? (value / 2 - p->low / 2) / range : 0.5;

	return 1 + (unsigned)(part * (all - 1));
}

void
plot_row(const struct plot *p, unsigned row, struct buf *out)
{
	static const char *const bars[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆",
		"▇", "█" };
	static const char plain[] = " .,:-=+*#";
	unsigned below = (p->rows - 1 - row) * LEVELS;

	for (size_t i = 0; i < p->count; i++) {
		unsigned height = height_of(p, p->values[i]);
		unsigned n = height > below ? height - below : 0;

		if (n > LEVELS)
			n = LEVELS;
		if (MB_CUR_MAX > 1)
			buf_add_text(out, bars[n]);
		else
			buf_add_byte(out, (uint8_t)plain[n]);
	}
}
