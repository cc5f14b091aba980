/*
 * attach_client - the node that another program on the same data owns.
 */
#ifndef NET_ATTACH_CLIENT_H
#define NET_ATTACH_CLIENT_H

#include "ao/node.h"

/*
 * Connect to `dir`/socket. Every operation gives ERR_GONE once the owner went
 * away, and ERR_STORE while it is stopped. ERR_GONE: nobody listens;
 * ERR_UNSUPPORTED: another version does.
 */
int attach_connect(const char *dir, struct node **out, struct error *err);
/* Readable when the owner has gone; borrowed while the node is open. */
int attach_lifeline(const struct node *node);

#endif
