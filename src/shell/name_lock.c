#include "shell/name_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <unistd.h>

#include "shell/signals.h"

enum {
	STEP_MS = 10,
	STEPS_MAX = 60 * 1000 / STEP_MS
};

/* 1: somebody has it; -1: errno says why it cannot be had. */
static int
try(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK ? 1 : -1;
}

int
name_lock(const char *data_dir, int *fd, struct error *err)
{
	struct pollfd cancel = { signals_cancel_fd(), POLLIN, 0 };
	int rc = -1;

	*fd =
	    data_dir ? open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	for (int i = 0; *fd >= 0 && i < STEPS_MAX; i++) {
		rc = try(*fd);
		if (rc <= 0 || poll(&cancel, 1, STEP_MS) > 0)
			break;
	}
	if (rc == 0)
		return 0;
	name_unlock(*fd);
	*fd = -1;
	if (rc < 0)
		return 0;
	if (cancel.revents)
		return FAIL(err, ERR_INTERRUPTED, "interrupted");
	return FAIL(err, ERR_STORE,
	    "another program has been spawning in '%s' for a minute", data_dir);
}

void
name_unlock(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}
