/*
 * serve_metrics - figures of a node and its server as Prometheus reads them.
 */
#ifndef NET_SERVE_METRICS_H
#define NET_SERVE_METRICS_H

#include "ao/node.h"
#include "net/http_server.h"

/* Text format 0.0.4, appended. */
void metrics_write(struct buf *out, const struct node_status *node,
    const struct http_stats *http);

#endif
