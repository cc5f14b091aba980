/*
 * Two kinds of descriptors: of files, which are read at any offset, and of
 * pipes, devices and the like, which come once and in order. Where that will
 * not do, a pipe is copied to a temporary file that has no name: nothing stays
 * of it, however the program ends. It does not go into the data directory,
 * which may be small and is for what has to last.
 *
 * Standard input may be a file of which a part was read by others already: what
 * is left of it counts.
 */
#include "shell/item_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "shell/paths.h"
#include "shell/signals.h"

uint8_t *
item_piece(void)
{
	return xmalloc(PIECE_BYTES);
}

/* Before all work, since a file named behind others may be missing. */
int
item_paths_check(const char *const *paths, size_t count, struct error *err)
{
	size_t dashes = 0;

	for (size_t i = 0; i < count; i++) {
		if (file_check(paths[i], err) < 0)
			return -1;
		dashes += strcmp(paths[i], "-") == 0;
	}
	if (dashes > 1)
		return FAIL(err, ERR_USAGE,
		    "'-', standard input, can be read only once");
	return 0;
}

static int
interrupted(struct error *err)
{
	return FAIL(err, ERR_INTERRUPTED, "interrupted");
}

/* Wait for bytes or Ctrl-C. */
static int
wait_for_bytes(const struct item_file *f, struct error *err)
{
	struct pollfd p[] = { { .fd = f->fd, .events = POLLIN },
		{ .fd = signals_cancel_fd(), .events = POLLIN } };

	if (poll(p, 2, -1) < 0 && errno != EINTR)
		return FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'", f->name);
	return signals_take_cancel() ? interrupted(err) : 0;
}

/* The next bytes of a pipe; at most n, 0 at its end. */
static ssize_t
read_pipe(struct item_file *f, uint8_t *out, size_t n, struct error *err)
{
	for (;;) {
		ssize_t got;

		if (wait_for_bytes(f, err) < 0)
			return -1;
		got = read(f->fd, out, n);
		if (got >= 0) {
			f->at += (uint64_t)got;
			return got;
		}
		/* whoever shares the pipe may have made it non-blocking */
		if (errno != EAGAIN && errno != EINTR)
			return FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'",
			    f->name);
	}
}

/* The next bytes of a file; at most n, 0 at its end. */
static ssize_t
read_file(struct item_file *f, uint64_t at, uint8_t *out, size_t n,
    struct error *err)
{
	ssize_t got;

