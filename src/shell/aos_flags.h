/*
 * aos_flags - flags of the reference shell that are commands of their own here.
 */
#ifndef SHELL_AOS_FLAGS_H
#define SHELL_AOS_FLAGS_H

#include "shell/shell.h"

enum {
	AOS_FLAGS_NONE = -2
};

/* Do what they ask for, as a command's `exec`; AOS_FLAGS_NONE: nothing. */
int aos_flags_run(struct shell *sh, const struct options *o, struct error *err);

#endif
