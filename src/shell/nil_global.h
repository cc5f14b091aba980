/*
 * nil_global - a global that is nil, and the one that was probably meant.
 */
#ifndef SHELL_NIL_GLOBAL_H
#define SHELL_NIL_GLOBAL_H

#include "shell/failure.h"
#include "shell/shell.h"

/*
 * Behind an evaluation in the session's process, of which `result` came: when
 * it failed at a global that is nil, or is nothing but the name of one, and
 * the process has one whose name is a letter away, say so as a note. Asks the
 * process by a dry run; a network only for who sits at a prompt.
 */
void nil_global_hint(struct shell *sh, const struct source *source,
    const struct result *result);

#endif
