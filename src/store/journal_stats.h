/*
 * journal_stats - what a journal counts of itself; for journal*.c alone.
 *
 * Threads: the writer counts, anyone reads.
 */
#ifndef STORE_JOURNAL_STATS_H
#define STORE_JOURNAL_STATS_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/journal_record.h"
#include "store/kv.h"

enum {
	COMMITS_KEPT = 64, /* of which the time is known */
	LATELY_MAX = 16,   /* seconds that are counted by themselves */
};

struct second_count {
	uint64_t second;
	uint64_t commits;
};

struct journal_counts {
	atomic_uint_least64_t processes;
	atomic_uint_least64_t slots;
	atomic_uint_least64_t pushes;
	atomic_uint_least64_t records;

	pthread_mutex_t lock; /* all of this paragraph */
	uint64_t commits;
	uint64_t newest_ns[COMMITS_KEPT]; /* a ring: how long each took */
	struct second_count seconds[LATELY_MAX];
};

/* All zero but the lock. End with counts_release(). */
void counts_init(struct journal_counts *c);
/* Nothing else is held. */
void counts_release(struct journal_counts *c);
/* Slots and processes of the trees, before more is derived. */
void counts_stored(struct journal_counts *c, struct kv_txn *txn);
/* A record is durable that was not counted. */
void counts_record(struct journal_counts *c, const struct record *r);
/* A commit that began at `start_ns` has just ended. */
void counts_commit(struct journal_counts *c, uint64_t start_ns);

#endif
