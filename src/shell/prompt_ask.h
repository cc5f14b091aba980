/*
 * prompt_ask - a process is asked for its prompt, and nobody waits for it.
 *
 * A large process takes its time to wake and to answer. Who sits at the prompt
 * gets what the log knows of it at once, and the process's own word when it has
 * come; a newer one, with the result of something that ran meanwhile, makes the
 * question needless. One question at a time is on its way.
 *
 * Threads: the shell's; the asking is done in one of its own.
 */
#ifndef SHELL_PROMPT_ASK_H
#define SHELL_PROMPT_ASK_H

#include "shell/shell.h"

/*
 * Ask the process of the session. true: the answer is to be taken already; else
 * it comes, or it does not.
 */
bool prompt_ask(struct shell *sh);
/* Readable when the answer is to be taken; -1: none will come. */
int prompt_ask_fd(const struct shell *sh);
/* The answer, and the question is over. *out is released by the caller. false:
 * there is none, or not yet. */
bool prompt_ask_take(struct shell *sh, struct result *out);
/* Nobody wants to know any more. */
void prompt_ask_drop(struct shell *sh);

#endif
