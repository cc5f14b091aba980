/*
 * failure - the Error of a result, taken apart for the user.
 *
 * The process library puts what was printed before the error in front of it,
 * with a red "error:" between, and Lua puts places in front of each text. Only
 * places in evaluated code ([string "aos"]) and in files that were loaded
 * (lib/x.lua) can be the user's.
 */
#ifndef SHELL_FAILURE_H
#define SHELL_FAILURE_H

#include "base/buf.h"

/* Where a piece of code stands: "chat.lua", from line 7 on. */
struct source {
	const char *name;  /* NULL: it was typed */
	size_t first_line; /* of the file, counted from 1 */
	struct span text;
	/* The file that it loads, as its places name it: load.h. NULL: it is the
	 * code itself. */
	const char *chunk;
};

struct failure {
	struct span printed; /* borrowed; before the error */
	struct buf text;     /* owned: the error without places */
	struct buf file;     /* owned: whose line it is; empty: the source's */
	size_t line;         /* of the code, from 1; 0: not known */
};

/*
 * Take `error` apart. A place counts when it is in a file that was loaded, or
 * lies inside `source`; the last such is taken. Release with failure_release().
 */
void failure_parse(struct span error, const struct source *source,
    struct failure *out);
/* Release what failure_parse() filled in. */
void failure_release(struct failure *f);

/* Lines of `text`; a line feed at its end begins none. */
size_t line_count(struct span text);
/* The line of `text` with that number, from 1; empty when there is none. */
struct span line_of(struct span text, size_t number);
/*
 * The compiler's "3: unexpected symbol near '='" in two: its line (1 when it
 * says none) and the rest.
 */
size_t syntax_line(const char *message, const char **text);
/* Bytes of that line in front of the place that the message means. */
size_t syntax_column(struct span code, size_t line, const char *message);

#endif
