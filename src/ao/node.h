/*
 * node - anything that can spawn, send and give results: the engine in this
 * program, the engine of another program on the same data, a network.
 *
 * Shell, pane and server know only this table. Every operation may be called
 * from any thread. Operations block no longer than a sync of the disk, except
 * dry_run, which evaluates, settle, which waits, and log and cache, which read
 * as much as there is. Whatever an operation reports is durable. When a result
 * is reported, what it sent to processes of this node has its slots there: a
 * later send comes behind it.
 *
 * The feed is a cursor: watch() makes an eventfd readable whenever a process
 * has something new, log() reads from any place on. Nothing is skipped, nothing
 * comes twice, and a slow reader holds up nobody.
 */
#ifndef AO_NODE_H
#define AO_NODE_H

#include "ao/assignment.h"
#include "ao/position.h"
#include "ao/result.h"

struct node_ops;

struct node {
	const struct node_ops *ops;
};

struct node_info {
	struct address address; /* signs pushes and assignments */
	/* who signs pushes where that is somebody else: addresses, split by
	 * commas, borrowed while the node is open; NULL: the same */
	const char *authority;
	struct id module; /* what a spawn without a module gets */
	bool attached;    /* another program owns the store */
};

struct receipt {
	struct id process;
	struct id message;
	struct id assignment; /* of the item that says so */
	uint64_t slot;
	uint64_t timestamp_ms;
	bool again; /* it had that slot before */
};

struct process_info {
	struct id id;
	struct id module;     /* what its spawn message names */
	struct id runs;       /* the one that it runs: another for an alias */
	struct address owner; /* who may evaluate */
	char name[129];       /* tag Name, cut to 128 bytes; may be empty */
	uint64_t slots;       /* scheduled: the last slot is slots - 1 */
	uint64_t evaluated;
	/* behind the newest result: what is not told yet begins there */
	struct position told;
	uint64_t spawned_ms;
	uint64_t memory; /* bytes of its state; 0 while asleep */
	uint64_t waking; /* so many slots are replayed by now; 0: it is not */
	uint64_t ticks;  /* of cron, in its log */
	uint32_t crons;  /* schedules */
	bool monitored;  /* what its ticks send is pushed */
	bool stopped;    /* nothing of it is evaluated or pushed */
};

/*
 * One entry of a log: a slot, or a tick behind one. Pointers are borrowed until
 * the callback returns.
 */
struct log_entry {
	uint64_t slot;
	uint32_t tick; /* 0: the slot itself; of a tick: */
	uint32_t schedule;
	struct span interval; /* the schedule's, as its tag has it */
	uint64_t timestamp_ms;
	uint64_t height;
	struct id assignment; /* of a slot: of the item that gave it */
	/* that item; empty for a tick, and where the node does not tell it: then
	 * what its tags say beside the place */
	struct span assignment_item;
	const struct process_facts *facts; /* of slot 0; NULL: nothing */
	uint8_t exclude;
	/* counted: message_ref() keeps it. Of a tick: as cron_message() makes
	 * it, without id and signature */
	struct message *message;
	bool evaluated;
	bool stopped;            /* else: it waits in a stopped process */
	enum verdict verdict;    /* when evaluated */
	struct span result_json; /* when evaluated */
	/* the node keeps no chain, and tells of failures no more than that */
	bool unchained;
	uint8_t chain[SHA256_BYTES];
};

static inline struct position
log_entry_at(const struct log_entry *entry)
{
	return (struct position){ entry->slot, entry->tick };
}

/* A schedule of a process, and how it stands. */
struct cron_info {
	uint32_t index;
	struct span name;     /* "0-5-minutes"; borrowed until the return */
	struct span interval; /* "5-minutes" */
	struct span action;   /* the tag Action of its messages; may be empty */
	uint64_t next_ms;     /* when it is due */
	uint64_t ticks;       /* so many in the log; of the last one, if any: */
	uint64_t late;        /* ticks that were due while nothing ran */
	struct position last;
	uint64_t last_ms;
	bool evaluated;
	enum verdict verdict; /* when evaluated */
};

/* Of which entry of a log, or which message, a trace is wanted. */
struct trace_query {
	bool by_place;     /* else by message, wherever it has slots */
	struct id message; /* or with a place: the process */
	struct position at;
	unsigned depth; /* how far below it to go */
};

