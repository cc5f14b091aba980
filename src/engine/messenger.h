/*
 * messenger - delivers what durable results ask for, each push once.
 *
 * A push to a local process becomes durable in the same transaction in which
 * it gets its slot there; a spawn makes its process first, then the Spawned
 * notice carries the mark. Pushed items are signed with the node's key and are
 * the same bytes whenever they are made again, so what a crash interrupts is
 * found as a double. Source: spec/ao-network.md 8.
 */
#ifndef ENGINE_MESSENGER_H
#define ENGINE_MESSENGER_H

#include "engine/state.h"

/* A result is durable (taken): tell of it, after its pushes. Any thread. */
void messenger_queue(struct engine *e, struct actor *a,
    struct outgoing *outgoing);
/* In a worker's turn: push what was queued, then tell, in slot order. */
void messenger_deliver(struct engine *e, struct actor *a);
/* At the start: queue the pushes that the last run left open. */
int messenger_resume(struct engine *e, struct error *err);

#endif
