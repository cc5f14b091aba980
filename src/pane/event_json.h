/*
 * event_json - events for programs: an object a line, with the keys that the
 * manual lists.
 */
#ifndef PANE_EVENT_JSON_H
#define PANE_EVENT_JSON_H

#include "pane/event.h"

/* Append an event of the process `p`, with a line feed behind it. */
void event_json(const struct process_info *p, const struct event *e,
    struct buf *out);

#endif