enum trace_kind {
	TRACE_MESSAGE,
	TRACE_SPAWN,   /* the process that came of it */
	TRACE_ASSIGN,  /* a message that was there has one more slot */
	TRACE_TICK,    /* of cron: only what was asked for may be one */
	TRACE_WALLET,  /* kept here, for who is no process */
	TRACE_MISSING, /* not delivered: yet, or ever */
};

/* Which items of a node are meant. */
enum item_scope {
	ITEMS_BY_ID,     /* those of `ids`, in that order */
	ITEMS_NAMED,     /* spawn messages whose Name is `word` */
	ITEMS_PROCESSES, /* spawn messages of all processes */
	ITEMS_TYPED,     /* items that were kept and whose Type is `word` */
	ITEMS_OF_LOG,    /* messages of the process ids[0] */
	/* all: messages, assignments, items that were kept */
	ITEMS_ALL,
};

struct item_query {
	enum item_scope scope;
	const struct id *ids;
	size_t id_count;
	struct span word;
	bool oldest_first;
	/* only those that come behind this place in that order; 0: all */
	uint64_t behind;
};

/* An item that is here. */
struct item_entry {
	/* In the order in which items came, within one scope. Those of
	 * ITEMS_BY_ID are in the order of ITEMS_ALL. Never 0. */
	uint64_t place;
	/* Its first bytes, as many as ans104_decode() wants (ANS104_HEAD_MAX);
	 * borrowed until the callback returns. */
	struct span head;
	uint64_t size;         /* of all of it */
	uint64_t timestamp_ms; /* when it came; 0: that is not known */
	uint64_t height;       /* likewise */
};

enum module_kind {
	MODULE_BUILT_IN, /* what a spawn without a module gets */
	MODULE_ALIAS,    /* an id that stands for another module here */
	MODULE_ITEM,     /* an item of Type Module that was kept */
	MODULE_STORED,   /* the library of an older program */
};

/* A program that processes may be spawned with. */
struct module_info {
	enum module_kind kind;
	struct id id;
	struct id runs;  /* of an alias: what it stands for; else `id` */
	char format[64]; /* Module-Format, cut; of an alias what it runs */
	bool runnable;   /* there is a machine for that format here */
	uint64_t size;   /* of the program, bytes */
	/* what holds where a process says nothing: */
	uint64_t memory;  /* bytes */
	uint64_t compute; /* instructions of one message */
};

/* What a message caused, in the order of the tree: parents first. */
struct trace_entry {
	unsigned depth; /* 0: what was asked for */
	enum trace_kind kind;
	struct id id;      /* of the message; all zero: a tick's */
	struct id process; /* where it goes */
	/* with a place, that is of the first four kinds: */
	struct position at;
	uint64_t timestamp_ms;
	bool evaluated;
	enum verdict verdict;
	bool more; /* it sent something that is not shown: too deep */
	/* borrowed until the callback returns; may be empty: */
	struct span name; /* of the process */
	struct span action;
};

/* How a node is; what it counts, it counts since it was opened. */
struct node_status {
	uint64_t uptime_ms;
	uint64_t processes;
	uint64_t awake;     /* with a state in memory */
	uint64_t memory;    /* bytes of these states */
	uint64_t messages;  /* slots of all logs */
	uint64_t scheduled; /* since the start */
	uint64_t evaluated; /* since the start */
	uint64_t waiting;   /* messages whose results are not told yet */
	uint64_t stopped;   /* processes */
	uint64_t held;      /* messages that wait in these instead */
	uint64_t pushes;    /* entries of outboxes to be delivered */
	uint64_t run_queue; /* processes that wait for a worker */
	uint64_t workers;
	uint64_t records;      /* of the journal */
	uint64_t commits;      /* since the start */
	uint64_t commits_10s;  /* of the last ten seconds */
	uint64_t sync_mean_us; /* of the newest commits */
	uint64_t sync_max_us;
	uint64_t store_bytes;
};

/* One entry of a log that another node kept; all borrowed. */
struct import_entry {
	struct position at;
	struct span assignment; /* items, of a slot */
	struct span message;
	uint64_t timestamp_ms; /* of a tick, with the next two */
	uint64_t height;
	uint32_t schedule;
	enum verdict verdict;
	struct span result_json;
	uint8_t chain[SHA256_BYTES];
};

