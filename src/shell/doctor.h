/*
 * doctor - whether the program has what it needs, found by looking.
 *
 * Each look ends in a line: what was looked at, how it is, and what to do where
 * it is not as it should be. Looking makes no folder and no key; what is opened
 * is what every command opens.
 */
#ifndef SHELL_DOCTOR_H
#define SHELL_DOCTOR_H

#include "shell/shell.h"

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_WARNING,
	DOCTOR_PROBLEM
};

struct doctor {
	struct shell *sh;
	const struct options *options;
	enum doctor_state worst;
	bool settings; /* they could be read */
	struct buf data_dir;
	bool has_data; /* it is there and can be used */
};

/* A line; `advice` is what to do, NULL: nothing. */
void doctor_say(struct doctor *d, enum doctor_state state, const char *what,
    const char *advice, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* Folders and their modes; fills in data_dir. */
void doctor_folders(struct doctor *d);
/* The wallet that would sign. */
void doctor_wallet(struct doctor *d);
/* Room on the disk of the data, and how long a sync takes. */
void doctor_disk(struct doctor *d);
/* Who owns the store, and whether it opens. */
void doctor_store(struct doctor *d);

#endif
