/*
 * past - the state of a process as of an earlier place of its log.
 *
 * The log is evaluated from its start in a machine of its own; nothing of it
 * and nothing of what is asked there stays, and the process hears of nothing.
 */
#ifndef SHELL_PAST_H
#define SHELL_PAST_H

#include "vm/replay.h"
#include "shell/progress.h"
#include "shell/shell.h"

struct past {
	struct shell *sh;
	struct replay replay;
	struct address owner; /* for whom it evaluates */
	struct progress progress;
	struct position end; /* where it is to stop */
};

/* A place in words: "7", "7+1". ERR_USAGE. */
int past_place(const char *text, struct position *out, struct error *err);
/* Of a process, before its first slot; release it with past_release(). */
int past_init(struct past *p, struct shell *sh, const struct id *id,
    struct error *err);
void past_release(struct past *p);
/*
 * Go on up to the entry at that place, with it. ERR_NOT_FOUND: the log has no
 * such result; ERR_INTERRUPTED.
 */
int past_go(struct past *p, struct position at, struct error *err);
/*
 * Go on as far as the log can be had, with the built-in library in place of
 * what the process runs: a state that is near, for a process of a network.
 * *why: what ended it before its end; ERR_NONE: nothing. -1: not even slot 0
 * could be had, or ERR_INTERRUPTED.
 */
int past_go_far(struct past *p, struct error *why, struct error *err);
/* Evaluate Lua as the owner would, keeping nothing. */
int past_eval(struct past *p, struct span code, struct result *out,
    struct error *err);
/* Show what changed in its state between two places. Errors as above. */
int past_diff(struct shell *sh, const struct id *id, struct position a,
    struct position b, struct error *err);

#endif
