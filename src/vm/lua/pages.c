/*
 * A system's headers may be older than its kernel, so what the call is given
 * stands here. Whether it is there shows when it is tried first.
 *
 * Source: Documentation/admin-guide/mm/pagemap.rst of Linux 6.7.
 */
#include "vm/lua/pages.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	/* entries of the table that are read at once */
	ENTRIES = PAGES_RANGES,
	/* categories of a page */
	IS_FILE = 1 << 2,
	IS_PRESENT = 1 << 3,
	IS_SWAPPED = 1 << 4,
};

/* The same in an entry of the table. */
#define ENTRY_FILE (UINT64_C(1) << 61)
#define ENTRY_SWAPPED (UINT64_C(1) << 62)
#define ENTRY_PRESENT (UINT64_C(1) << 63)

struct region {
	uint64_t start;
	uint64_t end;
	uint64_t categories;
};

struct scan {
	uint64_t size;
	uint64_t flags;
	uint64_t start;
	uint64_t end;
	uint64_t walk_end;
	uint64_t regions;
	uint64_t regions_room;
	uint64_t max_pages;
	uint64_t inverted;
	uint64_t all_of;
	uint64_t any_of;
	uint64_t told;
};

#define SCAN _IOWR('f', 16, struct scan)

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int table = -1;
static atomic_bool scan_is_missing;

static void
open_table(void)
{
	table = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
}

/* By the call; false: there is none. */
static bool
scan(char **from, const char *to, struct page_range *ranges, size_t *count)
{
	struct region found[PAGES_RANGES];
	struct scan s = { .size = sizeof(s),
		.start = (uintptr_t)*from,
		.end = (uintptr_t)to,
		.regions = (uintptr_t)found,
		.regions_room = PAGES_RANGES,
		.inverted = IS_FILE,
		.all_of = IS_FILE,
		.any_of = IS_PRESENT | IS_SWAPPED,
		.told = IS_FILE };
	char *base = *from;
	int n;

	if (atomic_load_explicit(&scan_is_missing, memory_order_relaxed))
		return false;
	n = ioctl(table, SCAN, &s);
	if (n < 0) {
		atomic_store(&scan_is_missing, true);
		return false;
	}
	for (int i = 0; i < n; i++)
		ranges[i] = (struct page_range){
			base + (found[i].start - s.start),
			base + (found[i].end - s.start),
		};
	*count = (size_t)n;
	*from = base + (s.walk_end - s.start);
	return true;
}

/* A part of the table at a time. */
size_t
pages_written_by_table(char **from, char *to,
    struct page_range ranges[PAGES_RANGES])
{
	uint64_t entries[ENTRIES];
	size_t pages = (size_t)(to - *from) / PAGE;
	size_t count = 0;

	pthread_once(&once, open_table);
	if (pages > ENTRIES)
		pages = ENTRIES;
	if (pread(table, entries, pages * sizeof(*entries),
		(off_t)((uintptr_t)*from / PAGE * sizeof(*entries))) !=
	    (ssize_t)(pages * sizeof(*entries))) {
		ranges[0] = (struct page_range){ *from, to };
		*from = to;
		return 1;
	}
	for (size_t i = 0; i < pages; i++, *from += PAGE) {
		if (!(entries[i] & (ENTRY_PRESENT | ENTRY_SWAPPED)) ||
		    (entries[i] & ENTRY_FILE))
			continue;
		if (count && ranges[count - 1].end == *from)
			ranges[count - 1].end += PAGE;
		else
			ranges[count++] =
			    (struct page_range){ *from, *from + PAGE };
	}
	return count;
}

size_t
pages_written(char **from, char *to, struct page_range ranges[PAGES_RANGES])
{
	size_t count;

	pthread_once(&once, open_table);
	if (scan(from, to, ranges, &count))
		return count;
	return pages_written_by_table(from, to, ranges);
}
