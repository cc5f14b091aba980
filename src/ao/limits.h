/*
 * limits - what a process asks for itself, in its spawn message, or its module
 * for those that say nothing.
 *
 * Memory-Limit is N-kb, N-mb or N-gb, powers of 1024, with or without the
 * hyphen, or a number of bytes; Compute-Limit a number of instructions for one
 * message. They hold for as long as the process lives, wherever its log is
 * evaluated. Numbers that nothing can reach are taken for the largest.
 *
 * Source: spec/ao-network.md 4 and 6.6.
 */
#ifndef AO_LIMITS_H
#define AO_LIMITS_H

#include "ao/message.h"

struct limits {
	uint64_t memory;  /* bytes; 0: it does not say */
	uint64_t compute; /* instructions; 0: it does not say */
};

/* Large enough for any size. */
struct size_text {
	char text[32];
};

/* The value of a tag Memory-Limit. ERR_FORMAT: it is none, or 0. */
int limits_parse_memory(struct span text, uint64_t *out, struct error *err);
/* The same for Compute-Limit. */
int limits_parse_compute(struct span text, uint64_t *out, struct error *err);
/* A number of bytes as a Memory-Limit, in the largest unit that is exact. */
struct size_text limits_size_text(uint64_t bytes);

/*
 * What a spawn message, or the item of a module, says. ERR_FORMAT: a tag is
 * malformed (text: which); then *out has the other one.
 */
int limits_read(const struct message *spawn, struct limits *out,
    struct error *err);
/*
 * ERR_LIMIT when a tag asks for more than `most`, of which 0 allows any (text:
 * tag, value and limit).
 */
int limits_check(const struct limits *asked, const struct limits *most,
    struct error *err);

#endif
