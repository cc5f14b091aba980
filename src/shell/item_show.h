/*
 * item_show - a data item for people and for programs.
 */
#ifndef SHELL_ITEM_SHOW_H
#define SHELL_ITEM_SHOW_H

#include "codec/item_read.h"
#include "shell/shell.h"

/*
 * All that is known of an item: a block of lines, or an object with --json.
 * `reason` NULL: it is valid.
 */
void item_show(struct shell *sh, const struct item_view *view,
    const char *reason);
#endif
