/*
 * census - the processes of a node, listed in a thread of their own: a network
 * may take seconds to answer, and who draws never waits.
 */
#ifndef PANE_CENSUS_H
#define PANE_CENSUS_H

#include "ao/node.h"

struct census;

/* What a walk over all processes gave, oldest first. */
struct census_list {
	struct process_info *all;
	size_t count;
	bool cut;       /* there are more than were wanted */
	uint64_t round; /* 1 for the first list, then one more each; 0: none */
};

/*
 * No walk yet; `most` processes are enough. `node` is borrowed, and `wake_fd` is
 * an eventfd that says when a list has come. Free with census_free().
 * ERR_SYSTEM: no thread.
 */
int census_new(struct node *node, int wake_fd, size_t most, struct census **out,
    struct error *err);
/* Waits for a walk that is under way. NULL is fine. */
void census_free(struct census *c);

/*
 * Have the node asked, unless it is being asked, or was for so long that it may
 * rest. What comes within a few milliseconds is waited for, so that a near node
 * shows at once.
 */
void census_ask(struct census *c);

/*
 * The newest list; a walk that fails gives none. It is good until the next
 * call, which is the same thread's.
 */
const struct census_list *census_latest(struct census *c);

#endif
