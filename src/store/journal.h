/*
 * journal - everything that ever happened, in the order it became durable.
 *
 * One tree of records by sequence number, appended; the indexes (message id,
 * process and slot, names, open work) are derived from it: the newest entries
 * live in memory, older ones in trees, written sorted in slices together with
 * "indexed up to n". When a journal is opened, the records after n are read
 * again. Source: design sections 3 and 8, spec/engineering-notes.md 5.
 *
 * A batch is records that become durable together or not at all. Batches reach
 * the disk in the order of journal_submit(); the writer thread takes what has
 * gathered, writes it in one transaction, syncs once, then calls back. No
 * reply, result, event or push may speak of a batch before its callback said 0.
 * After a failed sync or a full disk the journal takes nothing more: every
 * later batch fails with the same error.
 *
 * Threads: everything but open and close may be called from any thread.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include "base/histogram.h"
#include "ao/assignment.h"
#include "ao/node.h"
#include "ao/position.h"
#include "ao/result.h"
#include "store/checkpoint.h"

struct journal;
struct batch;

/* An entry of a result's outbox: who asked, at which place, which entry. */
struct push_key {
	uint64_t process; /* number */
	uint64_t slot;
	uint32_t entry;
	uint32_t tick; /* behind that slot; 0: the slot's own */
};

/* A process as the journal knows it. */
struct journal_process {
	uint64_t number; /* 1, 2, … in order of their first record */
	struct id id;
	uint64_t slots;       /* durable assignments: 0 … slots - 1 */
	uint64_t evaluated;   /* durable results: 0 … evaluated - 1 */
	struct position end;  /* behind the last durable entry */
	struct position done; /* behind the last durable result */
	uint64_t ticks;       /* durable ticks of the whole log */
	uint64_t ticks_done;  /* durable results of ticks */
	uint32_t crons;       /* schedules */
	bool monitored;
	bool stopped; /* nothing of it is to be evaluated or pushed */
	bool lazy;    /* slot 0 is evaluated when something comes behind it */
};

/* A cron tick, as its record has it. */
struct journal_tick {
	uint64_t number;    /* process */
	struct position at; /* its place; tick >= 1 */
	uint64_t timestamp_ms;
	uint64_t height;
	uint32_t schedule;
	struct span interval; /* the schedule's, as its tag has it */
	/* with this one: */
	uint64_t ticks; /* of the log */
	uint64_t count; /* of the schedule */
	uint64_t late;  /* of the schedule, emitted after their time */
};

/* What is known of a schedule by its last tick. */
struct journal_schedule {
	uint64_t count;
	uint64_t late;
	struct position last;
	uint64_t last_ms;
};

/* True while only its slot 0 is there, and that is lazy. */
static inline bool
journal_is_dormant(const struct journal_process *p)
{
	return p->lazy && p->slots == 1 && p->evaluated == 0 && p->ticks == 0;
}

/* One entry read back. Owned, slot_record_release(). */
struct slot_record {
	struct position at;
	struct buf assignment;    /* of a slot: the assignment item */
	struct buf message;       /* of a slot: the message item */
	struct journal_tick tick; /* of a tick; its interval is in `text` */
	struct buf text;
	bool evaluated;
	struct result result;        /* when evaluated */
	uint8_t chain[SHA256_BYTES]; /* result chain, when evaluated */
};

/* Free the bytes; the record may be filled in again. */
void slot_record_release(struct slot_record *r);

/*
 * Open the journal in `dir`, which exists; NULL: in memory. ERR_STORE: not
 * usable, or of a format version that is unknown (nothing is touched);
 * ERR_BUSY: another program has it open.
 */
int journal_open(const char *dir, struct journal **out, struct error *err);
/* Waits until all that was submitted is durable and told. */
void journal_close(struct journal *j);

/* Owned; taken by journal_submit(), or given up with batch_free(). */
struct batch *batch_new(void);
/* Give a batch up that was not submitted; NULL is fine. */
void batch_free(struct batch *b);

/*
 * Slot `a->slot` of process `number` (slot 0 makes the process). `id` is the
 * assignment's id. `owner` and `name` matter at slot 0 alone: they make the
 * process findable by name. Copies all.
 */
