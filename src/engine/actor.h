/*
 * actor - a process that is awake: its mailbox, and the state of its turns.
 */
#ifndef ENGINE_ACTOR_H
#define ENGINE_ACTOR_H

#include <semaphore.h>
#include <stdatomic.h>

#include "base/map.h"
#include "base/thread.h"
#include "ao/assignment.h"
#include "ao/outbox.h"
#include "ao/patch.h"
#include "ao/process.h"
#include "store/journal.h"
#include "vm/vm.h"

enum {
	/* scheduled messages kept beside the journal: of a process so many, and
	 * so many bytes; and the bytes of all processes */
	RECENT_MAX = 256,
	RECENT_BYTES = 1024 * 1024,
	RECENT_BYTES_ALL = 32 * 1024 * 1024,
	PATIENCE_NS = 50 * 1000 * 1000,
};

/* Whoever waits for a message to be durable. On the waiter's stack. */
struct ticket {
	sem_t done;
	int status;
	struct error err;
	struct receipt *receipt;
};

/* An entry of an outbox on its way, see delivery_new(). */
struct delivery {
	struct push_key key;
	atomic_uint shares;    /* messages that the journal has not yet */
	atomic_bool left_open; /* one could not be sent now */
};

/* A message that has come in and has no slot yet. */
struct arrival {
	struct arrival *next;
	struct message *message;   /* one reference */
	struct delivery *delivery; /* a share of it; NULL: no push */
	struct ticket *ticket;     /* NULL: nobody waits */
	uint8_t exclude;           /* fields, of one that is assigned */
};

/* A scheduled entry that need not be read back from the journal. */
struct recent {
	struct recent *next;
	struct position from; /* the end of the log before it */
	struct position at;
	struct message *message; /* one reference; of a tick its schedule's */
	struct assignment assignment; /* of a tick time and height */
	uint32_t schedule;            /* of a tick */
	uint64_t ticks;               /* of a tick: its number in the log */
};

/* A durable result whose pushes are to be delivered, or that is to be told. */
struct outgoing {
	struct outgoing *next;
	struct position at;
	bool read_back; /* the outbox is to be read from the journal */
	bool has_outbox;
	struct outbox outbox;  /* when has_outbox */
	struct message *cause; /* one reference, with the outbox; NULL: tick */
	size_t entry_count;    /* of `entries` */
	uint32_t *entries;     /* which are open; NULL: all; owned */
};

/* A dry run on its way. On the caller's stack. */
struct dry_job {
	struct dry_job *next;
	struct position after; /* the end of what comes before it */
	struct message *message;
	struct result *out;
	int status;
	struct error err;
	int done_fd; /* eventfd */
};

struct actor {
	struct id id;
	atomic_uint refs;   /* see roster.h */
	atomic_bool loaded; /* actor_load() was called: number and lane are */
	uint64_t number;
	unsigned lane;

	struct actor *parked; /* the next that waits for the same lane */
	/* an evaluation of so long gives way to who waits for its lane */
	atomic_uint_least64_t patience_ns;
	struct actor *colder, *warmer; /* of the roster's list, its lock */
	bool listed;

