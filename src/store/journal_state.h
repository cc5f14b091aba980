/*
 * journal_state - what a journal holds, and how its records are found; for
 * journal.c, journal_read.c and journal_items.c.
 *
 * Two locks, never held together: this one (queue and what is submitted) and
 * the index's own.
 */
#ifndef STORE_JOURNAL_STATE_H
#define STORE_JOURNAL_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/map.h"
#include "store/journal_checkpoint.h"
#include "store/journal_derive.h"
#include "store/journal_index.h"
#include "store/journal_record.h"
#include "store/journal_stats.h"

struct journal {
	struct kv *kv;
	struct index *index;
	int owned; /* the descriptor that holds the lock file, or -1 */
	atomic_uint_fast64_t next_number;

	pthread_mutex_t lock;
	pthread_cond_t wake; /* the writer */
	struct batch *first; /* the queue */
	struct batch **end;
	bool ending;
	struct journal_times stats; /* changed by the writer */
	struct map submitted; /* message key -> slot_mark, not durable yet */

	struct journal_counts counts;

	/* the writer's own */
	pthread_t writer;
	uint64_t next_seq;
	struct saver saver; /* of checkpoints */
	bool stopped;
	struct error why;
};

/* Decode record `seq`; its spans live as long as the transaction. */
int journal_get_record(struct kv_txn *txn, uint64_t seq, struct record *r,
    struct error *err);
/* Where an entry's records are: 1; 0 there is none; -1. */
int journal_find_place(struct journal *j, uint64_t number, struct position at,
    struct slot_place *place, struct error *err);

#endif
