/*
 * Writing is gathered so that a result is one write: several programs that
 * share a pipe or a log do not tear each other's lines.
 *
 * Process text and our own go two ways: output_printf() writes what we say,
 * output_foreign() makes what others say harmless for a terminal. A pipe gets
 * the bytes as they are, since a program reads them; only colours go when none
 * are wanted.
 */
#include "shell/output.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "term/escape.h"

enum {
	WRITE_WHEN = 64 << 10, /* bytes pending */
	HOLD_MAX = 16 << 20    /* more than that is held for nobody */
};

void
output_init(struct output *o, int fd, enum color_mode mode)
{
	*o = (struct output){ .fd = fd };
	o->terminal = isatty(fd);
	o->color = color_wanted(mode, fd);
}

void
output_release(struct output *o)
{
	buf_release(&o->pending);
}

/* A descriptor that somebody else made non-blocking is waited for. */
static void
write_all(struct output *o)
{
	struct span rest = buf_span(&o->pending);

	if (o->sink) {
		o->sink(o->sink_arg, rest);
		rest.len = 0;
	}
	while (rest.len && !o->failed) {
		ssize_t n = write(o->fd, rest.p, rest.len);

		if (n >= 0) {
			rest = span_from(rest, (size_t)n);
		} else if (errno == EAGAIN) {
			struct pollfd p = { .fd = o->fd, .events = POLLOUT };

			poll(&p, 1, -1);
		} else if (errno != EINTR) {
			o->failed = errno;
		}
	}
	buf_clear(&o->pending);
}

/* Enough has gathered. */
static void
write_some(struct output *o)
{
	if (o->pending.len >= (o->hold ? HOLD_MAX : WRITE_WHEN))
		write_all(o);
}

void
output_span(struct output *o, struct span s)
{
	buf_add_span(&o->pending, s);
	write_some(o);
}

void
output_printf(struct output *o, const char *fmt, ...)
{
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	output_span(o, span_text(text));
	free(text);
}

/* One attribute at a time; none is left on behind the text. */
void
output_attr(struct output *o, enum attr a, const char *text)
{
	output_printf(o, "%s%s%s", attr_on(o->color, a), text,
	    attr_off(o->color));
}

void
output_foreign(struct output *o, struct span text)
{
	if (o->terminal)
		escape_text(text, o->color ? ESCAPE_COLOR : 0, &o->pending);
	else if (o->color)
		buf_add_span(&o->pending, text);
	else
		escape_strip_color(text, &o->pending);
	/* a colour that was left on would run into what follows */
	if (o->color && text.len && memchr(text.p, 0x1b, text.len))
		buf_add_text(&o->pending, attr_off(true));
	write_some(o);
}

int
output_flush(struct output *o, struct error *err)
{
	if (!o->hold)
		write_all(o);
	if (!o->failed)
		return 0;
	errno = o->failed;
	if (o->name)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot write '%s'",
		    o->name);
	return FAIL_ERRNO(err, ERR_SYSTEM, "cannot write %s",
	    o->fd == STDOUT_FILENO ? "standard output" : "standard error");
}