	/* one Ctrl-C is for all threads that read it */
	if (signals_take_cancel())
		atomic_store(&f->interrupted, true);
	if (atomic_load(&f->interrupted))
		return interrupted(err);
	do {
		got = pread(f->fd, out, n, (off_t)(f->start + at));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'", f->name);
	return got;
}

/* All n bytes, or up to the end. */
static ssize_t
read_source(void *arg, uint64_t at, uint8_t *out, size_t n, struct error *err)
{
	struct item_file *f = arg;
	size_t have = 0;

	/* items are read from front to back, or their size is asked for */
	ASSERT(f->size != TO_THE_END || f->at == at);
	while (have < n) {
		ssize_t got = f->size == TO_THE_END
		    ? read_pipe(f, out + have, n - have, err)
		    : read_file(f, at + have, out + have, n - have, err);

		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

struct byte_source
item_file_source(struct item_file *f)
{
	return (struct byte_source){ read_source, f };
}

struct item_reader
item_file_reader(struct item_file *f, bool data_hash)
{
	return (struct item_reader){
		.from = item_file_source(f),
		.piece = item_piece(),
		.room = PIECE_BYTES,
		.data_hash = data_hash,
	};
}

/* A file without a name, in $TMPDIR or /tmp. */
static int
open_nameless(struct error *err)
{
	/* the environment is never changed */
	const char *dir = getenv("TMPDIR"); /* NOLINT(concurrency-mt-unsafe) */
	char *path;
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	/* not every file system has those */
	path = xasprintf("%s/aosh-XXXXXX", dir);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	else
		error_set_errno(err, ERR_SYSTEM,
		    "cannot make a temporary file in '%s'", dir);
	free(path);
	return fd;
}

/* For item_file_unchanged(). */
static int
note_time(struct item_file *f, struct error *err)
{
	struct stat st;

	if (fstat(f->fd, &st) < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM,
		    "cannot look at a temporary file");
	f->changed = st.st_mtim;
	return 0;
}

/* Put a copy in the place of a pipe. */
static int
spool(struct item_file *f, struct error *err)
{
	uint8_t *piece = item_piece();
	int copy = open_nameless(err);
	ssize_t n = copy < 0 ? -1 : 1;

	while (n > 0) {
		n = read_pipe(f, piece, PIECE_BYTES, err);
		if (n > 0 &&
		    file_write_all(copy, span_of(piece, (size_t)n)) < 0)
			n = FAIL_ERRNO(err, ERR_SYSTEM,
			    "cannot write a temporary file");
	}
	free(piece);
	if (n < 0) {
		if (copy >= 0)
			close(copy);
		return -1;
	}
	item_file_close(f);
	f->fd = copy;
	f->start = 0;
	f->size = f->at;
	return note_time(f, err);
}

/*
 * Files that say they are empty are read like pipes: those that the system
 * makes up (/proc) say so.
 */
static int
measure(struct item_file *f, struct error *err)
{
	struct stat st;
	off_t at = 0;

	if (fstat(f->fd, &st) < 0)
		return FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'", f->name);
	if (S_ISDIR(st.st_mode))
		return FAIL(err, ERR_USAGE, "cannot read '%s': it is a folder",
		    f->name);
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return 0;
	if (f->fd == STDIN_FILENO)
		at = lseek(f->fd, 0, SEEK_CUR);
	if (at < 0)
		return 0;
	f->start = (uint64_t)at;
	f->size = st.st_size > at ? (uint64_t)(st.st_size - at) : 0;
	f->named = f->fd != STDIN_FILENO;
	f->changed = st.st_mtim;
	return 0;
}

static int
open_path(const char *path, struct item_file *f, struct error *err)
{
	struct buf real = BUF_INIT;

	if (strcmp(path, "-") == 0) {
		f->name = "standard input";
		f->fd = STDIN_FILENO;
		return 0;
	}
	f->name = path;
	if (path_expand(path, &real, err) < 0)
		return -1;
	/* a named pipe is waited for until somebody writes to it */
	do {
		f->fd = open(buf_text(&real), O_RDONLY | O_CLOEXEC);
	} while (f->fd < 0 && errno == EINTR && !signals_take_cancel());
	buf_release(&real);
	if (f->fd < 0 && errno == EINTR)
		return interrupted(err);
	if (f->fd < 0)
		return FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'", path);
	return 0;
}

int
item_file_open(const char *path, bool sized, struct item_file *f,
    struct error *err)
{
	struct item_file file = { .fd = -1, .size = TO_THE_END };

	if (open_path(path, &file, err) < 0)
		return -1;
	if (measure(&file, err) < 0 ||
	    (sized && file.size == TO_THE_END && spool(&file, err) < 0)) {
		item_file_close(&file);
		return -1;
	}
	*f = file;
	return 0;
}

/* Standard input is not ours to close. */
void
item_file_close(struct item_file *f)
{
	if (f->fd >= 0 && f->fd != STDIN_FILENO)
		close(f->fd);
	f->fd = -1;
}

int
item_file_read(struct item_file *f, const struct item_reader *r,
    struct item_view *out, struct error *err)
{
	struct error why;

	if (item_read(r, 0, f->size, out, err) == 0)
		return 0;
	if (!item_is_verdict(err->code) || !item_seems_bundle(out))
		return -1;
	why = *err;
	return FAIL(err, why.code, "%s; is it a bundle? see '--bundle'",
	    why.text);
}

int
item_file_fail(const struct item_file *f, struct error *err)
{
	if (err->code == ERR_USAGE || err->code == ERR_INTERRUPTED)
		return -1;
	return FAIL_IN(err, "%s", f->name);
}

int
item_file_unchanged(const struct item_file *f, struct error *err)
{
	struct stat st;

	if (fstat(f->fd, &st) < 0)
		return FAIL_ERRNO(err, ERR_USAGE, "cannot read '%s'", f->name);
	if ((uint64_t)st.st_size != f->start + f->size ||
	    st.st_mtim.tv_sec != f->changed.tv_sec ||
	    st.st_mtim.tv_nsec != f->changed.tv_nsec)
		return FAIL(err, ERR_SYSTEM, "it changed while it was read");
	return 0;
}

void
item_file_suspend(struct item_file *f)
{
	if (f->named)
		item_file_close(f);
}

int
item_file_resume(struct item_file *f, struct error *err)
{
	if (f->fd < 0 && open_path(f->name, f, err) < 0)
		return -1;
	return item_file_unchanged(f, err);
}
