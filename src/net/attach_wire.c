/*
 * The eventfd of a watch travels with the first byte of its frame. It may
 * arrive with any part that is read of it, so every part is looked at, and what
 * nobody expected is closed.
 */
#include "net/attach_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/attach_peer.h"

enum {
	LENGTH_BYTES = 4
};

void
frame_begin(struct buf *frame, uint8_t first)
{
	buf_clear(frame);
	buf_add_u32(frame, 0);
	buf_add_byte(frame, first);
}

/* Lay a descriptor beside the first bytes of a message. */
static void
attach_fd(struct msghdr *m, void *room, size_t size, int fd)
{
	struct cmsghdr *c;

	m->msg_control = room;
	m->msg_controllen = size;
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
}

/* Blocks until all is written: the other end reads, or goes away. */
int
frame_send(int fd, struct buf *frame, int fd_beside, struct error *err)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))] = { 0 };
	size_t n = frame->len - LENGTH_BYTES;
	size_t sent = 0;

	if (n > FRAME_MAX_BYTES)
		return FAIL(err, ERR_LIMIT,
		    "%zu bytes for an attached program: the limit is %d", n,
		    FRAME_MAX_BYTES);
	for (int i = 0; i < LENGTH_BYTES; i++)
		frame->p[i] = (uint8_t)(n >> (8 * i));
	while (sent < frame->len) {
		struct iovec part = { frame->p + sent, frame->len - sent };
		struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
		ssize_t rc;

		if (sent == 0 && fd_beside >= 0)
			attach_fd(&m, room, sizeof(room), fd_beside);
		rc = sendmsg(fd, &m, MSG_NOSIGNAL);
		if (rc < 0 && errno == EINTR)
			continue;
		if (rc < 0 && errno == EAGAIN) {
			if (peer_check(fd, err) < 0)
				return -1;
			continue;
		}
		if (rc < 0)
			return FAIL_ERRNO(err, ERR_GONE,
			    "the program that owns the store");
		sent += (size_t)rc;
	}
	return 0;
}

/*
 * Keep the first descriptor that came with a message, unless there is one, and
 * close the others: room for one has room for two, by its alignment.
 */
static void
take_fds(struct msghdr *m, int *beside)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	size_t count;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return;
	count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	for (size_t i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(c) + i * sizeof(fd), sizeof(fd));
		if (*beside < 0)
			*beside = fd;
		else
			(void)close(fd);
	}
}

/* Read exactly n bytes; the first descriptor that comes goes to *beside. */
static int
receive(int fd, void *to, size_t n, int *beside, struct error *err)
{
	_Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int))];

	for (size_t got = 0; got < n;) {
		struct iovec part = { (uint8_t *)to + got, n - got };
		struct msghdr m = { .msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = room,
			.msg_controllen = sizeof(room) };
		ssize_t rc = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc < 0 && errno == EAGAIN) {
			if (peer_check(fd, err) < 0)
				return -1;
			continue;
		}
		if (rc <= 0)
			return FAIL(err, ERR_GONE,
			    "the program at the other end went away");
		take_fds(&m, beside);
		got += (size_t)rc;
	}
	return 0;
}

/* A descriptor is given out with a whole frame or closed. */
int
frame_receive(int fd, struct buf *frame, int *fd_beside, struct error *err)
{
	uint8_t length[LENGTH_BYTES];
	struct span in = span_of(length, sizeof(length));
	int beside = -1;
	uint32_t n;
	int rc;

	buf_clear(frame);
	rc = receive(fd, length, sizeof(length), &beside, err);
	if (rc == 0 && (!take_u32(&in, &n) || n == 0 || n > FRAME_MAX_BYTES))
		rc = FAIL(err, ERR_FORMAT, "a frame with a wrong length");
	if (rc == 0) {
		rc = receive(fd, buf_reserve(frame, n), n, &beside, err);
		frame->len = rc == 0 ? n : 0;
	}
	if (beside >= 0 && (rc < 0 || !fd_beside)) {
		(void)close(beside);
		beside = -1;
	}
	if (fd_beside)
		*fd_beside = beside;
	return rc;
}

int
socket_address(const char *dir, struct sockaddr_un *out, int *dir_fd,
    struct error *err)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return FAIL_ERRNO(err, ERR_STORE, "cannot open directory '%s'",
		    dir);
	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	/* a socket's name may not exceed 108 bytes, a directory's may */
	snprintf(out->sun_path, sizeof(out->sun_path),
	    "/proc/self/fd/%d/socket", fd);
	*dir_fd = fd;
	return 0;
}
