/*
 * legacy_log - a piece of a process's log, put together from two units.
 *
 * The scheduler's list gives the slots, by nonce, so that none is missed and
 * none comes twice; the compute unit's list gives results, by its own cursors,
 * and ticks between slots. What that list leaves out (a failed message) is
 * asked for alone. An entry's result is filled in only when everything before
 * it has been, ticks included: who reads in order misses nothing.
 *
 * Failed ticks are told by no unit, and are missing.
 */
#ifndef NET_LEGACY_LOG_H
#define NET_LEGACY_LOG_H

#include "net/legacy_json.h"
#include "net/legacy_node.h"
#include "net/legacy_schedule.h"

struct legacy_entry {
	struct position at;
	uint64_t timestamp_ms;
	uint64_t height;
	struct id assignment;
	struct process_facts *facts; /* owned; of slot 0 alone */
	uint8_t exclude;
	struct buf assignment_item; /* as of legacy_slot */
	struct message *message;    /* one reference */
	uint32_t schedule;          /* of a tick, with the next */
	char name[64];              /* of that schedule: "0-5-minutes" */
	bool evaluated;
	struct result result; /* when evaluated */
};

struct legacy_log {
	const struct legacy_process *process; /* known */
	unsigned slots_page;                  /* so many are asked for */
	unsigned results_page;
	char cursor[LEGACY_CURSOR_MAX + 1]; /* behind the last result read */
	bool listed; /* in the last round the scheduler answered, and */
	bool more;   /* has more already */

	pthread_mutex_t lock; /* all below; held by who only reads */
	struct legacy_entry *entries;
	size_t count;
	size_t room;
	uint64_t next;    /* slot to be asked for */
	uint64_t changes; /* counted */
};

/* A log from slot `from` on, empty. */
void legacy_log_init(struct legacy_log *log, const struct legacy_process *p,
    uint64_t from);
void legacy_log_release(struct legacy_log *log);
/* What a round grants the compute unit. */
struct legacy_patience {
	uint64_t wait_ms; /* for a result that is not there yet; 0: none */
	uint64_t all_ms;  /* for all answers of it; 0: what requests have */
};

/*
 * Read once: slots that are new, and results; with `wait_ms` one that waits is
 * asked for. One thread at a time. ERR_GONE, ERR_TIMEOUT and others.
 */
int legacy_log_round(const struct legacy_call *c, struct legacy_log *log,
    struct legacy_patience p, struct error *err);
/* Whether some entry has no result yet. */
bool legacy_log_waits(struct legacy_log *log);
/* Forget the first n entries. */
void legacy_log_drop(struct legacy_log *log, size_t n);
/* Index of the first entry at or behind `at`; the lock is held. */
size_t legacy_log_find(const struct legacy_log *log, struct position at);
/* Give an entry to a reader of the node. */
bool legacy_entry_tell(const struct legacy_entry *e, node_log_fn fn, void *arg);

#endif