struct batch_slot {
	uint64_t number;
	const struct assignment *assignment;
	struct id id;
	struct span assignment_item;
	struct span message_item;
	struct span owner;
	struct span name;
};
/* Add the assignment and its message as one record. */
void batch_add_slot(struct batch *b, const struct batch_slot *slot);
/* The result of a slot, with `pushes` entries in its outbox to deliver. */
void batch_add_result(struct batch *b, uint64_t number, uint64_t slot,
    const struct result *r, const uint8_t chain[SHA256_BYTES], uint32_t pushes);
/*
 * Nothing is to be seen of slot 0 of the process, so that it is evaluated when
 * something comes behind it, or somebody asks. Beside its slot 0.
 */
void batch_add_lazy(struct batch *b, uint64_t number);
/* The process has so many schedules, by which it ticks here. */
void batch_add_cron(struct batch *b, uint64_t number, uint32_t schedules);
/* A tick; the ticks of one moment belong into one batch. Copies all. */
void batch_add_tick(struct batch *b, const struct journal_tick *tick);
/* The result of tick `at`, the `ticks`-th of the log. */
struct batch_tick_result {
	uint64_t number;
	struct position at;
	uint64_t ticks;
	uint32_t pushes;
	const struct result *result;
	const uint8_t *chain; /* SHA256_BYTES */
};
void batch_add_tick_result(struct batch *b, const struct batch_tick_result *r);
/* Whether what the process's ticks send is pushed from here on. */
void batch_add_monitor(struct batch *b, uint64_t number, bool on);
/* Whether the process is stopped from here on. */
void batch_add_stop(struct batch *b, uint64_t number, bool on);
/* Push `key` is delivered, or dropped: it is not open any more. */
void batch_add_pushed(struct batch *b, const struct push_key *key);
/*
 * An item that has no slot here: sent to a wallet, or brought to be kept. By its
 * id it is found in any case, by `type` unless that is empty. Copies all.
 */
struct batch_item {
	struct id id;
	struct span bytes;
	uint64_t timestamp_ms;
	struct span type;
};
void batch_add_item(struct batch *b, const struct batch_item *item);
/* The bytes of a module. */
void batch_add_module(struct batch *b, const struct id *id, struct span bytes);
/*
 * The checkpoint of a process, in the place of the one before. Compressed here,
 * in the caller's thread. It must not be ahead of the records that were
 * submitted before this batch and in it. Others do not wait for it: it is
 * written in slices, so the batch may be told behind later ones.
 */
void batch_add_checkpoint(struct batch *b, const struct checkpoint *c);
/* That process has no checkpoint any more; it need not have had one. */
void batch_drop_checkpoint(struct batch *b, uint64_t number);

/*
 * Queue a batch (taken). `done` is called once, on the writer thread, with 0
 * and durable, or -1 and why; it must not block. done may be NULL. Batches are
 * told in order, but for those with a checkpoint.
 */
typedef void (*journal_done_fn)(void *arg, int status, const struct error *err);
/* `arg` is borrowed until `done` has been called. */
void journal_submit(struct journal *j, struct batch *b, journal_done_fn done,
    void *arg);
/* journal_submit() and wait for it. */
int journal_write(struct journal *j, struct batch *b, struct error *err);

/* The next free process number; each is given once. */
uint64_t journal_next_number(struct journal *j);

/*
 * Reading. Submitted batches count at once for journal_seen() (it guards
 * against doubles); everything else speaks of durable records only.
 */
/*
 * Slot of message `id` in process `number`: 1 there, 0 not. -1, ERR_STORE:
 * that cannot be told.
 */
int journal_seen(struct journal *j, uint64_t number, const struct id *id,
    uint64_t *slot, struct error *err);
/* ERR_NOT_FOUND. */
int journal_find(struct journal *j, const struct id *id,
    struct journal_process *out, struct error *err);
/*
 * Processes of that name, newest first, of that owner (empty span: any).
 * Gives how many there are, -1: that cannot be read; fills in at most `room`.
 */
