#include "pane/keys.h"

#define CONTROL(c) ((c)&0x1f)

const struct key keys[] = {
	{ ACTION_DEEPER, "Enter", "look into the line: a message, a process",
	    { PRESS_ENTER, '\r' } },
	{ ACTION_BACK, "q, Esc", "go back, from the first view leave",
	    { 'q', PRESS_ESCAPE } },
	{ ACTION_QUIT, "Q", "leave", { 'Q' } },
	{ ACTION_UP, "k, Up", "one line up", { 'k', PRESS_UP } },
	{ ACTION_DOWN, "j, Down", "one line down", { 'j', PRESS_DOWN } },
	{ ACTION_PAGE_UP, "b, PageUp", "one screen up",
	    { 'b', PRESS_PAGE_UP, CONTROL('b') } },
	{ ACTION_PAGE_DOWN, "Space, PageDown", "one screen down",
	    { ' ', PRESS_PAGE_DOWN, CONTROL('f') } },
	{ ACTION_FIRST, "g, Home", "to the first line", { 'g', PRESS_HOME } },
	{ ACTION_LAST, "G, End", "to the last line, and follow what comes",
	    { 'G', PRESS_END } },
	{ ACTION_UNREAD, "u", "to what is new since the last look", { 'u' } },
	{ ACTION_VIEW_FEED, "1", "the feed: all that happens", { '1' } },
	{ ACTION_VIEW_INBOX, "2", "messages that came", { '2' } },
	{ ACTION_VIEW_RESULTS, "3", "results: output, prints and errors",
	    { '3' } },
	{ ACTION_VIEW_CRON, "4", "schedules and their ticks", { '4' } },
	{ ACTION_VIEW_PROCESSES, "5", "all processes of the node", { '5' } },
	{ ACTION_NEXT_VIEW, "Tab", "the next of these views", { PRESS_TAB } },
	{ ACTION_TRACE, "t", "what the message of the line caused", { 't' } },
	{ ACTION_SEARCH, "/", "search for a text, downwards", { '/' } },
	{ ACTION_SEARCH_UP, "\\", "search for a text, upwards", { '\\' } },
	{ ACTION_SEARCH_NEXT, "n", "search on, the same way", { 'n' } },
	{ ACTION_SEARCH_BACK, "N", "search on, the other way", { 'N' } },
	{ ACTION_FILTER, "&", "show only what fits words, as tail --filter",
	    { '&' } },
	{ ACTION_SORT, "s", "sort processes by the next column", { 's' } },
	{ ACTION_SORT_TURN, "S", "turn the order round", { 'S' } },
	{ ACTION_TIME, "z", "times as clock, as age or as height", { 'z' } },
	{ ACTION_COPY, "y", "copy the id of the line", { 'y' } },
	{ ACTION_SAVE, "w",
	    "save the lines of the view to a file, as JSON to x.json",
	    { 'w' } },
	{ ACTION_MOUSE, "m", "take the mouse: wheel and click, or leave it",
	    { 'm' } },
	{ ACTION_REDRAW, "Ctrl-L", "draw the screen anew", { CONTROL('l') } },
	{ ACTION_PROMPT, "F2", "to the prompt, where there is one",
	    { PRESS_F2 } },
	{ ACTION_HELP, "?", "show these keys", { '?' } },
	/* the mouse's, which have no names */
	{ ACTION_WHEEL_UP, NULL, NULL, { PRESS_WHEEL_UP } },
	{ ACTION_WHEEL_DOWN, NULL, NULL, { PRESS_WHEEL_DOWN } },
	{ ACTION_CLICK, NULL, NULL, { PRESS_CLICK } },
	{ .action = ACTION_NONE },
};

enum action
key_action(int code)
{
	for (const struct key *k = keys; code && k->action != ACTION_NONE; k++)
		for (int i = 0; i < KEY_CODES_MAX; i++)
			if (k->codes[i] == code)
				return k->action;
	return ACTION_NONE;
}
