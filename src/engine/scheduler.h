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
 * An entry of an outbox that becomes so many messages. It is marked as pushed
 * when the journal has them all, in one transaction with the last, so that a
 * crash before makes it again as a whole. Each message takes a share along; a
 * share without a message goes to delivery_drop(), with the reason. What only
 * this computer lacks leaves the entry open, and the next start tries again.
 */
struct delivery *delivery_new(const struct push_key *key, unsigned shares);
void delivery_drop(struct engine *e, struct delivery *d,
    const struct error *why);

/*
 * Schedule a verified message (a reference is taken over). A Process item makes
 * its process, any other goes to its target, which must exist. A share of
 * `delivery` (may be NULL) is taken. `ticket` is completed once the assignment
 * is durable. -1: refused at once, ticket and delivery untouched. ERR_FORMAT:
 * no ao item, or no target; ERR_NOT_FOUND: no such process.
 */
int scheduler_submit(struct engine *e, struct message *message,
    struct delivery *delivery, struct ticket *ticket, struct error *err);

/*
 * Emit the ticks of `process` that are due now; `unplanned`: the next one is
 * planned then. If somebody else has the scheduling turn, they will.
 * ERR_NOT_FOUND.
 */
int scheduler_tick(struct engine *e, const struct id *process, bool unplanned,
    struct error *err);
/* Take up the scheduling turn of `a`, which was passed on; takes a reference. */
void scheduler_go_on(struct engine *e, struct actor *a);
/* At the end: what is in the mailbox gets no slot; pushes stay open. */
void scheduler_drop(struct engine *e, struct actor *a);

/* A message that was sent elsewhere, for a process that does not see all of it. */
struct assigned {
	struct message *message; /* one reference, taken over */
	struct id process;
	uint8_t exclude; /* enum message_field */
};

/* scheduler_submit() for that. */
int scheduler_assign(struct engine *e, const struct assigned *assigned,
    struct delivery *delivery, struct ticket *ticket, struct error *err);

/*
 * For who has the scheduling turn: read the end of a log that was written
 * before this start; its fields are known then.
 */
int scheduler_read(struct engine *e, struct actor *a, struct error *err);
/* The same: number what has come in, and give the turn back. */
void scheduler_turn(struct engine *e, struct actor *a);

/*
 * Wait for a ticket that scheduler_submit() took; then its status.
 */
int ticket_wait(struct ticket *t, struct error *err);
/*
 * Before scheduler_submit(). `receipt` is filled in on success, borrowed until
 * the ticket is waited for; when it says `again`, without time and assignment.
 */
void ticket_init(struct ticket *t, struct receipt *receipt);

#endif
