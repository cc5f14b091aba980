/*
 * log_file - the log of a process as a file that proves itself.
 *
 * It is a bundle of signed items (ANS-104), so that its parts can be looked at
 * with any tool: first a head, then three items for each slot and one for each
 * cron tick, in order.
 *
 *   head        Type Log, Log-Format 1, Process, Module, Slots, and Ticks when
 *               there are any. Module is the one that the process runs; the
 *               data are what that id is made of (ao/module.h), or nothing
 *               where the node had none. Signed with a key that is made of
 *               its own content, since nobody needs to be believed.
 *   assignment  the scheduler's, as it is in the log
 *   message     as it came in
 *   result      the exporting node's attestation (ao/attestation.h), whole:
 *               chain, verdict, canonical result
 *   tick        the same attestation of a tick behind the slot: it says when
 *               it was and of which schedule, which with the process's own tags
 *               is all that there is of it
 *
 * The chain of the last attestation stands for the whole log. The file is
 * written and read piece by piece: memory does not depend on its size.
 *
 * Threads: one per log_file.
 */
#ifndef SHELL_LOG_FILE_H
#define SHELL_LOG_FILE_H

#include "codec/item_read.h"
#include "ao/node.h"

enum {
	LOG_ITEMS_PER_SLOT = 3,
	LOG_ITEM_MAX = 256 << 20, /* bytes of one item in it */
};

struct log_head {
	struct id process;
	struct id module;
	uint64_t slots;
	uint64_t ticks;
	struct span bytes; /* of the module; may be empty */
};

/* Append the head's item; the same head gives the same item. ERR_LIMIT. */
int log_head_item(const struct log_head *head, struct buf *item,
    struct error *err);

struct log_file {
	struct item_reader reader;
	uint64_t size;
	struct item_walk walk;
	uint8_t piece[4096];
	struct log_head head; /* its bytes lie in head_item */
	struct buf head_item;
	struct address node; /* who attests the results */
	char release[132];   /* Lua release, as it says; may be empty */
	struct position end; /* behind the last entry that was read */
	uint64_t ticks;      /* read so far */
	/* of the entry at hand */
	struct position at;
	struct buf items[LOG_ITEMS_PER_SLOT];
	struct message *message;
	struct message *result;
};

/*
 * Begin to read `size` bytes of a source, which is borrowed. ERR_FORMAT,
 * ERR_SHORT, ERR_LIMIT, ERR_SIGNATURE: it is no log. Release it in any case.
 */
int log_file_open(struct byte_source from, uint64_t size, struct log_file *f,
    struct error *err);
/*
 * The next entry: 1, or 0 behind the last. It is borrowed until the next call; a
 * tick has no message and no interval. The result's signature is verified;
 * those of message and assignment, and whether a tick was due, are left to who
 * judges the entry (replay.h). After a failure `at` is where it was.
 */
int log_file_next(struct log_file *f, struct log_entry *entry,
    struct error *err);
/* To slot 0 again. */
int log_file_rewind(struct log_file *f, struct error *err);
void log_file_release(struct log_file *f);
/* A replay_module_fn; `arg` is the log_file. */
int log_file_module(void *arg, const struct id *id, struct buf *out,
    struct error *err);

#endif
