/*
 * draft - a scratch copy of the process, where code is tried before it is
 * published.
 *
 * It is the state as of the moment when it was opened, made by a replay of the
 * log in a machine of its own. What is typed changes that copy alone; messages
 * that it sends to itself arrive there, all others go nowhere. Pieces that went
 * well are kept as source, and published as one evaluation.
 */
#ifndef SHELL_DRAFT_H
#define SHELL_DRAFT_H

#include "shell/failure.h"
#include "shell/shell.h"

/* Open one of the connected process. ERR_USAGE: there is one already. */
int draft_open(struct shell *sh, struct error *err);
/* Drop it; nothing happens without one. */
void draft_close(struct shell *sh);
/* The same, with a word in a script that had not published it. */
void draft_drop(struct shell *sh);
/*
 * Whether a line may drop it. Not where it would be lost, and the user was not
 * told so just before: then he is, and that `again` does it.
 */
bool draft_may_go(struct shell *sh, const char *again);
/* As session_eval(), in the draft. */
int draft_eval(struct shell *sh, const struct source *source,
    struct error *err);
/* Evaluate Lua on the draft as it is, keeping nothing. */
int draft_ask(struct shell *sh, struct span code, struct result *out,
    struct error *err);
/* What would be published; borrowed. */
struct span draft_source(const struct shell *sh);
/* What differs from the process as it was. */
int draft_diff(struct shell *sh, struct error *err);
/* How many messages the process got since. */
int draft_age(struct shell *sh, uint64_t *count, struct error *err);

#endif
