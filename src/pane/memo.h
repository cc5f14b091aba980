/*
 * memo - what is kept of a process from one look at it to the next: how far its
 * feed was read, and the filters of its views.
 */
#ifndef PANE_MEMO_H
#define PANE_MEMO_H

#include "ao/position.h"

enum {
	FILTER_TEXT_MAX = 128 /* bytes, its end included */
};

enum memo_view {
	MEMO_FEED,
	MEMO_INBOX,
	MEMO_RESULTS,
	MEMO_VIEWS
};

struct memo {
	/* behind the last entry; 0: it never was; never goes back */
	struct position read;
	char filters[MEMO_VIEWS][FILTER_TEXT_MAX]; /* "": none */
};

/* "feed", "inbox", "results" */
extern const char *const memo_view_names[MEMO_VIEWS];

#endif
