/*
 * sink - where the results of a session go: the screen, through a pager when
 * they are long; a file; another program.
 *
 * It stands around each unit. Behind it sh->out is the screen again, so news of
 * others and errors are always seen there.
 */
#ifndef SHELL_SINK_H
#define SHELL_SINK_H

#include "shell/output.h"

struct shell;

struct sink {
	char *file; /* of .output, which is open; NULL: the screen */
	int fd;
	char *once; /* the same for the next unit; NULL: as above */
	int once_fd;
	char *command; /* the next unit goes to that program instead */
	bool redirected;
	struct output screen; /* what sh->out is while that is another */
	bool no_pager;
	/* without a pager so many lines of a unit are shown; 0: all */
	unsigned fold;
};

enum {
	FOLD_DEFAULT = 1000
};

/* What one unit was given. */
struct sink_use {
	int fd;        /* of a file of its own; -1: none */
	char *name;    /* of the file; NULL: the screen or a program */
	char *command; /* owned */
	bool held;
};

/*
 * What comes goes to that file, from its start or behind what is in it; NULL:
 * to the screen again. ERR_USAGE: it cannot be written.
 */
int sink_to_file(struct sink *s, const char *path, bool append,
    struct error *err);
/* The same of the next unit alone. */
int sink_once(struct sink *s, const char *path, bool append, struct error *err);
/* The next unit goes to that program. Takes the text. */
void sink_once_command(struct sink *s, char *command);
/* Forget what was set up and close what is open. */
void sink_release(struct sink *s);

/* Where everything goes that is not the unit's own; borrowed. */
struct output *sink_screen(struct shell *sh);
/* A unit begins, whose results go where they are to. */
void sink_begin(struct shell *sh, struct sink_use *use);
/* From here on the unit's results go to that program. Takes the text. */
void sink_pipe(struct shell *sh, struct sink_use *use, char *command);
/*
 * It is over, with `rc`, which is given back unless its results could not be
 * delivered (-1) or the program that got them failed (EXIT_EVAL).
 */
int sink_end(struct shell *sh, struct sink_use *use, int rc, struct error *err);

#endif
