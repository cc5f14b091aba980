/*
 * complete - what Tab offers: dot commands and what they take, Lua's words and
 * what a process is known to have.
 */
#ifndef SHELL_COMPLETE_H
#define SHELL_COMPLETE_H

struct shell;

/*
 * Set readline up to complete for this shell, which must outlive it; behind
 * edit_line_init().
 */
void complete_init(struct shell *sh);
/* Free what the last Tab has left. */
void complete_release(void);
/* Have lists drawn as the line now is: by us, or by readline. */
void complete_draw(void);

#endif
