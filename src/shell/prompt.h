/*
 * prompt - what stands before the line: the process's own prompt, or one in the
 * user's form; and of lines that go on, what is open there.
 *
 * A form is a text with %n name, %i messages in the inbox, %s slot, %m mode of
 * results, %d "draft" in a draft, %? exit code of the last line, %% a percent. A
 * blank comes behind it.
 */
#ifndef SHELL_PROMPT_H
#define SHELL_PROMPT_H

#include "base/buf.h"

struct shell;

/* Append it, with colours marked so that readline does not count them. */
void prompt_make(const struct shell *sh, struct buf *out);
/*
 * The same of a line inside `open` ("function", "(", or empty: that is not
 * known), under the first one where there is room for that in `columns`.
 */
void prompt_more(const struct shell *sh, struct span open, size_t columns,
    struct buf *out);
/* False: there is a % in it that means nothing. */
bool prompt_form_check(struct span form);

#endif
