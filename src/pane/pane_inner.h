/*
 * pane_inner - what the parts of the pane share: its loop (pane.c), what keys do
 * (pane_keys.c), how it is drawn (pane_draw.c) and what is kept (remember.c).
 */
#ifndef PANE_PANE_INNER_H
#define PANE_PANE_INNER_H

#include "pane/layout.h"
#include "pane/pane.h"
#include "pane/view.h"

enum {
	TABS = 5,
	WHEEL_ROWS = 3
};

enum input {
	INPUT_NONE,
	INPUT_SEARCH,
	INPUT_SEARCH_UP,
	INPUT_FILTER,
	INPUT_SAVE
};

struct pane {
	const struct pane_config *config;
	struct scene scene;
	struct view *tabs[TABS];
	size_t tab;
	struct view *view; /* on top of the tab's */
	int height;        /* rows that it has; 0: all */
	struct layout layout;
	struct node_status status;
	struct spark rate; /* messages of each second */
	bool counted;      /* status is of a second ago */
	enum input input;
	bool pasting;     /* keys are text that is pasted … */
	bool pasted_line; /* … and its first line is over */
	struct buf typed;
	struct buf search;
	bool upwards;     /* the search */
	uint64_t tick_ns; /* when the next second is over */
	bool behind;      /* there are events that were not taken */
	bool mouse;
	bool leaving;
	int signal; /* that ended it */
};

/* Do what a key is for; `row` of the screen, of a click. */
void pane_key(struct pane *p, int code, int row);
/* Draw all; screen_flush() shows it. */
void pane_draw(struct pane *p);
/* Bring the view up to date; `tick`: a second has gone by. */
void pane_update(struct pane *p, bool tick);
/* Say something in the footer until the next key. */
void pane_say(struct pane *p, const char *text);
/* To a row; at the end of what grows one follows it. */
void pane_go_to(struct pane *p, size_t row);
/* Search from the chosen row on, round the end. */
void pane_search_on(struct pane *p, bool back);
/* Begin to type into the footer, and a key while one does. */
void pane_begin_input(struct pane *p, enum input input);
void pane_input_key(struct pane *p, int code);
/* Begin to take what is pasted, and a key of that or its end. */
void pane_begin_paste(struct pane *p);
void pane_paste_key(struct pane *p, int code);
/* Bring back what was kept: of what the pane shows, of a process beside it. */
void pane_recall(struct pane *p);
void pane_recall_process(struct pane *p, struct view *v);
/* Keep the filter of the view on top; how far a tape was read. */
void pane_keep_filter(struct pane *p);
void pane_keep_read(const struct pane_config *c, const struct tape *t);
/* Close what stands on a tab's view. */
void pane_to_tab(struct pane *p, size_t tab);

#endif
