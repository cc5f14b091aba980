/*
 * child - a program that the user names, run with the terminal in its hands.
 *
 * Its standard output and error are ours. Ctrl-C and Ctrl-Z go to it and to us
 * alike: the first is taken off, the second stops us with it.
 */
#ifndef SHELL_CHILD_H
#define SHELL_CHILD_H

#include "base/error.h"
#include "base/span.h"

/* What sh gives where there is no such program. */
enum {
	CHILD_NO_PROGRAM = 127
};

/*
 * Run `command` by sh. `input` is what it reads, as far as it wants; NULL: it
 * has our standard input. `file` is one more argument of the command; NULL:
 * none. Gives its exit status, 128 + N for a signal. ERR_SYSTEM.
 */
int child_run(const char *command, const struct span *input, const char *file,
    struct error *err);

#endif
