/*
 * output - stdout and stderr, gathered and written in one go.
 *
 * Results go to stdout, all else to stderr. A failed write is remembered and
 * everything after it dropped, so that callers look once, at the end.
 */
#ifndef SHELL_OUTPUT_H
#define SHELL_OUTPUT_H

#include "base/buf.h"
#include "base/error.h"
#include "term/attr.h"

struct output {
	int fd;
	bool terminal;
	bool color;
	/* nothing is written before it is released: output_flush() gathers on */
	bool hold;
	bool lines;       /* tables go out a cell per line */
	int failed;       /* errno of the first failed write, or 0 */
	const char *name; /* for messages; borrowed; NULL: that of the fd */
	struct buf pending;
	/* takes what would be written, when somebody else has the terminal */
	void (*sink)(void *arg, struct span text);
	void *sink_arg;
};

/* Write to `fd`, borrowed; colours as `mode` and the terminal say. */
void output_init(struct output *o, int fd, enum color_mode mode);
/* Drops what is pending: flush first. */
void output_release(struct output *o);

/* Our own words: written as they are. */
void output_printf(struct output *o, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for bytes. */
void output_span(struct output *o, struct span s);
/* The same in an attribute. */
void output_attr(struct output *o, enum attr a, const char *text);
/*
 * Words of a process: on a terminal made harmless, elsewhere only freed of
 * colours when there are to be none.
 */
void output_foreign(struct output *o, struct span text);

/*
 * Write what is pending, unless it is held. ERR_SYSTEM when this or an earlier
 * write failed.
 */
int output_flush(struct output *o, struct error *err);

#endif
