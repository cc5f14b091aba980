/*
 * legacy_send - giving items to a network: two operations of its node.
 */
#ifndef NET_LEGACY_SEND_H
#define NET_LEGACY_SEND_H

#include "net/legacy_node.h"

/* As `send` and `assign` of ao/node.h. */
int legacy_send(struct node *n, struct span item, struct receipt *out,
    struct error *err);
int legacy_assign(struct node *n, const struct id *process,
    const struct id *message, uint8_t exclude, struct receipt *out,
    struct error *err);

#endif
