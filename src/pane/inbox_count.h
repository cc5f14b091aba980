/*
 * inbox_count - how many messages a process says that its inbox holds.
 *
 * A node does not know: it is part of the state. Most processes say it in the
 * prompt that comes with their results.
 */
#ifndef PANE_INBOX_COUNT_H
#define PANE_INBOX_COUNT_H

#include "ao/node.h"

/* The number in a prompt, "a@aos-2.0.4[Inbox:2]> "; -1: there is none. */
int64_t inbox_count_of_prompt(struct span prompt);
/* As of the newest results of a process; -1: they do not say. */
int64_t inbox_count(struct node *n, const struct process_info *info);

#endif
