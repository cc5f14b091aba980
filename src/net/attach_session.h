/*
 * attach_session - what one attached program asks of this node.
 */
#ifndef NET_ATTACH_SESSION_H
#define NET_ATTACH_SESSION_H

#include "ao/node.h"

/*
 * Answer requests (attach_wire.h) on `fd`, one after the other, until the other
 * end goes away; its watches go with it. `fd` stays open. Blocks; threads: one
 * per connection.
 */
void attach_session(struct node *node, int fd);

#endif
