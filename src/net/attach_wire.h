/*
 * attach_wire - frames between programs on the same data, over its socket.
 *
 * A frame is a length of 4 bytes (little-endian, of what follows) and that many
 * bytes. A request begins with an operation; fields follow in the order of
 * the node operation's arguments. Each reply frame begins with a status:
 * REPLY_MORE (one entry of a list or log), REPLY_DONE, or REPLY_ERROR (a code
 * of 2 bytes, then text). Both ends are the same program and compare their
 * versions first, so nothing here is kept compatible. WATCH passes its eventfd
 * beside its frame (SCM_RIGHTS).
 *
 * Threads: one per connection and end.
 */
#ifndef NET_ATTACH_WIRE_H
#define NET_ATTACH_WIRE_H

#include "ao/node.h"

enum {
	FRAME_MAX_BYTES = 256 << 20,
};

enum attach_op {
	ATTACH_HELLO, /* version text; the reply has the owner's */
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
};

enum attach_reply {
	REPLY_DONE,
	REPLY_MORE,
	REPLY_ERROR
};

/* The version that both ends must share. */
const char *attach_version(void);

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

/* Structs as fields; each take gives false when the frame is too short. */
void put_id(struct buf *b, const struct id *id);
/* Copies the id. */
bool take_id(struct span *in, struct id *id);
/* The whole array, zeroes included. */
void put_address(struct buf *b, const struct address *a);
/* Zero-terminated, whatever came. */
bool take_address(struct span *in, struct address *a);
/* All fields, in the order of the struct, name as a block. */
void put_process_info(struct buf *b, const struct process_info *info);
/* A name that is too long is cut. */
bool take_process_info(struct span *in, struct process_info *info);
/* A place in a log. */
void put_position(struct buf *b, struct position at);
bool take_position(struct span *in, struct position *at);
/* Of an entry all but `message`, which goes as its item; see put_tick(). */
void put_log_entry(struct buf *b, const struct log_entry *entry);
/* `item` and the entry's spans are borrowed from `in`; `message` is not set. */
bool take_log_entry(struct span *in, struct log_entry *entry,
    struct span *item);
/* The message of a tick, which is no item: who speaks, and a draft. */
void put_tick(struct buf *b, const struct message *m);
/* One reference of the message; NULL: the frame is too short. */
struct message *take_tick(struct span *in);
/* All fields, in the order of the struct. */
void put_cron_info(struct buf *b, const struct cron_info *info);
/* Spans are borrowed from `in`. */
bool take_cron_info(struct span *in, struct cron_info *info);
/* Tags are borrowed from `in`; room for TAGS_MAX. */
void put_draft(struct buf *b, const struct message_draft *draft);
/* `target` is where draft->target points afterwards. */
bool take_draft(struct span *in, struct message_draft *draft, struct id *target,
    struct tag *tags);
/* Copies what is asked for. */
void put_trace_query(struct buf *b, const struct trace_query *q);
bool take_trace_query(struct span *in, struct trace_query *q);
/* Name and action are borrowed from `in`. */
void put_trace_entry(struct buf *b, const struct trace_entry *entry);
bool take_trace_entry(struct span *in, struct trace_entry *entry);
/* All figures, in the order of the struct. */
void put_status(struct buf *b, const struct node_status *status);
bool take_status(struct span *in, struct node_status *status);
/* Spans are borrowed from `in`. */
void put_import_entry(struct buf *b, const struct import_entry *entry);
bool take_import_entry(struct span *in, struct import_entry *entry);
/* The body of a REPLY_ERROR: code of 2 bytes, then the text. */
void put_error(struct buf *b, const struct error *err);
/* Fills in `err`; a code that is unknown becomes ERR_SYSTEM. */
void take_error(struct span in, struct error *err);

/* The address of `dir`/socket in few bytes, whatever the length of `dir`. */
struct sockaddr_un;
int socket_address(const char *dir, struct sockaddr_un *out, int *dir_fd,
    struct error *err);

#endif
