/*
 * rc - dot commands of the user's that a prompt begins with.
 */
#ifndef SHELL_RC_H
#define SHELL_RC_H

#include "shell/shell.h"

/*
 * Run the rc file, if there is one and it is wanted. What goes wrong in it is
 * told with its line, and the rest runs all the same.
 */
void rc_run(struct shell *sh);

#endif
