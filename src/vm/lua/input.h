/*
 * input - the two tables that a program is called with.
 *
 * Source: spec/ao-network.md 6.2, spec/aos-process.md 1.2 and 1.3. Invalid
 * UTF-8 is replaced, as the networks do by way of JSON.
 */
#ifndef VM_LUA_INPUT_H
#define VM_LUA_INPUT_H

#include <lua.h>

#include "ao/evaluation.h"

/* Text that is to be encoded before a run: it needs memory of ours. */
struct input {
	const struct evaluation *e;
	struct buf signature; /* base64url; empty: none */
	struct buf chain;
};

/* `e` is borrowed until input_release(). Allocates: before a run. */
void input_init(struct input *in, const struct evaluation *e);
/* Behind the run. */
void input_release(struct input *in);
/* Push the message, fresh. In a protected call. */
void input_push_message(lua_State *L, const struct input *in);
/* Push the environment, fresh. */
void input_push_environment(lua_State *L, const struct input *in);

#endif
