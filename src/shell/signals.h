/*
 * signals - what the user's keys and the system want of the program.
 *
 * A handler only writes the signal's number to a pipe; the shell's thread
 * reads it where it waits. Ctrl-C and requests to leave have a pipe of their
 * own, since nodes look at that one while they wait. A request to leave is for
 * the whole program: from then on every wait ends at once.
 */
#ifndef SHELL_SIGNALS_H
#define SHELL_SIGNALS_H

#include "base/error.h"

/* Catch SIGINT, ignore SIGPIPE and SIGXFSZ. ERR_SYSTEM. */
int signals_init(struct error *err);
/* From here on Ctrl-C ends the program at once: for who leaves nothing. */
void signals_leave_at_cancel(void);
/* Also SIGTERM and SIGHUP: for who has something to finish. */
void signals_service(void);
/* The same, and SIGWINCH, SIGTSTP: for the prompt. */
void signals_interactive(void);

/* Readable while the user wants a wait to end. */
int signals_cancel_fd(void);
/* Readable while the terminal wants attention. */
int signals_terminal_fd(void);
/* Take one signal off a pipe; 0: there is none. One that ends the program stays
 * and is given again and again. */
int signals_take_cancel(void);
/* SIGTERM or SIGHUP, once one came; 0 before. */
int signals_ending(void);
/* The same for the terminal. */
int signals_take_terminal(void);

/* Stop as SIGTSTP does without a handler; returns when the program goes on. */
void signals_stop_here(void);

#endif
