/*
 * attach_stream - operations that answer with as many frames as there are
 * entries.
 *
 * Each reads what it is asked from the request and sends a REPLY_MORE for each
 * entry, or for some of a log; the last frame is the caller's. It ends early when
 * the client hangs up. Errors as of the node's operation, and of the connection.
 */
#ifndef NET_ATTACH_STREAM_H
#define NET_ATTACH_STREAM_H

#include "net/attach_request.h"

/* All processes. */
int attach_stream_list(struct request *req, struct error *err);
/* A log from a place on. */
int attach_stream_log(struct request *req, struct error *err);
/* The schedules of a process. */
int attach_stream_cron(struct request *req, struct error *err);
/* The modules, or the one that is named. */
int attach_stream_modules(struct request *req, struct error *err);
/* What a message or a tick caused. */
int attach_stream_trace(struct request *req, struct error *err);
/* Items that a query means. */
int attach_stream_items(struct request *req, struct error *err);

#endif
