/* Pages of a private mapping that were written to. */
#include <sys/mman.h>
#include <unistd.h>

#include "vm/lua/pages.h"
#include "test.h"

enum {
	PAGES = 2000
};

typedef size_t find(char **from, char *to,
    struct page_range ranges[PAGES_RANGES]);

static char *
map_file(void)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	char *p;

	CHECK(fd >= 0);
	CHECK(ftruncate(fd, (off_t)PAGES * PAGE) == 0);
	p = mmap(NULL, (size_t)PAGES * PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE, fd, 0);
	CHECK(p != MAP_FAILED);
	close(fd);
	return p;
}

/* One letter for each page. */
static void
found(char *p, find *how, char map[PAGES])
{
	struct page_range ranges[PAGES_RANGES];
	char *end = p + (size_t)PAGES * PAGE;
	char *at = p;

	memset(map, '-', PAGES);
	while (at < end) {
		char *before = at;
		size_t n = how(&at, end, ranges);

		CHECK(at > before);
		for (size_t i = 0; i < n; i++) {
			CHECK(ranges[i].start >= p && ranges[i].end <= end);
			memset(map + (ranges[i].start - p) / PAGE, 'x',
			    (size_t)(ranges[i].end - ranges[i].start) / PAGE);
		}
	}
}

static void
finds(find *how)
{
	char *p = map_file();
	char want[PAGES];
	char have[PAGES];
	volatile char sum = 0;

	memset(want, '-', PAGES);
	found(p, how, have);
	CHECK(memcmp(want, have, PAGES) == 0);
	for (int i = 0; i < PAGES; i++) {
		/* reading is no matter */
		sum = (char)(sum + p[(size_t)i * PAGE]);
		if (i % 3 != 0 && i / 64 % 2 == 0)
			continue;
		p[(size_t)i * PAGE + 7] = 1;
		want[i] = 'x';
	}
	found(p, how, have);
	CHECK(memcmp(want, have, PAGES) == 0);
	madvise(p, (size_t)PAGES * PAGE, MADV_DONTNEED);
	memset(want, '-', PAGES);
	found(p, how, have);
	CHECK(memcmp(want, have, PAGES) == 0);
	munmap(p, (size_t)PAGES * PAGE);
}

TEST(pages, are_found)
{
	finds(pages_written);
}

TEST(pages, are_found_in_the_table)
{
	finds(pages_written_by_table);
}
