/*
 * attach_request - what an operation is given, of those that an attached program
 * asks for.
 *
 * It reads its fields from `in` and answers into `out`, or with frames of its
 * own on `fd`.
 */
#ifndef NET_ATTACH_REQUEST_H
#define NET_ATTACH_REQUEST_H

#include "ao/node.h"

struct session;

struct request {
	struct node *node;
	int fd; /* the connection */
	struct session *session;
	struct span in;
	struct buf *out;
	int fd_beside; /* came along; -1: none; closed behind the operation */
};

/* The connection stays: frames have lengths of their own. */
static inline int
attach_malformed(struct error *err)
{
	return FAIL(err, ERR_FORMAT, "a frame that is too short");
}

#endif
