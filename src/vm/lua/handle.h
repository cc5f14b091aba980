/*
 * handle - one message through a Lua state: call the program, and make the
 * canonical result of what it answers.
 */
#ifndef VM_LUA_HANDLE_H
#define VM_LUA_HANDLE_H

#include "vm/lua/input.h"

struct handling {
	const struct input *in;
	/* filled in: the answer lies on the state's stack at 1 */
	bool failed;      /* the text of an error, of Lua or of the bridge */
	bool is_error;    /* the program answered with an Error */
	bool too_many;    /* entries, more than the limit: there is no text */
	struct span text; /* the JSON, or the error's text; borrowed from L */
};

/* A body for limit_run(); `arg` is the handling. */
void handle(void *arg);

#endif
