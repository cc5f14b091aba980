/*
 * progress - a line on a terminal's standard error that says how far a long
 * work is: percent, rate, the time that is left. Elsewhere there is none.
 */
#ifndef SHELL_PROGRESS_H
#define SHELL_PROGRESS_H

#include "shell/output.h"

struct progress {
	struct output *to; /* NULL: nobody looks */
	const char *what;  /* "slots" */
	uint64_t total;
	uint64_t start_ns;
	uint64_t drawn_ns; /* 0: nothing stands there */
};

enum {
	PROGRESS_MS = 100 /* between two drawings, at least */
};

/* Begin a work of `total` steps; `to` is looked at, whether it is a terminal. */
void progress_init(struct progress *p, struct output *to, const char *what,
    uint64_t total);
/* So many are done; draws no more often than PROGRESS_MS. */
void progress_draw(struct progress *p, uint64_t done);
/* Take the line away. */
void progress_end(struct progress *p);
/* Steps a second since the start. */
double progress_rate(const struct progress *p, uint64_t done);

#endif