	pthread_mutex_t lock; /* the mailbox: all of this paragraph */
	struct arrival *arrivals, **arrivals_end;
	struct recent *recent, **recent_end;
	size_t recent_count;
	size_t recent_bytes;
	atomic_size_t *recent_bytes_all; /* the engine's sum of these */
	struct outgoing *outgoing, **outgoing_end;
	struct dry_job *dry_jobs;
	/* ends of the log, see ao/position.h: */
	struct position scheduled; /* of what has its place */
	struct position durable;   /* of what is on disk */
	struct position told;      /* of the results clients may hear of */
	uint64_t memory;           /* bytes of state */
	uint64_t sleepy_bytes; /* it is to sleep, and that will give so much */
	uint64_t waking;       /* slots replayed so far, while it wakes */
	bool saving;           /* its checkpoint is on the way to the disk */
	bool has_cron;         /* has schedules, by which it ticks here */
	bool has_ticks;        /* there may be ticks in its log */
	struct actor_cron *cron; /* see tick.h; NULL: not read yet */
	bool monitored;          /* what ticks send is pushed */
	bool halted;             /* stopped by its user, see stop.h */
	uint64_t started_ms;     /* when it was that no more; 0: never */
	uint64_t open;           /* its part of what the engine counts */
	bool tick_due;           /* the scheduling turn is to look */
	bool unplanned;          /* and to plan its next tick */
	bool turn_planned;       /* what failed is tried again (cron.h) */
	bool dormant;            /* slot 0 alone, to be evaluated when asked */
	bool scheduling;         /* somebody has the scheduling turn */
	bool queued;             /* in the run queue, or a worker has it */
	struct vm *running;      /* while an evaluation runs: to interrupt it */
	bool running_entry;      /* that is one of what comes next in its log */
	struct dry_job *dry_running; /* the dry run that it is */
	bool stopped;                /* it was told to end … */
	bool preempted;              /* … or to give way, and begin again */

	/* of the scheduling turn: the end of the log */
	bool schedule_read;
	uint64_t next_slot;
	uint32_t next_tick; /* behind the last slot, less one */
	uint64_t ticks;     /* given so far */
	uint64_t last_ms;   /* of the last entry */
	struct page *page;  /* of ticks, that the turn waits for */
	struct id last_id;
	uint8_t hash_chain[SHA256_BYTES];
	struct address scheduler; /* who signs its assignments */

	/* of the worker's turn */
	bool process_read;
	bool telling; /* an outgoing result is being pushed */
	struct process process;
	struct vm *vm;       /* NULL: asleep */
	uint64_t counted;    /* bytes that the engine's sum has of it */
	uint64_t unsaved_ns; /* what replaying it again would take */
	uint64_t save_ns;    /* what the last checkpoint took */
	bool used;           /* something was evaluated in this turn */
	unsigned failures;   /* in a row: what this computer could not do */
	bool broken;         /* its module cannot be opened */
	struct error broken_why;
	struct position evaluated; /* the end of what is */
	struct position awoken;    /* of what is replayed, while it wakes */
	uint8_t chain[SHA256_BYTES];
	struct assignment newest; /* of the last evaluated entry */

	pthread_mutex_t read_lock; /* of loading, and of this paragraph */
	struct patch_cache cache;  /* what the process shows of itself */
	struct position cached;    /* the end of what it was gathered from */
};

/* One reference; see roster.h for how they are given back. `recent_bytes` is
 * what all actors together keep beside the journal. */
struct actor *actor_new(const struct id *id, atomic_size_t *recent_bytes);
/* What the journal knows of it, once, before it is used. */
void actor_load(struct actor *a, const struct journal_process *p);
/* Frees its mailbox and closes its machine, when no thread can reach it. */
void actor_free(struct actor *a);
/* One reference more, of an actor that is counted already; gives `a`. */
struct actor *actor_ref(struct actor *a);
/* Without references: nothing would be lost if it went out of memory. */
bool actor_may_go(const struct actor *a);

/* Add to the mailbox; each gives true when the caller got the turn. */
bool actor_arrive(struct actor *a, struct arrival *arrival);
/* Ticks may be due; `unplanned`: nobody will wake for the next one. */
bool actor_tick(struct actor *a, bool unplanned);
/* An entry has its place; takes it, and keeps it while there is room and the
 * process runs. What is not kept is read back from the journal. */
void actor_remember(struct actor *a, struct recent *recent);
/* What was evaluated up to there need not be kept: of that the first. */
void actor_forget(struct actor *a, struct position evaluated);
/* Keep none of what is kept. */
void actor_forget_all(struct actor *a);
/* Put `a` into the run queue's care: true when it was not there. */
bool actor_claim(struct actor *a);

/* Give the message back and free it. */
void arrival_free(struct arrival *arrival);
/* The same for a recent message. */
void recent_free(struct recent *recent);
/* The same for a result; with its outbox, if it has one. */
void outgoing_free(struct outgoing *outgoing);

#endif
