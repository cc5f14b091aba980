/*
 * engine - a whole ao computer in this program, behind the node interface.
 *
 * The road of a message through it, and who owns each step:
 *
 *   scheduler_submit()   verified message -> slot, signed assignment, journal
 *   scheduler_tick()     time -> cron ticks behind the last slot, journal
 *   compute_turn()       slot -> result, journal
 *   messenger_deliver()  durable result -> pushes -> scheduler_submit()
 *   watch_notify()       told: shells and clients may read it
 *
 * Every process is an actor with a mailbox. Two turns exist for it, each held
 * by one thread at a time: the scheduling turn (whoever finds it free numbers
 * what has arrived, behind the cron ticks due before it) and the worker's turn
 * (the run queue holds an actor at most once). What belongs to a turn needs no
 * lock. A slot is evaluated while its assignment is still on the way to the
 * disk: that changes nothing outside, since its result stands behind it in the
 * journal and is told only when both are durable.
 *
 * Locks, none held over a call into another module (but a mailbox over a
 * machine's interrupt, which must not end meanwhile, and an actor's read lock
 * over reading the journal), and none inside another: the shards of the roster
 * of actors, its list of the awake ones, a mailbox, an actor's read lock, the
 * run queue, the watches, the modules, the open count, what cron has planned.
 *
 * Source: design sections 2, 3 and 8; spec/ao-network.md 5, 6, 8.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include "ao/node.h"

/* What becomes of ticks that were due while no engine was there. */
enum cron_late {
	CRON_LATE_ALL, /* each is caught up */
	CRON_LATE_LAST /* of each schedule the newest */
};

/*
 * The most that this computer allows, whatever a process asks for; of each 0
 * means what vm_default_limits says. A spawn that asks for more memory or
 * compute is refused. Others run up to there: the verdict is then a fact of
 * this computer. Lowering one harms no log: replays do not look at them.
 */
struct engine_limits {
	uint64_t compute; /* instructions of one message; 0: no such limit */
	uint64_t memory;  /* bytes of a process; 0: VM_MEMORY_MAX */
	uint64_t time_ns; /* of one message */
	uint64_t output;  /* bytes of a result */
	uint64_t outbox;  /* entries of a result */
};

enum {
	ENGINE_ALIASES_MAX = 16
};

struct engine_config {
	const char *dir;  /* holds the store and node.json; NULL: in memory */
	unsigned workers; /* 0: one per core */
	uint64_t memory;  /* bytes of states; 0: half of the machine's */
	enum cron_late cron_late;
	struct engine_limits limits;
	/* ids of modules for which the built-in one stands */
	struct id aliases[ENGINE_ALIASES_MAX];
	size_t alias_count;
	/*
	 * An address: to processes that begin here and name it as an Authority,
	 * what this node signs is shown as signed by it. Empty: none.
	 */
	struct address authority;
};

/*
 * Open the store and go on where it ended: what was accepted and not evaluated
 * is evaluated, what was not pushed is pushed. *out is closed with its close().
 * ERR_BUSY: another program has the store; ERR_STORE, ERR_WALLET.
 */
int engine_open(const struct engine_config *config, struct node **out,
    struct error *err);

/*
 * The node operation `send` for a message that was verified before (taken, on
 * failure too), without waiting for it to be durable: settle() does. `n` is an
 * engine. Errors of send.
 */
int engine_accept(struct node *n, struct message *message, struct error *err);

#endif
