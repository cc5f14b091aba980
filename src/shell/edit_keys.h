/*
 * edit_keys - keys of our own for readline: an entry of several lines is edited
 * as a whole.
 *
 * Each is a function of readline with a name ("aosh-accept"), so that a user may
 * bind it to other keys in inputrc, and bindings there come before ours.
 */
#ifndef SHELL_EDIT_KEYS_H
#define SHELL_EDIT_KEYS_H

#include <stdbool.h>

struct shell;

/*
 * Before readline reads inputrc. The shell must outlive it. `share` is called
 * before the history is looked at, to add what other windows have.
 */
void edit_keys_init(struct shell *sh, void (*share)(void));
/* Whether Ctrl-D asked for the statement to be dropped; once. */
bool edit_keys_take_drop(void);

#endif
