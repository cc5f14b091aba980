/*
 * pieces - the earlier pieces of a script, and whose line an error names.
 *
 * Each piece is a message of its own, and a function of an earlier one gives the
 * lines of that. The process cannot tell which it was: all go by one name. So
 * it is asked by a dry run of what failed, under another name, what function it
 * was in; that is looked for in the pieces, which are kept as long as the script
 * runs.
 */
#ifndef SHELL_PIECES_H
#define SHELL_PIECES_H

#include "shell/client.h"
#include "shell/failure.h"

struct shell;

struct piece {
	const char *name; /* of the script; borrowed as long as it runs */
	size_t first_line;
	struct buf text;
};

/* All zeroes to start with. */
struct pieces {
	struct piece *list;
	size_t count;
};

/* Forget all. */
void pieces_release(struct pieces *p);
/* Keep one that was evaluated; those without a function are not kept. */
void pieces_add(struct pieces *p, const struct source *source);
/*
 * What the places in an error mean that `source` had: itself, an earlier piece,
 * or text without lines where that cannot be told. Borrows both.
 */
struct source pieces_source(struct shell *sh, const struct source *source,
    const struct outcome *o);

#endif
