/*
 * attach_wire - frames between programs on the same data, over its socket.
 *
 * A frame is a length of 4 bytes (little-endian, of what follows) and that many
 * bytes. A request begins with an operation; fields (attach_fields.h) follow in
 * the order of the node operation's arguments. Each reply frame begins with a
 * status: REPLY_MORE (an entry of a list, some of a log), REPLY_DONE or
 * REPLY_ERROR (a code of 2 bytes, then text). Both ends are the same program
 * and compare their versions first (attach_upgrade.h), so nothing here is kept
 * compatible. WATCH passes its eventfd beside its frame (SCM_RIGHTS).
 *
 * Threads: one per connection and end.
 */
#ifndef NET_ATTACH_WIRE_H
#define NET_ATTACH_WIRE_H

#include "base/buf.h"
#include "base/error.h"

enum {
	FRAME_MAX_BYTES = 256 << 20,
};

enum attach_op {
	ATTACH_INFO,
	ATTACH_SEND,
	ATTACH_DRY_RUN,
	ATTACH_FIND,
	ATTACH_PROCESS,
	ATTACH_LIST,
	ATTACH_LOG,
	ATTACH_MONITOR,
	ATTACH_STOP,
	ATTACH_CRON,
	ATTACH_ITEM,
	ATTACH_CACHE,
	ATTACH_WATCH,
	ATTACH_UNWATCH,
	ATTACH_SETTLE,
	ATTACH_INTERRUPT,
	ATTACH_MODULE,
	ATTACH_ATTEST,
	ATTACH_IMPORT,
	ATTACH_TRACE,
	ATTACH_STATUS,
	ATTACH_ITEMS,
	ATTACH_KEEP,
	ATTACH_MODULES,
	ATTACH_ASSIGN,
	ATTACH_PLACE,
};

enum attach_reply {
	REPLY_DONE,
	REPLY_MORE,
	REPLY_ERROR
};

/* Begin a frame in an empty buf: room for the length, then the first byte. */
void frame_begin(struct buf *frame, uint8_t first);
/*
 * Set the length and write all; `fd_beside` (-1: none) goes along. ERR_GONE
 * when the other end went away.
 */
int frame_send(int fd, struct buf *frame, int fd_beside, struct error *err);
/*
 * Read one frame into `frame`, without its length. *fd_beside: what came
 * along, owned by the caller, or -1; NULL: close it. ERR_GONE at the end.
 */
int frame_receive(int fd, struct buf *frame, int *fd_beside, struct error *err);

/* The address of `dir`/socket in few bytes, whatever the length of `dir`. */
struct sockaddr_un;
int socket_address(const char *dir, struct sockaddr_un *out, int *dir_fd,
    struct error *err);

#endif
