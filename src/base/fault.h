/*
 * fault - failures by name, turned on by tests.
 *
 * Each fault stands in FAULTS with what it does. In a release build without
 * AOSH_FAULT in the environment a check costs one load. AOSH_FAULT is a list
 * "NAME[:N[-M]][,NAME...]": the fault strikes at its N-th check (default 1) and
 * at every later one, or up to the M-th. Faults that say "dies" kill the
 * program on the spot, as kill -9 would.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

#define FAULTS(X)                                                              \
	X(JOURNAL_DIES_BEFORE_COMMIT, "dies with a group written, not synced") \
	X(JOURNAL_DIES_AFTER_COMMIT, "dies with a group synced, none told")    \
	X(JOURNAL_FULL, "the disk has no space for a group")                   \
	X(JOURNAL_SYNC_FAILS, "the sync of a group reports an error")          \
	X(CRON_DIES_AFTER_TICK, "dies with ticks durable, not evaluated")      \
	X(IMPORT_DIES_BETWEEN, "dies with a part of a log taken over")         \
	X(STORE_DIES_BEFORE_RENAME,                                            \
	    "dies with a new store under another name")                        \
	X(STORE_DIES_BEFORE_FORMAT, "dies with a new store of no format yet")  \
	X(STORE_DIES_AFTER_FORMAT, "dies with a new store that has nothing")   \
	X(INDEX_DIES_BEFORE, "dies with a slice of the index not synced")      \
	X(INDEX_DIES_BETWEEN, "dies with some slices of a level synced")       \
	X(INDEX_DIES_AFTER, "dies with all slices of a level synced")          \
	X(CHECKPOINT_DIES_BEFORE,                                              \
	    "dies with a slice of one written, not synced")                    \
	X(CHECKPOINT_DIES_BETWEEN, "dies with some of a checkpoint synced")    \
	X(CHECKPOINT_DIES_AFTER, "dies with a checkpoint synced, not told")    \
	X(MACHINE_HAS_NO_ROOM, "the system has no memory for a machine")       \
	X(COMPILER_HAS_NO_ROOM, "the system has no memory for the compiler")   \
	X(PUSH_DIES_BEFORE_DELIVERY, "dies with a result durable, unpushed")   \
	X(WALLET_SHORT_WRITE, "half of a new key file reaches the disk")       \
	X(WALLET_DIES_BEFORE_RENAME, "dies with a key's new file beside it")   \
	X(WALLET_DIES_AFTER_RENAME, "dies with the old file not yet wiped")

enum fault {
#define FAULT_ENUM(name, text) FAULT_##name,
	FAULTS(FAULT_ENUM)
#undef FAULT_ENUM
	FAULT_COUNT
};

/* Read AOSH_FAULT; an unknown name ends the program with a message. */
void fault_init(void);
/* True when the fault is on and its count is reached. Any thread. */
bool fault(enum fault which);
/* fault(), then die as by kill -9. */
void fault_die(enum fault which);

#endif
