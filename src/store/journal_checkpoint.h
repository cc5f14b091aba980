/*
 * journal_checkpoint - checkpoints on their way into a tree of their own.
 *
 * Large ones would hold up everybody else's commit, so they are written in
 * slices beside the groups, behind the records they came with. A checkpoint
 * counts when its head is written, which is last; until then the one before it
 * does. What a killed program has left of one is removed by the next.
 *
 * key                            value
 * number                         generation, length
 * number, generation, piece      bytes
 *
 * For journal*.c alone; the writer's own.
 */
#ifndef STORE_JOURNAL_CHECKPOINT_H
#define STORE_JOURNAL_CHECKPOINT_H

#include "store/journal_index.h"
#include "store/journal_record.h"

/* What a batch does to the checkpoint of a process. */
struct checkpoint_change {
	uint64_t number;
	struct buf bytes; /* encoded; none: drop it */
	struct checkpoint_change *next;
};

/* Free a list of them; NULL is fine. */
void checkpoint_changes_free(struct checkpoint_change *c);

enum saver_step {
	SAVE_BEGIN,
	SAVE_PIECES,
	SAVE_END,
};

struct saver {
	struct batch *first; /* whose records are durable */
	struct batch **end;
	struct batch *written; /* all written, to be told after the commit */
	struct batch **written_end;
	/* of the first change of the first batch */
	enum saver_step step;
	uint8_t generation;
	uint32_t piece; /* the next one */
};

/* Nothing to save. */
void saver_init(struct saver *s);
/* A batch whose records are durable; taken until it is given back. */
void saver_add(struct saver *s, struct batch *b);
/* True when saver_write() would write something. */
bool saver_is_due(const struct saver *s);
/* Write the next slice. Errors of kv_put(): nothing more is to be written. */
int saver_write(struct saver *s, struct kv_txn *txn, struct error *err);
/* Batches that are through, or (`all`) whatever there is, oldest first. */
struct batch *saver_take(struct saver *s, bool all);

#endif
