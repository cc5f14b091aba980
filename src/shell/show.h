/*
 * show - results for people and for programs.
 */
#ifndef SHELL_SHOW_H
#define SHELL_SHOW_H

#include "shell/failure.h"
#include "shell/shell.h"

/*
 * Show what became of an evaluation: output on stdout, an error on stderr with
 * its place in `source`, or one JSON object. `dry` leaves out id and slot.
 * 0; EXIT_EVAL when it failed; EXIT_INTERRUPTED when it was made to end.
 */
int show_outcome(struct shell *sh, const struct outcome *o,
    const struct source *source, bool dry);
/* Show an Error on stderr, with what was printed before it. */
void show_error(struct shell *sh, struct span error,
    const struct source *source);
/* A piece that does not compile; `message` is the compiler's. EXIT_EVAL. */
int show_syntax_error(struct shell *sh, const struct source *source,
    const char *message);

/* Text of a process in the form that `.mode` asks for; false: as it is. */
bool show_in_mode(struct shell *sh, struct span text);
/* On stderr: what each step of an evaluation took. */
void show_times(struct shell *sh, const struct outcome *o);

/* One line of JSON; takes the reference. */
void show_json(struct shell *sh, json_t *object);
/* Text of a process for JSON, without colours. */
json_t *json_plain(struct span text);
/* The name of a file for JSON: what is no UTF-8 becomes U+FFFD. */
json_t *show_path(const char *path);
/* "2025-11-20 19:22:13" in UTC. */
struct time_text {
	char text[32];
};
/* "-" for a time that no calendar holds. */
struct time_text time_text(uint64_t ms);
/* "abc…xyz", or all of it when it is short; for tables. */
void short_id(const char *id, struct buf *out);

#endif
