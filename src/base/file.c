#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"

int
file_write_all(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			bytes = span_from(bytes, (size_t)n);
	}
	return 0;
}

/* Whether the last line of a file has no end. */
static bool
is_cut(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char last;

	return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

int
file_add_line(const char *path, struct span line)
{
	int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	int saved;
	int rc;

	if (fd < 0)
		return -1;
	rc = is_cut(fd) ? file_write_all(fd, span_text("\n")) : 0;
	if (rc == 0)
		rc = file_write_all(fd, line);
	if (rc == 0)
		rc = fdatasync(fd);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc;
}

static int
write_fresh(const char *path, struct span bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int saved;
	int rc;

	if (fd < 0)
		return -1;
	rc = file_write_all(fd, bytes);
	if (rc == 0)
		rc = fdatasync(fd);
	saved = errno;
	(void)close(fd);
	errno = saved;
	return rc;
}

int
file_replace(const char *path, struct span bytes)
{
	char *fresh = xasprintf("%s.%d", path, (int)getpid());
	int rc = write_fresh(fresh, bytes);
	int saved;

	if (rc == 0)
		rc = rename(fresh, path);
	saved = errno;
	if (rc < 0)
		(void)unlink(fresh);
	free(fresh);
	errno = saved;
	return rc;
}

/* link() is as strict, and leaves only the first name to be taken away. */
int
file_rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if ((errno != EINVAL && errno != ENOSYS) || link(from, to) < 0)
		return -1;
	(void)unlink(from);
	return 0;
}
