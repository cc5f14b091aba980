/*
 * attach_upgrade - how a connection to the store's socket becomes one of frames.
 *
 * The socket speaks HTTP, the units of net/serve.h. A program on the same data
 * asks there for another protocol (RFC 9110, 7.8):
 *
 *	GET /aosh/attach HTTP/1.1
 *	Connection: Upgrade
 *	Upgrade: aosh-attach
 *	Aosh-Version: VERSION
 *
 * and sends frames (attach_wire.h) once it has read "101 Switching Protocols".
 * 426 has the owner's Aosh-Version: it is another, and there is nothing to say
 * to each other.
 *
 * Threads: one per connection and end. Both block.
 */
#ifndef NET_ATTACH_UPGRADE_H
#define NET_ATTACH_UPGRADE_H

#include "base/error.h"

/* The version that both ends must share. */
const char *attach_version(void);

/*
 * The client's part, on a connection that nobody wrote to. ERR_GONE: the other
 * end went away; ERR_STORE: it is stopped; ERR_UNSUPPORTED: it is of another
 * version, or no owner of ours.
 */
int attach_upgrade(int fd, struct error *err);

enum attach_visitor {
	VISITOR_NONE,   /* gone, or refused and told so: close it */
	VISITOR_FRAMES, /* upgraded */
	VISITOR_HTTP,   /* not a byte of it has been read */
};

/* The server's part: who has connected. */
enum attach_visitor attach_greet(int fd);

/* A whole reply of HTTP for who came in vain; `status`: as "503 Why". */
void attach_refuse(int fd, const char *status, const char *text);

#endif
