/* What somebody says first at the store's socket, and what the owner replies to
 * a program that asks for frames. */
#include <sys/socket.h>
#include <unistd.h>

#include "base/span.h"
#include "net/attach_upgrade.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

/* All that is left to be read, to the end. */
static size_t
left(int fd)
{
	uint8_t bytes[4096];
	size_t sum = 0;
	ssize_t n;

	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		sum += (size_t)n;
	return sum;
}

static void
greet(int fd, size_t len)
{
	enum attach_visitor v = attach_greet(fd);

	ASSERT(len > 0 || v == VISITOR_NONE);
	if (v == VISITOR_HTTP)
		ASSERT(left(fd) == len);
}

static void
upgrade(int fd, struct span reply)
{
	struct error err;

	if (attach_upgrade(fd, &err) == 0)
		ASSERT(span_starts_with(reply, "HTTP/1.1 101 "));
	else
		ASSERT(err.code == ERR_GONE || err.code == ERR_UNSUPPORTED);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct span in = span_from(span_of(p, len), 1);
	int fds[2];

	if (len == 0)
		return 0;
	ASSERT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	ASSERT(in.len == 0 ||
	    send(fds[1], in.p, in.len, MSG_NOSIGNAL) == (ssize_t)in.len);
	(void)shutdown(fds[1], SHUT_WR);
	if (*p & 1)
		greet(fds[0], in.len);
	else
		upgrade(fds[0], in);
	(void)close(fds[0]);
	(void)close(fds[1]);
	return 0;
}
