/*
 * backing - the bytes of a large state at rest: a range of a file in memory.
 *
 * The window maps it privately. So the file stays as it was until what has
 * been written to is copied over, page by page; and to go back is to drop, or
 * overwrite, those pages. No state has a file of its own: a few files are cut
 * into ranges, so a thousand large states cost no more descriptors than one,
 * and mappings only in the windows that they lie in.
 *
 * Threads: ranges are had and given back by any; each belongs to its state.
 */
#ifndef VM_LUA_BACKING_H
#define VM_LUA_BACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backing {
	int fd; /* -1: none */
	uint64_t offset;
	uint64_t size;     /* bytes that are kept, whole pages */
	uint64_t left_out; /* of these, which are zero and take no memory */
};

/* A range for a state of that lane, empty. false: there is none to be had. */
bool backing_get(unsigned lane, struct backing *b);
/* Give its memory and the range back; nothing when there is none. */
void backing_put(struct backing *b);
/* Bytes [from, to) of the state, which lies at `base`; whole pages. false: not
 * all could be written. */
bool backing_write(const struct backing *b, char *base, uint64_t from,
    uint64_t to);
/* The same for those of its pages that differ. Gives how many that were, or
 * SIZE_MAX. */
size_t backing_write_changed(const struct backing *b, char *base, uint64_t from,
    uint64_t to);
/* The same the other way. */
bool backing_read(const struct backing *b, char *base, uint64_t from,
    uint64_t to);
/* Bytes [from, to), whole pages, are zero from now on. */
void backing_leave_out(struct backing *b, uint64_t from, uint64_t to);
/* It ends there from now on. */
void backing_cut(struct backing *b, uint64_t size);

#endif
