/*
 * serve_past - processes as they were: GET /state/ID, and dry runs "to" a message.
 *
 * The log is evaluated again, in a machine of its own: from its start, or from
 * where the last look at the same process was, when this one is no earlier. That
 * takes as long as it takes, so a program does one of these at a time, and none
 * for longer than half a minute. Source: spec/ao-network.md 11.
 *
 * Checkpoints of the store are of no use here: a process has the newest alone,
 * since an earlier one would save time to nobody but who looks back, at up to
 * the size of the state each, and an image is good for the process's own lane,
 * in which the engine evaluates.
 */
#ifndef NET_SERVE_PAST_H
#define NET_SERVE_PAST_H

#include "net/serve_dry.h"
#include "net/serve_inner.h"

/*
 * Evaluate the draft on the state behind the message `to` of the process.
 * ERR_NOT_FOUND: it has no such message; ERR_BUSY: another one is at it;
 * ERR_TIMEOUT; what a replay gives (vm/replay.h). The result is owned.
 */
int past_dry_run(struct serve *s, const struct process_info *info,
    struct span to, const struct dry *d, struct result *out, struct error *err);

/* The server ends: what was kept of its node's processes goes. */
void past_forget(struct serve *s);

enum http_next serve_state(struct serve *s, struct http_request *r,
    struct http_reply *out);

#endif
