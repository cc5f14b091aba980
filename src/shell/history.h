/*
 * history - what was typed at a process, kept between runs.
 *
 * One file per process, one entry per line (a line feed inside an entry is
 * written as \n), appended at once and 0600, so that windows share it. Entries
 * that begin with a blank and repetitions are not kept.
 */
#ifndef SHELL_HISTORY_H
#define SHELL_HISTORY_H

#include <sys/types.h>

#include "base/base64url.h"

struct history {
	char *path; /* NULL: nothing is kept on disk */
	char *newest;
	off_t offset; /* read so far */
	ino_t file;
};

/* Called for each entry, oldest first. */
typedef void (*history_fn)(void *arg, const char *entry);

/*
 * Open the history of a process and give its entries. A file that has grown
 * too long is cut to its newest part. ERR_STORE.
 */
int history_open(struct history *h, const struct id *process, history_fn fn,
    void *arg, struct error *err);
/*
 * Give what the file has got since, from here and from other windows, in its
 * order. False: nothing.
 */
bool history_follow(struct history *h, history_fn fn, void *arg);
/* The file stays; nothing is written at the end. */
void history_release(struct history *h);
/* True when the entry is to be kept; it is then on its way to the disk. */
bool history_add(struct history *h, const char *entry);

/* What was typed at some process. */
struct history_entry {
	struct id process;
	uint64_t time_ms; /* since 1970; 0: not known */
	unsigned number;  /* in the process's own history, as of opening it */
	char *text;
};

/* Borrowed until it returns. */
typedef void (*history_all_fn)(void *arg, const struct history_entry *e);

/*
 * Give what is kept of all processes, newest last; what has no time comes
 * first. ERR_STORE.
 */
int history_all(history_all_fn fn, void *arg, struct error *err);

#endif
