/*
 * attach_server - lets other programs of the same user use this node.
 *
 * The socket beside the store speaks HTTP: to anybody the units of net/serve.h,
 * to programs on the same data, which ask for it there (attach_upgrade.h),
 * frames of the node's own operations.
 */
#ifndef NET_ATTACH_SERVER_H
#define NET_ATTACH_SERVER_H

#include "ao/node.h"

struct attach_server;

/*
 * Serve `node` (borrowed) on `dir`/socket (0600; a stale one is replaced: the
 * caller owns the store). One thread listens, one serves each connection.
 */
int attach_server_start(struct node *node, const char *dir,
    struct attach_server **out, struct error *err);
/* Close all connections, end the threads, remove the socket. Requests of HTTP
 * that are waited for have a second to end in. */
void attach_server_stop(struct attach_server *server);

#endif
