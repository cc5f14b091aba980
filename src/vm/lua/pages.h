/*
 * pages - which pages of a private mapping of a file have been written to.
 *
 * Such a page is the process's own and no more the file's, which the kernel
 * tells without being asked to watch anything. Linux 6.7 and later find them
 * by one call; older ones have a table to be read.
 *
 * Threads: any.
 */
#ifndef VM_LUA_PAGES_H
#define VM_LUA_PAGES_H

#include <stddef.h>
#include <stdint.h>

enum {
	PAGE = 4096,
	PAGES_RANGES = 512 /* that one call gives at most */
};

/* Bytes of the mapping, whole pages. */
struct page_range {
	char *start;
	char *end;
};

/*
 * Fill in what is written to between *from and `to`, ascending, and move *from
 * to where the search goes on: `to` when it is over. Gives how many. Where the
 * kernel tells nothing, it is everything.
 */
size_t pages_written(char **from, char *to,
    struct page_range ranges[PAGES_RANGES]);
/* The same in the way of older kernels. */
size_t pages_written_by_table(char **from, char *to,
    struct page_range ranges[PAGES_RANGES]);

#endif
