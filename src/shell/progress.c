/*
 * The line is drawn in place of the last one, and nothing else is written to
 * the terminal meanwhile: who has something to say ends the line first.
 */
#include "shell/progress.h"

#include <inttypes.h>

#include "base/clock.h"

enum {
	NS_PER_MS = 1000 * 1000,
	PERCENT = 100,
	MINUTE = 60,
	NS_PER_S = 1000 * 1000 * 1000,
};

void
progress_init(struct progress *p, struct output *to, const char *what,
    uint64_t total)
{
	*p = (struct progress){ .to = to->terminal ? to : NULL,
		.what = what,
		.total = total,
		.start_ns = clock_now_ns() };
}

double
progress_rate(const struct progress *p, uint64_t done)
{
	double seconds = (double)(clock_now_ns() - p->start_ns) / NS_PER_S;

	return seconds > 0 ? (double)done / seconds : 0;
}

/* The first drawing comes a while after the start: short work shows nothing. */
void
progress_draw(struct progress *p, uint64_t done)
{
	uint64_t now = clock_now_ns();
	uint64_t last = p->drawn_ns ? p->drawn_ns : p->start_ns;
	double rate = progress_rate(p, done);
	uint64_t left;
	struct error ignored;

	if (!p->to || now - last < PROGRESS_MS * (uint64_t)NS_PER_MS)
		return;
	p->drawn_ns = now;
	output_printf(p->to,
	    "\r\033[K%" PRIu64 " %%  %" PRIu64 " of %" PRIu64
	    " %s  %.0f a second",
	    p->total && done < p->total ? done * PERCENT / p->total : PERCENT,
	    done, p->total, p->what, rate);
	if (rate > 0 && done < p->total) {
		left = (uint64_t)((double)(p->total - done) / rate);
		output_printf(p->to, "  %" PRIu64 ":%02" PRIu64 " left",
		    left / MINUTE, left % MINUTE);
	}
	output_flush(p->to, &ignored);
}

void
progress_end(struct progress *p)
{
	struct error ignored;

	if (!p->to || !p->drawn_ns)
		return;
	p->drawn_ns = 0;
	output_printf(p->to, "\r\033[K");
	output_flush(p->to, &ignored);
}
