/*
 * error - what went wrong, for callers to act on and for people to read.
 *
 * A function that can fail returns 0, or -1 and fills in `err`; on failure its
 * outputs are untouched. Each level adds where it was, from outside in, so a
 * text reads "cannot load 'x.lua': slot 7: disk full": lower case, no full
 * stop, subjects in quotes. `err` is never NULL.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum error_code {
	ERR_NONE,
	ERR_USAGE,  /* the caller asked for something that is not offered */
	ERR_FORMAT, /* input breaks a rule of its format */
	ERR_SHORT,  /* input ends too early */
	ERR_LIMIT,  /* input is larger than a stated limit */
	ERR_UNSUPPORTED, /* well formed, but of a kind that is not handled */
	ERR_SIGNATURE,   /* a signature does not verify */
	ERR_NOT_FOUND,   /* no such process, message, slot or file */
	ERR_EXISTS,      /* it is there already */
	ERR_DENIED,      /* the signer may not do this */
	ERR_WALLET,      /* a key file is missing, broken or unreadable */
	ERR_STORE,       /* data directory or store: cannot be used */
	ERR_FULL,        /* no space left on the device */
	ERR_BUSY,        /* another program owns the store */
	ERR_GONE,        /* the other side of a connection went away, or an
	                  * address of the network is not to be had */
	ERR_EVAL,        /* the machine could not evaluate at all */
	ERR_TIMEOUT,     /* not within the time that was allowed */
	ERR_INTERRUPTED, /* stopped from outside */
	ERR_SYSTEM,      /* an operating system call failed */
};

struct error {
	enum error_code code; /* what a caller may act on */
	char text[240];       /* what a person reads; cut, never overrun */
};

/*
 * Failing is one expression, and compilers see that it is -1.
 * FAIL starts a text, FAIL_IN puts a place in front of the one there is,
 * FAIL_ERRNO starts a text and adds what errno means.
 */
#define FAIL(err, code, ...) (error_set(err, code, __VA_ARGS__), -1)
#define FAIL_IN(err, ...) (error_prefix(err, __VA_ARGS__), -1)
#define FAIL_ERRNO(err, code, ...) (error_set_errno(err, code, __VA_ARGS__), -1)

/* Set code and text; what stood there is lost. Called through FAIL(). */
void error_set(struct error *err, enum error_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Like error_set, then ": " and the text of errno as it was on entry. */
void error_set_errno(struct error *err, enum error_code code, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
/* Put "<text>: " in front of what `err` says; its code stays. */
void error_prefix(struct error *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * For our own mistakes, never for input; stays on in releases. Prints the
 * condition and its place on stderr and aborts.
 */
#define ASSERT(x) \
	((x) ? (void)0 : assert_failed(#x, __FILE__, __LINE__, __func__))
/* What ASSERT() calls; nobody else does. */
_Noreturn void assert_failed(const char *condition, const char *file, int line,
    const char *function);

#endif