/* Give back true to go on, false to stop. May not call the node. */
typedef bool (*node_cron_fn)(void *arg, const struct cron_info *info);
typedef bool (*node_list_fn)(void *arg, const struct process_info *info);
typedef bool (*node_log_fn)(void *arg, const struct log_entry *entry);
typedef bool (*node_trace_fn)(void *arg, const struct trace_entry *entry);
typedef bool (*node_item_fn)(void *arg, const struct item_entry *entry);
typedef bool (*node_module_fn)(void *arg, const struct module_info *info);

struct node_ops {
	int (*info)(struct node *n, struct node_info *out, struct error *err);
	/*
	 * Schedule a signed item: a spawn when it has Type Process, else a
	 * message to its target. The same item again gives the same receipt.
	 * ERR_SIGNATURE, ERR_FORMAT, ERR_LIMIT: the item is refused;
	 * ERR_NOT_FOUND: no such process.
	 */
	int (*send)(struct node *n, struct span item, struct receipt *out,
	    struct error *err);
	/*
	 * Give a message that this node holds a slot in one more process, which
	 * does not see the fields in `exclude` (enum message_field). One that
	 * has a slot there keeps it, as it is. ERR_NOT_FOUND: no such message,
	 * or process.
	 */
	int (*assign)(struct node *n, const struct id *process,
	    const struct id *message, uint8_t exclude, struct receipt *out,
	    struct error *err);
	/*
	 * Evaluate a draft, spoken by `owner`, on the newest state of its
	 * target and keep nothing. ERR_INTERRUPTED soon after `cancel_fd`
	 * becomes readable (-1: never; it is not drained).
	 */
	int (*dry_run)(struct node *n, const struct message_draft *draft,
	    const struct address *owner, int cancel_fd, struct result *out,
	    struct error *err);
	/*
	 * The newest process of that name whose owner is `owner` (NULL:
	 * anybody). ERR_NOT_FOUND.
	 */
	int (*find)(struct node *n, struct span name,
	    const struct address *owner, struct id *out, struct error *err);
	int (*process)(struct node *n, const struct id *id,
	    struct process_info *out, struct error *err);
	/* All processes, oldest first. */
	int (*list)(struct node *n, node_list_fn fn, void *arg,
	    struct error *err);
	/*
	 * Entries at and behind `from`, in order, ticks included, up to the
	 * last that is durable.
	 */
	int (*log)(struct node *n, const struct id *id, struct position from,
	    node_log_fn fn, void *arg, struct error *err);
	/*
	 * The slot of a message, or of an assignment, in a process; it may be
	 * about to become durable. ERR_NOT_FOUND.
	 */
	int (*place)(struct node *n, const struct id *process,
	    const struct id *item, uint64_t *slot, struct error *err);
	/*
	 * Push what ticks of the process send, from the next result on, or no
	 * more. Survives a restart. Idempotent. Of a log of our own that was
	 * imported, the cron begins again when it is switched on.
	 */
	int (*monitor)(struct node *n, const struct id *id, bool on,
	    struct error *err);
	/*
	 * Stop a process, or start it again. Stopped it takes messages into its
	 * log, and nothing of that is evaluated or pushed; what is being
	 * evaluated is begun again at the start. Its ticks are late ones
	 * meanwhile. Dry runs see the state as it is. Survives a restart.
	 * Idempotent.
	 */
	int (*stop)(struct node *n, const struct id *id, bool on,
	    struct error *err);
	/* The schedules of a process, in their order; it may have none. */
	int (*cron)(struct node *n, const struct id *id, node_cron_fn fn,
	    void *arg, struct error *err);
	/*
	 * Append the bytes of an item that this node holds: a message, an
	 * assignment, or what was sent to a wallet. ERR_NOT_FOUND.
	 */
	int (*item)(struct node *n, const struct id *id, struct buf *out,
	    struct error *err);
	/*
	 * Look at items that this node holds, as far as the callback wants. An
	 * item that came several times comes once. What each costs is a read or
	 * two; nothing is gathered, but with oldest_first the numbers of all
	 * that ITEMS_NAMED or ITEMS_TYPED means. ERR_NOT_FOUND: ITEMS_OF_LOG of
	 * no process that is here.
	 */
	int (*items)(struct node *n, const struct item_query *q,
	    node_item_fn fn, void *arg, struct error *err);
	/*
	 * Keep a signed item that is to have no slot, and say when it came. Of
	 * one that is here already nothing changes. Errors of send, but the
	 * last.
	 */
	int (*keep)(struct node *n, struct span item, struct id *id,
	    uint64_t *timestamp_ms, struct error *err);
	/*
	 * What the process shows of its state (ao/patch.h), as of the results
	 * that have been told: append the JSON of the entry `key`, with an
	 * empty key of all, to `out`; nothing when there is no such entry.
	 */
	int (*cache)(struct node *n, const struct id *id, struct span key,
	    struct buf *out, struct error *err);
	/*
	 * The module of that id, be it an alias. NULL: the built-in one, then
	 * the aliases; those that were kept are found with `items`.
	 * ERR_NOT_FOUND: there is no such module here.
	 */
	int (*modules)(struct node *n, const struct id *id, node_module_fn fn,
	    void *arg, struct error *err);
	/*
	 * The newest module of that name. ERR_NOT_FOUND. NULL: modules have no
	 * names here.
	 */
	int (*find_module)(struct node *n, struct span name, struct id *out,
	    struct error *err);
	/*
	 * Append what the id of a module is made of (ao/module.h): the bytes of
	 * a program, or the item that has it. An alias has none of its own.
	 * ERR_NOT_FOUND: it is not here.
	 */
	int (*module)(struct node *n, const struct id *id, struct buf *out,
	    struct error *err);
	/*
	 * Append the node's attestation of the result of an entry
	 * (ao/attestation.h), `whole` with the result in it. ERR_NOT_FOUND:
	 * no such process or result.
	 */
	int (*attest)(struct node *n, const struct id *id, struct position at,
	    bool whole, struct buf *item, struct error *err);
	/*
	 * Take over entries of a process, in order: the next ones of its log
	 * here, or such as are there already. That process is then a replica:
	 * its own scheduler goes on with it elsewhere, so that nothing is sent
	 * to it here (ERR_DENIED), and what its results ask for is not pushed.
	 * Its ticks are those of its log: it has no cron here, whoever its
	 * scheduler is. Items are verified and chains followed, ticks must be
	 * due; results are taken as they are. All of the call becomes durable
	 * or nothing. ERR_EXISTS: the log here is another, or it has its cron
	 * here; ERR_FORMAT, ERR_SIGNATURE; ERR_BUSY: it is in use just now.
	 */
	int (*import)(struct node *n, const struct id *id,
	    const struct import_entry *entries, size_t count,
	    struct error *err);
	/*
	 * Everything that a message or a tick caused, as far as this node's
	 * own pushes go. ERR_NOT_FOUND: no such message, slot or tick.
	 */
	int (*trace)(struct node *n, const struct trace_query *q,
	    node_trace_fn fn, void *arg, struct error *err);
	int (*status)(struct node *n, struct node_status *out,
	    struct error *err);
	/* Write to eventfd `fd` whenever `id` has a new entry or result. */
	int (*watch)(struct node *n, const struct id *id, int fd,
	    struct error *err);
	void (*unwatch)(struct node *n, const struct id *id, int fd);
	/*
	 * Wait until no message waits to be evaluated or pushed, in any
	 * process that is not stopped. ERR_TIMEOUT; ERR_INTERRUPTED by
	 * `cancel_fd` as above.
	 */
	int (*settle)(struct node *n, unsigned timeout_ms, int cancel_fd,
	    struct error *err);
	/*
	 * Append what a person should know of the node itself, once: that it
	 * does not answer, or does again. Then eventfds of watch() are written.
	 * NULL: there never is such a thing.
	 */
	void (*notice)(struct node *n, struct buf *out);
	/*
	 * End the evaluation that runs in `id`, if one does. NULL: from here
	 * it cannot be ended.
	 */
	void (*interrupt)(struct node *n, const struct id *id);
	/* Finish what was accepted, make it durable, release all. */
	void (*close)(struct node *n);
};

#endif
