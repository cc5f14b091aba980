/*
 * filter - which events somebody wants to see.
 *
 * A filter is words with blanks between them, and all of them must fit:
 *   kind=inbox,cron   one of these kinds
 *   from=TEXT         who it is from has that in the id
 *   to=TEXT           the same of whom it goes to
 *   action=TEXT       the action is that
 *   NAME=TEXT         there is a tag of that name and value
 *   TEXT              in the text, the action or the id, in any case
 * A word behind "!" must not fit. "..." holds blanks together.
 */
#ifndef PANE_FILTER_H
#define PANE_FILTER_H

#include "pane/event.h"

struct filter;

/*
 * Read a filter; no words fit everything. ERR_USAGE: a kind that is none, a
 * quote that is not closed, too many words. Release with filter_free().
 */
int filter_new(struct span text, struct filter **out, struct error *err);
void filter_free(struct filter *f); /* NULL is fine */
/* Whether an event fits; NULL fits all. */
bool filter_fits(const struct filter *f, const struct event *e);

/* Whether `text` holds `part`, letters of ASCII in any case. */
bool text_holds(struct span text, struct span part);

#endif
