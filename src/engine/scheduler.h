/*
 * scheduler - gives messages their slots and puts them into the journal.
 *
 * Per process slots are dense, timestamps never go back, and the hash chain
 * runs on; a message that has a slot keeps it and gets no second one. Source:
 * spec/ao-network.md 5.
 */
#ifndef ENGINE_SCHEDULER_H
#define ENGINE_SCHEDULER_H

#include "engine/state.h"

/*
 * Schedule a verified message (a reference is taken over). A Process item makes
 * its process, any other goes to its target, which must exist. With `push` the
 * delivery is marked done in the same transaction. `ticket` is completed once
 * the assignment is durable. -1: refused at once, ticket and push untouched.
 * ERR_FORMAT: no ao item, or no target; ERR_NOT_FOUND: no such process.
 */
int scheduler_submit(struct engine *e, struct message *message,
    const struct push_key *push, struct ticket *ticket, struct error *err);

/* A slot in `process` for a message that was sent elsewhere (an Assign). */
int scheduler_assign(struct engine *e, struct message *message,
    const struct id *process, const struct push_key *push, struct error *err);

/*
 * Wait for a ticket that scheduler_submit() took; then its status.
 */
int ticket_wait(struct ticket *t, struct error *err);
/*
 * Before scheduler_submit(). `receipt` is filled in on success, borrowed until
 * the ticket is waited for.
 */
void ticket_init(struct ticket *t, struct receipt *receipt);

#endif
