/*
 * keys_hold - the terminal while a line runs: what is typed is kept for the next
 * prompt, and Ctrl-Z stops what runs.
 *
 * The pane, which has the terminal in a way of its own, looks after it itself:
 * where it is open, its idle function of the client does.
 */
#ifndef SHELL_KEYS_HOLD_H
#define SHELL_KEYS_HOLD_H

#include <stdbool.h>

#include "shell/client.h"

/* From here on keys wait, unseen. */
void keys_hold_begin(void);
/* The terminal is as it was before. */
void keys_hold_end(void);
/*
 * For who waits, when signals_terminal_fd() is readable: stop if the user wants
 * that, and go on when he wants that. True: we were stopped, and others may
 * have written to the terminal since.
 */
bool keys_hold_look(void);
/*
 * Wait so many milliseconds, with the client's idle function; *stopped: as
 * above, and the wait is over. True: Ctrl-C, or the program is to end.
 */
bool keys_hold_pause(const struct client *c, int ms, bool *stopped);

#endif
