/*
 * history - what was typed at a process, kept between runs.
 *
 * One file per process, one entry per line (a line feed inside an entry is
 * written as \n), appended at once and 0600, so that windows share it. Entries
 * that begin with a blank and repetitions are not kept.
 */
#ifndef SHELL_HISTORY_H
#define SHELL_HISTORY_H

#include "base/base64url.h"

struct history {
	char *path; /* NULL: nothing is kept on disk */
	char *newest;
};

/* Called for each entry, oldest first. */
typedef void (*history_fn)(void *arg, const char *entry);

/*
 * Open the history of a process and give its entries. A file that has grown
 * too long is cut to its newest part. ERR_STORE.
 */
int history_open(struct history *h, const struct id *process, history_fn fn,
    void *arg, struct error *err);
/* The file stays; nothing is written at the end. */
void history_release(struct history *h);
/* True when the entry is to be kept; it is then on its way to the disk. */
bool history_add(struct history *h, const char *entry);

#endif
