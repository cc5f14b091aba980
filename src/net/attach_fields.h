/*
 * attach_fields - what frames carry: the structs of the node as fields.
 *
 * Each put appends to a frame, each take reads from the front of `in` and gives
 * false when there is too little. Numbers are little-endian and blocks have
 * lengths, as in records (base/buf.h). Threads: any.
 */
#ifndef NET_ATTACH_FIELDS_H
#define NET_ATTACH_FIELDS_H

#include "ao/node.h"

/* For take_id() of base64url.h. */
void put_id(struct buf *b, const struct id *id);
/* The whole array, zeroes included. */
void put_address(struct buf *b, const struct address *a);
/* Zero-terminated, whatever came. */
bool take_address(struct span *in, struct address *a);
/* All fields, in the order of the struct, name as a block. */
void put_process_info(struct buf *b, const struct process_info *info);
/* A name that is too long is cut. */
bool take_process_info(struct span *in, struct process_info *info);
/* All fields, in the order of the struct. */
void put_receipt(struct buf *b, const struct receipt *r);
bool take_receipt(struct span *in, struct receipt *r);
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
/* `ids` are copied; take gives those in `in` where they lie: bytes alone. */
void put_item_query(struct buf *b, const struct item_query *q);
bool take_item_query(struct span *in, struct item_query *q);
/* The head is borrowed from `in`. */
void put_item_entry(struct buf *b, const struct item_entry *entry);
bool take_item_entry(struct span *in, struct item_entry *entry);
/* All fields, the format as a block. */
void put_module_info(struct buf *b, const struct module_info *info);
/* A format that is too long is cut. */
bool take_module_info(struct span *in, struct module_info *info);
/* The body of a REPLY_ERROR: code of 2 bytes, then the text. */
void put_error(struct buf *b, const struct error *err);
/* Fills in `err`; a code that is unknown becomes ERR_SYSTEM. */
void take_error(struct span in, struct error *err);

#endif
