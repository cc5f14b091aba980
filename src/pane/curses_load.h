/*
 * curses_load - ncursesw, loaded when a screen is opened.
 *
 * Linking it would cost every start of the program the time to find its
 * symbols, and few starts draw. The table has what screen.c calls.
 */
#ifndef PANE_CURSES_LOAD_H
#define PANE_CURSES_LOAD_H

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "base/error.h"

/*
 * Of the terminal's description: <term.h> declares these, and macros of everyday
 * names with them.
 */
struct term;
typedef int curses_setupterm(const char *term, int fd, int *status);
typedef char *curses_tigetstr(const char *name);
typedef int curses_del_curterm(struct term *terminal);
typedef struct term *curses_set_curterm(struct term *terminal);

#define CURSES_FUNCTIONS(X)   \
	X(waddnstr)           \
	X(wattr_set)          \
	X(cbreak)             \
	X(clearok)            \
	X(curs_set)           \
	X(def_prog_mode)      \
	X(define_key)         \
	X(delscreen)          \
	X(doupdate)           \
	X(endwin)             \
	X(getmouse)           \
	X(has_colors)         \
	X(whline)             \
	X(init_pair)          \
	X(keypad)             \
	X(mouseinterval)      \
	X(mousemask)          \
	X(wmove)              \
	X(wchgat)             \
	X(newterm)            \
	X(nodelay)            \
	X(noecho)             \
	X(nonl)               \
	X(wrefresh)           \
	X(reset_prog_mode)    \
	X(resizeterm)         \
	X(set_escdelay)       \
	X(set_term)           \
	X(start_color)        \
	X(termattrs)          \
	X(use_default_colors) \
	X(wget_wch)           \
	X(wnoutrefresh)

#define CURSES_DATA(X) \
	X(COLORS)      \
	X(COLOR_PAIRS) \
	X(COLS)        \
	X(LINES)       \
	X(curscr)      \
	X(stdscr)

struct curses {
	curses_setupterm *setupterm;
	curses_tigetstr *tigetstr;
	curses_del_curterm *del_curterm;
	curses_set_curterm *set_curterm;
	struct term **cur_term;
#define X(name) __typeof__(name) *name; /* NOLINT */
	CURSES_FUNCTIONS(X)
	CURSES_DATA(X)
#undef X
};

/* Filled in by curses_load(). */
extern struct curses nc;

/* Load the library, once. ERR_SYSTEM: it is not there. */
int curses_load(struct error *err);

#endif
