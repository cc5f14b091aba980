/*
 * session - a shell's conversation with one process at a time.
 *
 * What is typed, piped or loaded becomes one Eval after the other; slots that
 * others fill are shown by the feed, in order, none left out.
 */
#ifndef SHELL_SESSION_H
#define SHELL_SESSION_H

#include "shell/failure.h"
#include "shell/shell.h"

/*
 * Go to the process of that name or id; with `create` a name that is not
 * there is spawned. ERR_NOT_FOUND.
 */
int session_open(struct shell *sh, const char *name, bool create,
    struct error *err);
/*
 * ERR_DENIED unless the process evaluates what the wallet says: it does so for
 * its owner alone.
 */
int session_may_eval(struct shell *sh, const struct id *id, struct error *err);
/*
 * Evaluate one piece and show its result. 0; a positive exit code when it
 * failed and that was shown; -1.
 */
int session_eval(struct shell *sh, const struct source *source,
    struct error *err);
/* The same, keeping nothing of it in the process. */
int session_dry_run(struct shell *sh, const struct source *source,
    struct error *err);
/*
 * Run a unit that the reader gave (LUA, DOT or WRONG); `message` is the
 * compiler's. As session_eval().
 */
int session_unit(struct shell *sh, enum reader_state state, const char *name,
    const char *message, struct error *err);
/* Run a dot command, given with its dot. As session_eval(). */
int session_dot(struct shell *sh, struct span line, struct error *err);

/* The prompt of a result, the newest there is; without one the old one stays. */
void session_adopt_prompt(struct shell *sh, const json_t *result);
/* Ask the process for its prompt, without a message of its own. */
void session_ask_prompt(struct shell *sh);
/* The same, waiting for a moment alone: what is known of it stands there until
 * it has come, see session_take_prompt(). */
void session_begin_prompt(struct shell *sh);
/* When prompt_ask_fd() is readable. true: there is another prompt. */
bool session_take_prompt(struct shell *sh);
/* True when there is something for session_feed() to show. */
bool session_has_news(struct shell *sh);
/* Show what others made the process print, below slot `end`. */
void session_feed(struct shell *sh, struct position end);

#endif
