#include "net/attach_call.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/thread.h"
#include "net/attach_fields.h"
#include "net/attach_peer.h"
#include "net/attach_upgrade.h"

int
attach_dial(const char *dir, struct error *err)
{
	struct sockaddr_un address;
	int dir_fd;
	int fd;
	int rc;

	if (socket_address(dir, &address, &dir_fd, err) < 0)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		peer_watch(fd);
	rc = fd < 0 ? -1
		    : connect(fd, (struct sockaddr *)&address, sizeof(address));
	(void)close(dir_fd);
	if (rc < 0 && errno == EAGAIN)
		(void)FAIL(err, ERR_STORE,
		    "the program that owns '%s' takes no connections", dir);
	else if (rc < 0)
		(void)FAIL_ERRNO(err, ERR_GONE, "cannot connect to '%s/socket'",
		    dir);
	else if (attach_upgrade(fd, err) == 0)
		return fd;
	if (fd >= 0)
		(void)close(fd);
	return -1;
}

int
call_begin(struct attach *at, struct call *c, enum attach_op op,
    struct error *err)
{
	*c = (struct call){ .attach = at, .fd = -1 };
	lock(&at->lock);
	if (at->idle_count)
		c->fd = at->idle[--at->idle_count];
	unlock(&at->lock);
	if (c->fd < 0)
		c->fd = attach_dial(at->dir, err);
	if (c->fd < 0)
		return -1;
	frame_begin(&c->frame, (uint8_t)op);
	return 0;
}

void
call_end(struct call *c)
{
	struct attach *at = c->attach;

	buf_release(&c->frame);
	if (c->fd < 0)
		return;
	lock(&at->lock);
	if (c->in_order && at->idle_count < IDLE_MAX) {
		at->idle[at->idle_count++] = c->fd;
		c->fd = -1;
	}
	unlock(&at->lock);
	if (c->fd >= 0)
		(void)close(c->fd);
}

int
call_next(struct call *c, struct error *err)
{
	uint8_t status;

	c->in_order = false;
	if (frame_receive(c->fd, &c->frame, NULL, err) < 0)
		return -1;
	c->reply = buf_span(&c->frame);
	(void)take_u8(&c->reply, &status);
	c->in_order = status != REPLY_MORE;
	if (status == REPLY_ERROR) {
		take_error(c->reply, err);
		return -1;
	}
	return status == REPLY_MORE;
}

int
call_too_short(struct error *err)
{
	return FAIL(err, ERR_FORMAT, "a reply that is too short");
}

int
call_run(struct call *c, struct error *err)
{
	c->in_order = false;
	if (frame_send(c->fd, &c->frame, -1, err) < 0)
		return -1;
	return call_next(c, err);
}

int
call_run_cancel(struct call *c, int cancel_fd, struct error *err)
{
	struct pollfd fds[2] = { { c->fd, POLLIN, 0 },
		{ cancel_fd, POLLIN, 0 } };

	c->in_order = false;
	if (frame_send(c->fd, &c->frame, -1, err) < 0)
		return -1;
	while (!fds[0].revents) {
		int n = poll(fds, 2, PEER_SILENCE_S * 1000);

		if (n == 0 && peer_check(c->fd, err) < 0)
			return -1;
		if (n <= 0)
			continue;
		/* hanging up is what tells the other end */
		if (fds[1].revents && !fds[0].revents)
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
	}
	return call_next(c, err);
}

int
call_walk(struct call *c, call_entry fn, void *arg, struct error *err)
{
	bool go_on = true;
	int rc = call_run(c, err);

	while (rc == 1 && go_on) {
		if (fn(arg, c->reply, &go_on, err) < 0)
			rc = -1;
		else if (go_on)
			rc = call_next(c, err);
	}
	call_end(c);
	return rc < 0 ? -1 : 0;
}
