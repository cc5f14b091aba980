/*
 * names - what a living process has: globals and their fields, modules,
 * handlers, actions that it knows.
 *
 * They are asked for by a dry run, of which nothing stays, in a thread of their
 * own: who wants them waits a moment at most, and gets what was known before
 * when the process does not answer in time.
 */
#ifndef SHELL_NAMES_H
#define SHELL_NAMES_H

#include "base/buf.h"
#include "base/error.h"
#include "ao/node.h"

struct names;

enum name_kind {
	NAME_VALUE = 'v', /* "Balances.alice" */
	NAME_MODULE = 'm',
	NAME_HANDLER = 'h',
	NAME_ACTION = 'a' /* of a message in the inbox, or of a handler */
};

/*
 * `node` is borrowed. `slow`: it is far away, and is asked seldom. Free with
 * names_free(). ERR_SYSTEM: no thread.
 */
int names_new(struct node *node, bool slow, struct names **out,
    struct error *err);
/* Ends a dry run that is under way. NULL is fine. */
void names_free(struct names *n);

/*
 * Have the names of a process looked up for `owner`, unless they are known as
 * they are now, and wait for them, but not for long.
 */
void names_ask(struct names *n, const struct id *process,
    const struct address *owner);

/* One of them; `type` is Lua's word for a value, else empty. Borrowed. */
typedef void (*names_fn)(void *arg, struct span name, struct span type);
/* All of a kind, of the process that was asked for last. */
void names_each(struct names *n, enum name_kind kind, names_fn fn, void *arg);

/* Whether a line of the process's answer may be offered; for the tests. */
bool names_parse(struct span line, enum name_kind *kind, struct span *name,
    struct span *type);

#endif
