/*
 * complete - what Tab offers: dot commands and what they take, Lua's words and
 * what a process is known to have.
 */
#ifndef SHELL_COMPLETE_H
#define SHELL_COMPLETE_H

struct shell;

/* Set readline up to complete for this shell, which must outlive it. */
void complete_init(struct shell *sh);

#endif
