/*
 * journal_record - the records of a journal as bytes, and batches of them.
 *
 * A record is a kind byte, then little-endian numbers and blocks, the large
 * blocks last, so that reading the head of a record touches one page. For
 * journal*.c alone; what a batch takes is described in journal.h.
 */
#ifndef STORE_JOURNAL_RECORD_H
#define STORE_JOURNAL_RECORD_H

#include "store/journal.h"
#include "store/journal_index.h"

/* The numbers are on disk: they never change. */
enum record_kind {
	RECORD_SLOT = 1,
	RECORD_RESULT = 2,
	RECORD_PUSHED = 3,
	RECORD_ITEM = 4,
	RECORD_MODULE = 5,
	RECORD_CRON = 6,
	RECORD_TICK = 7,
	RECORD_TICK_RESULT = 8,
	RECORD_TICK_PUSHED = 9,
	RECORD_MONITOR = 10,
	RECORD_LAZY = 11,
	RECORD_STOP = 12,
	RECORD_KEPT = 13, /* an item, as RECORD_ITEM was before */
};

/* A record taken apart; spans point into it. Which fields: by kind. */
struct record {
	enum record_kind kind;
	uint64_t number;    /* all but item, module */
	uint64_t slot;      /* slot, result, pushed, those of ticks */
	uint32_t entry;     /* pushed */
	uint32_t schedules; /* cron */
	bool on;            /* monitor, stop */
	/* of ticks, their results and pushes: `at`; of the first two: `ticks`;
	 * of the first all */
	struct journal_tick tick;
	uint64_t kept_ms;            /* kept: when it came */
	struct span type;            /* kept */
	struct id id;                /* of assignment, item, module */
	struct id process;           /* slot */
	struct id message;           /* slot */
	struct span owner;           /* slot */
	struct span name;            /* slot */
	struct span item;            /* slot: assignment; item; module: bytes */
	struct span text;            /* slot: message item; results: JSON */
	enum verdict verdict;        /* results */
	uint8_t chain[SHA256_BYTES]; /* results */
	uint32_t pushes;             /* results */
};

/* ERR_STORE: not a record of ours. */
int record_decode(struct span in, struct record *r, struct error *err);

/* A message with a slot: what journal_seen() asks for before it is durable. */
struct slot_mark {
	struct index_key key;
	uint64_t slot;
};

struct batch {
	struct buf records; /* blocks */
	struct buf marks;   /* struct slot_mark of each of its slots */
	size_t count;
	struct checkpoint_change *changes; /* journal_checkpoint.h */
	journal_done_fn done;
	void *arg;
	struct batch *next; /* in the queue */
};

#endif
