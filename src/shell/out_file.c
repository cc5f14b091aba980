/*
 * A signal that ends the program leaves the file under its first name, which
 * says what it is; Ctrl-C is caught and does not.
 */
#include "shell/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "shell/item_file.h"
#include "shell/paths.h"
#include "shell/shell.h"
#include "shell/signals.h"

static int
open_new(const char *path, struct out_file *f, struct error *err)
{
	struct buf real = BUF_INIT;
	struct stat st;

	if (path_expand(path, &real, err) < 0)
		return -1;
	f->path = xstrdup(buf_text(&real));
	buf_release(&real);
	if (lstat(f->path, &st) == 0)
		return FAIL(err, ERR_EXISTS, "'%s' exists already", path);
	f->temp = xasprintf("%s.%ld.part", f->path, (long)getpid());
	f->fd = open(f->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (f->fd >= 0)
		return 0;
	error_set_errno(err, ERR_USAGE, "cannot make '%s'", path);
	/* whatever has that name is not ours to remove */
	free(f->temp);
	f->temp = NULL;
	return -1;
}

int
out_file_open(const struct options *o, struct out_file *f, struct error *err)
{
	return out_file_open_path(options_text(o, "output", "-"),
	    options_has(o, "json"), f, err);
}

int
out_file_open_path(const char *path, bool json, struct out_file *f,
    struct error *err)
{
	struct out_file file = { .fd = -1 };

	if (strcmp(path, "-") != 0) {
		if (open_new(path, &file, err) < 0) {
			out_file_release(&file);
			return -1;
		}
	} else if (json) {
		return FAIL(err, ERR_USAGE,
		    "with '--json' the bytes need a place of their own: "
		    "use '--output FILE'");
	} else if (isatty(STDOUT_FILENO)) {
		return FAIL(err, ERR_USAGE,
		    "these bytes are not for a terminal: "
		    "use '--output FILE', or redirect them");
	} else {
		file.fd = STDOUT_FILENO;
	}
	*f = file;
	return 0;
}

static int
write_failed(struct out_file *f, struct error *err)
{
	f->failed = true;
	f->closed = errno == EPIPE;
	if (f->path)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot write '%s'",
		    f->path);
	return FAIL_ERRNO(err, ERR_SYSTEM, "cannot write standard output");
}

int
out_file_write(struct out_file *f, struct span bytes, struct error *err)
{
	while (bytes.len) {
		ssize_t n = write(f->fd, bytes.p, bytes.len);

		if (n >= 0) {
			bytes = span_from(bytes, (size_t)n);
		} else if (errno == EAGAIN) {
			/* whoever shares the pipe made it non-blocking */
			struct pollfd p = { .fd = f->fd, .events = POLLOUT };

			(void)poll(&p, 1, -1);
		} else if (errno != EINTR) {
			return write_failed(f, err);
		} else if (signals_take_cancel()) {
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
		}
	}
	return 0;
}

int
out_file_copy(struct out_file *f, const struct byte_source *from, uint64_t size,
    uint8_t *piece, struct error *err)
{
	for (uint64_t at = 0; at < size;) {
		size_t want =
		    size - at < PIECE_BYTES ? (size_t)(size - at) : PIECE_BYTES;
		ssize_t n = from->read(from->arg, at, piece, want, err);

		if (n < 0)
			return -1;
		if ((size_t)n < want)
			return FAIL(err, ERR_SYSTEM,
			    "it became shorter while it was read");
		if (out_file_write(f, span_of(piece, want), err) < 0)
			return -1;
		at += want;
	}
	return 0;
}

int
out_file_finish(struct out_file *f, struct error *err)
{
	int fd = f->fd;

	if (!f->path)
		return 0;
	/* some file systems tell of a full disk only here */
	f->fd = -1;
	if (close(fd) < 0)
		return write_failed(f, err);
	if (file_rename_new(f->temp, f->path) < 0) {
		if (errno == EEXIST)
			return FAIL(err, ERR_EXISTS, "'%s' exists already",
			    f->path);
		return write_failed(f, err);
	}
	free(f->temp);
	f->temp = NULL;
	return 0;
}

int
out_file_result(const struct out_file *f, int rc)
{
	return rc < 0 && f->closed ? EXIT_EVAL : rc;
}

void
out_file_release(struct out_file *f)
{
	if (f->path && f->fd >= 0)
		close(f->fd);
	if (f->temp)
		unlink(f->temp);
	free(f->path);
	free(f->temp);
	*f = (struct out_file){ .fd = -1 };
}
