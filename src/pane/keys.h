/*
 * keys - what each key does in the pane: the one table that the pane itself,
 * its help and the manual have it from.
 */
#ifndef PANE_KEYS_H
#define PANE_KEYS_H

#include <stddef.h>

/* Keys that are no characters; the others are their own code points. */
enum press {
	PRESS_NONE = 0,
	PRESS_TAB = '\t',
	PRESS_ENTER = '\n',
	PRESS_ESCAPE = 0x1b,
	PRESS_BACKSPACE = 0x7f,
	PRESS_SPECIAL = 0x110000, /* behind the last character */
	PRESS_UP,
	PRESS_DOWN,
	PRESS_PAGE_UP,
	PRESS_PAGE_DOWN,
	PRESS_HOME,
	PRESS_END,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_WHEEL_UP,
	PRESS_WHEEL_DOWN,
	PRESS_CLICK,
	PRESS_F2,
	PRESS_PASTE, /* what follows is pasted … */
	PRESS_PASTE_END
};

enum action {
	ACTION_NONE,
	ACTION_DEEPER,
	ACTION_BACK,
	ACTION_QUIT,
	ACTION_UP,
	ACTION_DOWN,
	ACTION_PAGE_UP,
	ACTION_PAGE_DOWN,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_UNREAD,
	ACTION_WHEEL_UP,
	ACTION_WHEEL_DOWN,
	ACTION_CLICK,
	ACTION_NEXT_VIEW,
	ACTION_VIEW_FEED,
	ACTION_VIEW_INBOX,
	ACTION_VIEW_RESULTS,
	ACTION_VIEW_CRON,
	ACTION_VIEW_PROCESSES,
	ACTION_TRACE,
	ACTION_SEARCH,
	ACTION_SEARCH_UP,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_BACK,
	ACTION_FILTER,
	ACTION_SORT,
	ACTION_SORT_TURN,
	ACTION_TIME,
	ACTION_COPY,
	ACTION_SAVE,
	ACTION_MOUSE,
	ACTION_REDRAW,
	ACTION_PROMPT,
	ACTION_HELP
};

enum {
	KEY_CODES_MAX = 3
};

struct key {
	enum action action;
	const char *names; /* "j, Down" */
	const char *summary;
	int codes[KEY_CODES_MAX]; /* 0: no more */
};

/* In the order in which they are listed; `names` NULL behind the last. */
extern const struct key keys[];

/* What a key does; ACTION_NONE: nothing. */
enum action key_action(int code);

#endif
