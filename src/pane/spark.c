#include "pane/spark.h"

#include <stdlib.h>

enum {
	LEVELS = 8
};

void
spark_add(struct spark *s, double value)
{
	s->samples[s->count++ % SPARK_SAMPLES] = value > 0 ? value : 0;
}

double
spark_last(const struct spark *s)
{
	return s->count ? s->samples[(s->count - 1) % SPARK_SAMPLES] : 0;
}

/* The sample that is so many before the newest; -1: there is none. */
static double
sample(const struct spark *s, size_t back)
{
	if (back >= s->count || back >= SPARK_SAMPLES)
		return -1;
	return s->samples[(s->count - 1 - back) % SPARK_SAMPLES];
}

/* Something is never shown as nothing. */
static size_t
level(double value, double high)
{
	size_t n = high > 0 ? (size_t)(value / high * LEVELS) : 0;

	if (n == 0 && value > 0)
		n = 1;
	return n > LEVELS ? LEVELS : n;
}

void
spark_write(const struct spark *s, size_t columns, struct buf *out)
{
	static const char *const bars[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆",
		"▇", "█" };
	static const char plain[] = " .,:-=+*#";
	double high = 0;

	for (size_t i = 0; i < columns; i++)
		if (sample(s, i) > high)
			high = sample(s, i);
	for (size_t i = columns; i-- > 0;) {
		double value = sample(s, i);
		size_t n = value < 0 ? 0 : level(value, high);

		if (MB_CUR_MAX > 1)
			buf_add_text(out, bars[n]);
		else
			buf_add_byte(out, (uint8_t)plain[n]);
	}
}
