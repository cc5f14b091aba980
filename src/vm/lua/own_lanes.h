/*
 * own_lanes - the pairs of lanes in which templates are made.
 *
 * One pair is for built-in modules alone: they are never behind another one.
 * A template does not show which pair it was made in (booted.c).
 *
 * Threads: any.
 */
#ifndef VM_LUA_OWN_LANES_H
#define VM_LUA_OWN_LANES_H

#include <stdatomic.h>
#include <stdbool.h>

enum {
	/* how often who waits or loads looks whether to give up */
	OWN_LANES_LOOK_NS = 20 * 1000 * 1000
};

/* Wait for a pair that nobody has, and take it: the first of its lanes, which
 * follow each other. -1: *stop, which may be NULL, came true meanwhile. */
int own_lanes_take(bool built_in, const atomic_bool *stop);
/* Give it back. */
void own_lanes_give(int lane);

#endif
