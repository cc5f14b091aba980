/*
 * Where a server listens: a port, or a Unix socket.
 *
 * A socket that a program left behind when it died is in nobody's way: who finds
 * that nobody answers takes its place.
 */
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "net/http_exchange.h"

enum {
	BACKLOG = 1024,
};

static int
new_socket(int family)
{
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* -1: not a socket is left, and errno says why. */
static int
close_failed(int fd)
{
	int saved = errno;

	(void)close(fd);
	errno = saved;
	return -1;
}

/* --- ports --- */

static int
bind_port(const struct addrinfo *a)
{
	const int on = 1;
	int fd = new_socket(a->ai_family);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0)
		return close_failed(fd);
	return fd;
}

static uint16_t
port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	char port[8] = "";

	if (getsockname(fd, (struct sockaddr *)&a, &len) < 0 ||
	    getnameinfo((struct sockaddr *)&a, len, NULL, 0, port, sizeof(port),
		NI_NUMERICSERV) != 0)
		return 0;
	return (uint16_t)strtoul(port, NULL, 10);
}

static int
open_port(struct http_server *s, struct error *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV };
	const struct http_config *c = &s->config;
	struct addrinfo *all;
	char port[8];
	int rc;

	snprintf(port, sizeof(port), "%u", c->port);
	rc = getaddrinfo(c->host, port, &hints, &all);
	if (rc != 0)
		return FAIL(err, ERR_USAGE, "cannot listen at '%s': %s",
		    c->host, gai_strerror(rc));
	/* a name may have several: the first that this machine has; where
	 * another listens clients of that name would find the other */
	for (const struct addrinfo *a = all; a && s->listener < 0;
	     a = errno == EADDRINUSE ? NULL : a->ai_next)
		s->listener = bind_port(a);
	freeaddrinfo(all);
	if (s->listener < 0)
		return FAIL_ERRNO(err, ERR_GONE, "cannot listen at '%s:%u'",
		    c->host, c->port);
	s->port = port_of(s->listener);
	return 0;
}

/* --- Unix sockets --- */

/* Whether a socket is there that nobody has open. */
static bool
is_left(const struct sockaddr_un *a)
{
	struct stat st;
	int fd;
	bool left;

	if (lstat(a->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode))
		return false;
	fd = new_socket(AF_UNIX);
	if (fd < 0)
		return false;
	left = connect(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 &&
	    errno == ECONNREFUSED;
	(void)close(fd);
	return left;
}

/* Nobody else may connect at any moment: the mode is set before there is a
 * socket that listens. */
static int
bind_path(const struct sockaddr_un *a)
{
	int fd = new_socket(AF_UNIX);

	if (fd < 0)
		return -1;
	if (is_left(a))
		(void)unlink(a->sun_path);
	if (bind(fd, (const struct sockaddr *)a, sizeof(*a)) < 0 ||
	    chmod(a->sun_path, 0600) < 0 || listen(fd, BACKLOG) < 0)
		return close_failed(fd);
	return fd;
}

static int
open_path(struct http_server *s, struct error *err)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *path = s->config.host;
	struct stat st;

	if (strlen(path) >= sizeof(a.sun_path))
		return FAIL(err, ERR_USAGE,
		    "cannot listen at '%s': the path of a socket has at most "
		    "%zu bytes",
		    path, sizeof(a.sun_path) - 1);
	memcpy(a.sun_path, path, strlen(path));
	s->listener = bind_path(&a);
	if (s->listener < 0)
		return FAIL_ERRNO(err,
		    errno == EADDRINUSE ? ERR_GONE : ERR_USAGE,
		    "cannot listen at '%s'", path);
	if (lstat(path, &st) == 0) {
		s->socket_device = st.st_dev;
		s->socket_number = st.st_ino;
	}
	return 0;
}

int
listener_open(struct http_server *s, struct error *err)
{
	if (!s->config.host)
		return 0;
	return s->config.host[0] == '/' ? open_path(s, err) : open_port(s, err);
}

void
listener_close(struct http_server *s)
{
	struct stat st;

	if (s->listener < 0)
		return;
	if (s->config.host[0] == '/' && lstat(s->config.host, &st) == 0 &&
	    st.st_dev == s->socket_device && st.st_ino == s->socket_number)
		(void)unlink(s->config.host);
	(void)close(s->listener);
}
