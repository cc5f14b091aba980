/*
 * pane - processes on the whole screen, live.
 *
 * The pane owns the terminal while it runs. It redraws at most 30 times a
 * second, skips frames while the terminal is slow, and holds up nobody: it only
 * reads what the node has written.
 */
#ifndef PANE_PANE_H
#define PANE_PANE_H

#include "ao/node.h"
#include "pane/memo.h"

enum {
	/* a node nearby is asked for as much as one can scroll through in a
	 * day, one behind a network for what came last */
	PANE_HISTORY = 1 << 17,
	PANE_HISTORY_FAR = 300
};

struct pane_config {
	struct node *node;
	const struct id *ids; /* of the processes */
	size_t count;
	uint64_t history; /* entries of each to begin with */
	bool color;
	/* what was kept of a process, all of it set; NULL: nothing is kept */
	void (*recall)(const struct id *process, struct memo *m);
	void (*remember)(const struct id *process, const struct memo *m);
	/* the program's signals: readable while there are any, … */
	int cancel_fd;            /* … that end it */
	int terminal_fd;          /* … SIGWINCH and SIGTSTP */
	int (*take_cancel)(void); /* the next one; 0: none */
	int (*take_terminal)(void);
	void (*stop)(void); /* as SIGTSTP does; returns when it goes on */
};

/*
 * Until the user leaves: 0, or the signal that ended it; -1: what keeps it from
 * starting, ERR_USAGE for a terminal that cannot be drawn on.
 */
int pane_run(const struct pane_config *config, struct error *err);

/*
 * The same as the upper part of a screen that somebody else opens and closes;
 * who does calls the rest of this. Errors as above, but of the screen.
 */
struct pane;
int pane_new(const struct pane_config *config, struct pane **out,
    struct error *err);
void pane_free(struct pane *p); /* NULL is fine */
/* Readable when there is news. */
int pane_fd(const struct pane *p);
/*
 * Take what is new, when there is news, as far as there is time; true: it is to
 * be drawn.
 */
bool pane_turn(struct pane *p, bool news);
/* Draw it in so many rows from the top on. */
void pane_draw_in(struct pane *p, int rows);
/* Do what keys are for that the screen has; false: the pane is left. */
bool pane_take_keys(struct pane *p);

#endif
