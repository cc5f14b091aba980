/*
 * deferred - what has been run since the image was taken, in order.
 *
 * Evaluations keep a reference of their message and a copy of the assignment,
 * calls a copy of their arguments. Of the struct process the address alone is
 * kept: it stays as long as the machine is open (vm.h).
 */
#ifndef VM_LUA_DEFERRED_H
#define VM_LUA_DEFERRED_H

#include "base/buf.h"
#include "vm/vm.h"

/* One of them. */
struct entry {
	bool is_call;
	struct evaluation e; /* its assignment is the one below */
	struct assignment assignment;
	struct buf call; /* written down, see entry_call() */
};

/* All zero: nothing. */
struct deferred {
	struct entry *entries;
	size_t count;
	size_t room;
	size_t bytes; /* that messages and arguments take */
	uint64_t ns;  /* what running them took */
};

/* Add what has come to its end in `ns` nanoseconds. */
void deferred_add_eval(struct deferred *d, const struct evaluation *e,
    uint64_t ns);
/* The same for a call. */
void deferred_add_call(struct deferred *d, const struct vm_call *c,
    uint64_t ns);
/* The call of an entry; its arguments are borrowed from it. */
struct vm_call entry_call(const struct entry *entry);
/* Forget them all; the room stays. */
void deferred_clear(struct deferred *d);
/* Bytes that they hold, with the room. */
size_t deferred_memory(const struct deferred *d);
/* Free everything. */
void deferred_release(struct deferred *d);

#endif
