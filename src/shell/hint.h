/*
 * hint - what may come behind the line that is being typed: the arguments of a
 * dot command, of a function of the process library, the members of a message.
 */
#ifndef SHELL_HINT_H
#define SHELL_HINT_H

#include "base/buf.h"

/*
 * Append the hint for a `line` with the cursor at its end, mostly nothing.
 * `before` is what was typed of the same piece of Lua on lines before.
 */
void hint_make(struct span before, struct span line, struct buf *out);
/* The same of a line in .editor: what looks like a dot command is text there. */
void hint_in_editor(struct span line, struct buf *out);

#endif
