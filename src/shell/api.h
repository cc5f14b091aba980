/*
 * api - what Lua has in a process: names, what they take and what they do.
 *
 * One table for the help at the prompt (.help Handlers.add), the hints while one
 * types, completion, and the manual.
 */
#ifndef SHELL_API_H
#define SHELL_API_H

#include "base/buf.h"

struct api {
	const char *name; /* NULL ends the table; "Handlers.add" */
	/* what it takes, split by ", ": "name, pattern"; in braces the members
	 * of a table: "{ Target = id, Data = text }". NULL: no function. */
	const char *args;
	const char *summary;
	const char *text; /* more lines, each with its end; NULL: none */
};

/* In the order of the manual: what belongs together stands together. */
extern const struct api api_table[];

/* NULL: it is not in the table. A ":" counts as a ".". */
const struct api *api_find(struct span name);
/* The nearest name, or NULL. */
const char *api_suggest(const char *word);
/* "Handlers.add(name, pattern, handle)"; of a value its name. */
void api_usage(const struct api *a, struct buf *out);
/*
 * Append the help of a name, or the list of what begins with it: of "Handlers"
 * all that is in there. False: there is no such thing.
 */
bool api_help(struct span name, struct buf *out);

#endif
