/*
 * There are several files since writing locks one; which one a state has goes
 * by its lane, where one evaluates at a time in any case. A range is as large
 * as any state, and takes what is written to it alone.
 */
#include "vm/lua/backing.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "vm/lua/pages.h"
#include "vm/lua/window.h"

enum {
	FILES = 8,
	/* compared at a time; whole pages */
	PIECE = 64 << 10,
};

#define RANGE ((uint64_t)1 << WINDOW_LANE_BITS)

/* One file and its ranges. */
static struct file {
	int fd; /* 0: not opened yet */
	uint32_t ranges;
	uint32_t *spare; /* ranges that were given back; room for all */
	uint32_t spare_count;
} files[FILES];

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* With the lock held. */
static bool
open_file(struct file *f)
{
	int fd;

	if (f->fd > 0)
		return true;
	fd = memfd_create("aosh states", MFD_CLOEXEC);
	if (fd < 0)
		return false;
	f->fd = fd;
	return true;
}

/* One range more; with the lock held. */
static bool
extend(struct file *f)
{
	uint32_t n = f->ranges + 1;

	if (!open_file(f) || ftruncate(f->fd, (off_t)(n * RANGE)) != 0)
		return false;
	f->spare = xrealloc(f->spare, n * sizeof(*f->spare));
	f->spare[f->spare_count++] = f->ranges;
	f->ranges = n;
	return true;
}

bool
backing_get(unsigned lane, struct backing *b)
{
	struct file *f = &files[lane % FILES];
	bool there;

	lock(&mutex);
	there = f->spare_count > 0 || extend(f);
	if (there)
		*b = (struct backing){ f->fd,
			f->spare[--f->spare_count] * RANGE, 0, 0 };
	unlock(&mutex);
	return there;
}

/* Which of the files it is, by its descriptor; with the lock held. */
static struct file *
file_of(const struct backing *b)
{
	struct file *f = files;

	while (f->fd != b->fd)
		f++;
	return f;
}

void
backing_put(struct backing *b)
{
	struct file *f;

	if (b->fd < 0)
		return;
	backing_cut(b, 0);
	lock(&mutex);
	f = file_of(b);
	f->spare[f->spare_count++] = (uint32_t)(b->offset / RANGE);
	unlock(&mutex);
	*b = (struct backing){ .fd = -1 };
}

bool
backing_write(const struct backing *b, char *base, uint64_t from, uint64_t to)
{
	while (from < to) {
		ssize_t n = pwrite(b->fd, base + from, to - from,
		    (off_t)(b->offset + from));

		if (n <= 0)
			return false;
		from += (uint64_t)n;
	}
	return true;
}

bool
backing_read(const struct backing *b, char *base, uint64_t from, uint64_t to)
{
	while (from < to) {
		ssize_t n = pread(b->fd, base + from, to - from,
		    (off_t)(b->offset + from));

		if (n <= 0)
			return false;
		from += (uint64_t)n;
	}
	return true;
}

/* A piece of the state, and what the file has there; whole pages. */
static size_t
write_piece(const struct backing *b, char *base, uint64_t from, uint64_t to,
    const char *there)
{
	uint64_t first = to; /* of those in a row that differ */
	size_t changed = 0;

	for (uint64_t at = from; at < to; at += PAGE) {
		if (memcmp(base + at, there + (at - from), PAGE) != 0) {
			first = first < at ? first : at;
			changed++;
			continue;
		}
		if (first < at && !backing_write(b, base, first, at))
			return SIZE_MAX;
		first = to;
	}
	return backing_write(b, base, first, to) ? changed : SIZE_MAX;
}

size_t
backing_write_changed(const struct backing *b, char *base, uint64_t from,
    uint64_t to)
{
	struct backing piece = *b;
	char there[PIECE];
	size_t sum = 0;

	while (from < to) {
		uint64_t end = to - from < PIECE ? to : from + PIECE;
		size_t changed;

		piece.offset = b->offset + from;
		if (!backing_read(&piece, there, 0, end - from))
			return SIZE_MAX;
		changed = write_piece(b, base, from, end, there);
		if (changed == SIZE_MAX)
			return SIZE_MAX;
		sum += changed;
		from = end;
	}
	return sum;
}

void
backing_leave_out(struct backing *b, uint64_t from, uint64_t to)
{
	if (fallocate(b->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		(off_t)(b->offset + from), (off_t)(to - from)) == 0)
		b->left_out += to - from;
}

void
backing_cut(struct backing *b, uint64_t size)
{
	if (size < b->size)
		fallocate(b->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		    (off_t)(b->offset + size), (off_t)(b->size - size));
	b->size = size;
}
