/*
 * call - one call with JSON for its arguments through a Lua state.
 */
#ifndef VM_LUA_CALL_H
#define VM_LUA_CALL_H

#include "vm/vm.h"

struct calling {
	const struct vm_call *call;
	/* filled in: the answer lies on the state's stack */
	bool raised;      /* the text is that of an error */
	bool is_error;    /* what was returned tells of one */
	struct span text; /* the JSON, or the error's text; borrowed from L */
};

/* A body for limit_run(); `arg` is the calling. Sets the time of the run to
 * that of the message. */
void call(void *arg);

#endif
