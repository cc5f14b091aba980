/*
 * pane_memo - memos of the pane as files, beside the histories: ID.pane.
 *
 * A line is a word and what it says: "read 12+1", "feed kind=inbox". Lines that
 * are anything else are left out. Best effort: what cannot be read is as if it
 * were not there, what cannot be written is forgotten.
 */
#ifndef SHELL_PANE_MEMO_H
#define SHELL_PANE_MEMO_H

#include "base/buf.h"
#include "pane/memo.h"
#include "pane/pane.h"
#include "shell/shell.h"

/* Set everything of `m` from a text, whatever it is. */
void memo_parse(struct span text, struct memo *m);
/* Append the text of a memo. */
void memo_format(const struct memo *m, struct buf *out);

/* The memo of a process, and a new one in its place. */
void memo_recall(const struct id *process, struct memo *m);
void memo_remember(const struct id *process, const struct memo *m);

/*
 * How processes are to be shown: on the shell's node, with its colours, signals
 * and memos. Borrows `ids` and the shell.
 */
void pane_config_of(struct shell *sh, const struct id *ids, size_t count,
    struct pane_config *out);

#endif
