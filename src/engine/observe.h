/*
 * observe - what is asked about a log or the engine and changes nothing:
 * attestations, traces, figures.
 */
#ifndef ENGINE_OBSERVE_H
#define ENGINE_OBSERVE_H

#include "engine/state.h"

/* Append a signed attestation of an entry; see ao/node.h. */
int observe_attest(struct engine *e, const struct id *id, struct position at,
    bool whole, struct buf *item, struct error *err);
/*
 * Everything that a message caused; see ao/node.h. Memory grows with the depth
 * alone. What was signed with another key than the engine's is not found.
 */
int observe_trace(struct engine *e, const struct trace_query *q,
    node_trace_fn fn, void *arg, struct error *err);
/* Fill in the figures; each is of its own moment, and none needs a walk. */
void observe_status(struct engine *e, struct node_status *out);

#endif
