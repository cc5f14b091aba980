/*
 * compile_cost - what a text costs to compile, in units (limit.h).
 *
 * Told by its bytes alone, ahead of compiling it. Compiling looks through the
 * labels of a function at each goto and through labels and open gotos at each
 * label, so these cost by how many came before; a label is told by its colons.
 */
#ifndef VM_LUA_COMPILE_COST_H
#define VM_LUA_COMPILE_COST_H

#include <stddef.h>
#include <stdint.h>

/* What has been read of one text; zero at its start. */
struct compile_cost {
	uint64_t labels;
	uint64_t gotos;
	unsigned colons;  /* of the label that is being read */
	unsigned matched; /* bytes of "goto" */
};

/* The units for the next bytes of the text. */
uint64_t compile_cost(struct compile_cost *c, const char *text, size_t len);

#endif
