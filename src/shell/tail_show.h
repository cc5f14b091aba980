/*
 * tail_show - events of a feed as lines, for people and for programs.
 */
#ifndef SHELL_TAIL_SHOW_H
#define SHELL_TAIL_SHOW_H

#include "pane/feed.h"
#include "shell/shell.h"

/* One line on stdout; the process is named where there are several. */
void tail_show(struct shell *sh, const struct feed *f, const struct event *e);

#endif