int journal_find_name(struct journal *j, struct span name, struct span owner,
    struct id *out, size_t room, struct error *err);
/* ERR_NOT_FOUND: no such slot. */
int journal_read_slot(struct journal *j, uint64_t number, uint64_t slot,
    struct slot_record *out, struct error *err);
/*
 * The first entry at or behind *at, which becomes its place. ERR_NOT_FOUND:
 * there is none.
 */
int journal_read_entry(struct journal *j, uint64_t number, struct position *at,
    struct slot_record *out, struct error *err);
/* ERR_NOT_FOUND: it has had no tick. */
int journal_read_schedule(struct journal *j, uint64_t number, uint32_t schedule,
    struct journal_schedule *out, struct error *err);
/* Item, message or assignment by id, appended to out. ERR_NOT_FOUND. */
int journal_read_item(struct journal *j, const struct id *id, struct buf *out,
    struct error *err);
/*
 * Items and where they are, as node_ops.items has them: message, assignment and
 * kept item once each. ERR_NOT_FOUND: there is no log of that process.
 */
int journal_walk_items(struct journal *j, const struct item_query *q,
    node_item_fn fn, void *arg, struct error *err);
/* When an item came, by its id. ERR_NOT_FOUND. */
int journal_item_time(struct journal *j, const struct id *id,
    uint64_t *timestamp_ms, struct error *err);
/* The bytes of a module, appended to out. ERR_NOT_FOUND. */
int journal_read_module(struct journal *j, const struct id *id, struct buf *out,
    struct error *err);
/*
 * The last checkpoint of a process that is durable. ERR_NOT_FOUND: there is
 * none; ERR_FORMAT: it is broken and as good as none.
 */
int journal_read_checkpoint(struct journal *j, uint64_t number,
    struct checkpoint_record *out, struct error *err);

/* Give back true to go on, false to stop. May call the journal. */
typedef bool (*journal_process_fn)(void *arg, const struct journal_process *p);
typedef bool (*journal_push_fn)(void *arg, const struct push_key *key);
/* All processes by number. */
int journal_walk(struct journal *j, journal_process_fn fn, void *arg,
    struct error *err);
/* Processes with schedules, by number. */
int journal_walk_cron(struct journal *j, journal_process_fn fn, void *arg,
    struct error *err);
/*
 * Processes with entries that have no result and are to have one, and those that
 * are stopped, for the start of the engine.
 */
int journal_walk_unevaluated(struct journal *j, journal_process_fn fn,
    void *arg, struct error *err);
/* Pushes of durable results that are not marked pushed, oldest first. */
int journal_walk_unpushed(struct journal *j, journal_push_fn fn, void *arg,
    struct error *err);
/* Places of a message in all logs, by process. ERR_NOT_FOUND: none. */
typedef bool (*journal_place_fn)(void *arg, uint64_t number, uint64_t slot);
int journal_walk_places(struct journal *j, const struct id *message,
    journal_place_fn fn, void *arg, struct error *err);

/* Counted where it happens: reading costs the same for a million processes. */
struct journal_stats {
	uint64_t processes;
	uint64_t slots;   /* and ticks, of all processes */
	uint64_t pushes;  /* open ones */
	uint64_t records; /* of all kinds */
	uint64_t bytes;   /* on disk */
	/* since the journal was opened: */
	uint64_t commits;
	uint64_t commits_10s;  /* in the last ten seconds */
	uint64_t sync_mean_us; /* of the newest commits */
	uint64_t sync_max_us;
};
/* Durable things alone; each figure of its own moment. */
void journal_stats(struct journal *j, struct journal_stats *out);
/* Bytes on disk. */
uint64_t journal_size(struct journal *j);

/* How long the writer has taken since the journal was opened. */
struct journal_times {
	uint64_t records;
	uint64_t bytes;           /* of records */
	struct histogram groups;  /* ns of each group's transaction */
	struct histogram flushes; /* ns of those with a part of the index */
	uint64_t flush_ns;        /* the longest part of the index in one */
};
/* A copy of it, at any time. */
void journal_times(struct journal *j, struct journal_times *out);

#endif
