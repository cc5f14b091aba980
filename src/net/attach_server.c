/*
 * An attached program's connection has a thread and one request at a time. That
 * is enough for a few shells of one user, and an operation that blocks (dry run,
 * settle) blocks nobody else. Anybody else's goes to the units' HTTP server,
 * which is opened when the first one comes: few stores are ever asked that way,
 * and its library takes longer to load than a shell to start.
 *
 * A client that was killed leaves nothing behind: its thread sees the end,
 * drops its watches and waits to be joined. Threads are joined by the listener
 * when the next client comes, or at the stop.
 */
#include "net/attach_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "net/attach_session.h"
#include "net/attach_upgrade.h"
#include "net/attach_wire.h"
#include "net/serve.h"

enum {
	/* that wait to be accepted */
	BACKLOG = 64,
	/* more are closed at once: a client leaks */
	CONNECTIONS_MAX = 1024,
	ACCEPT_AGAIN_MS = 100, /* after one that could not be had */
	HTTP_THREADS = 4,
	HTTP_GRACE_MS = 1000, /* for answers that are waited for at the stop */
};

struct connection {
	struct connection *next;
	struct attach_server *server;
	int fd; /* -1: the HTTP server's; closed by the thread when it ends */
	pthread_t thread;
	bool ended; /* it and fd: under the server's lock */
};

struct attach_server {
	struct node *node;
	int listener;
	int stop[2]; /* a pipe: closing the writing end ends the listener */
	char *path;
	pthread_t thread;
	pthread_mutex_t lock;
	struct connection *connections;
	unsigned count;

	pthread_mutex_t http_lock;
	struct serve *http; /* NULL: nobody came yet */
};

/* --- connections --- */

/* The server of those that are not attached; opened by the first of them. */
static struct serve *
http_of(struct attach_server *s, struct error *err)
{
	struct serve_config config = { .node = s->node,
		.http = http_config_default() };
	struct serve *http;

	config.http.host = NULL;
	config.http.threads = HTTP_THREADS;
	lock(&s->http_lock);
	if (!s->http && serve_open(&config, &s->http, err) < 0)
		s->http = NULL;
	http = s->http;
	unlock(&s->http_lock);
	return http;
}

/* The connection is the HTTP server's from here on, or ends with a reason. */
static void
hand_over(struct connection *c)
{
	struct attach_server *s = c->server;
	struct serve *http;
	struct error err;
	int fd = c->fd;

	http = http_of(s, &err);
	if (!http) {
		attach_refuse(fd, "503 Service Unavailable", err.text);
		return;
	}
	lock(&s->lock);
	c->fd = -1;
	unlock(&s->lock);
	serve_adopt(http, fd);
}

/* Marks itself as ended; whoever joins it frees the rest. */
static void *
connection_main(void *arg)
{
	struct connection *c = arg;

	switch (attach_greet(c->fd)) {
	case VISITOR_FRAMES:
		attach_session(c->server->node, c->fd);
		break;
	case VISITOR_HTTP:
		hand_over(c);
		break;
	case VISITOR_NONE:
		break;
	}
	lock(&c->server->lock);
	if (c->fd >= 0)
		(void)close(c->fd);
	c->ended = true;
	unlock(&c->server->lock);
	return NULL;
}

/* Join and free connections that have ended, or all of them. */
static void
reap(struct attach_server *s, bool all)
{
	struct connection **at = &s->connections;

	lock(&s->lock);
	while (*at) {
		struct connection *c = *at;

		if (!all && !c->ended) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		s->count--;
		if (!c->ended && c->fd >= 0)
			(void)shutdown(c->fd, SHUT_RDWR);
		unlock(&s->lock);
		thread_join(c->thread);
		free(c);
		lock(&s->lock);
	}
	unlock(&s->lock);
}

/* Only programs of the same user: the socket's mode says so too. */
static bool
is_ours(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	    (peer.uid == geteuid() || peer.uid == 0);
}

/*
 * False: none could be had, as when this program has too many files open. The
 * lock is held over the start, so that the thread is in the list before it may
 * end.
 */
static bool
accept_one(struct attach_server *s)
{
	struct connection *c;
	struct error err;
	int fd;

	reap(s, false);
	fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return false;
	if (!is_ours(fd) || s->count >= CONNECTIONS_MAX) {
		(void)close(fd);
		return true;
	}
	c = xcalloc(1, sizeof(*c));
	c->server = s;
	c->fd = fd;
	lock(&s->lock);
	if (thread_start(&c->thread, "attached", connection_main, c, &err) <
	    0) {
		unlock(&s->lock);
		(void)close(fd);
		free(c);
		return true;
	}
	c->next = s->connections;
	s->connections = c;
	s->count++;
	unlock(&s->lock);
	return true;
}

/* The pipe is closed by attach_server_stop(). */
static void *
listen_main(void *arg)
{
	struct attach_server *s = arg;

	for (;;) {
		struct pollfd fds[2] = { { s->listener, POLLIN, 0 },
			{ s->stop[0], POLLIN, 0 } };

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return NULL;
		if (fds[1].revents)
			return NULL;
		/* the one that waits keeps the listener readable */
		if (fds[0].revents && !accept_one(s))
			(void)poll(&fds[1], 1, ACCEPT_AGAIN_MS);
	}
}

/*
 * A socket that is there is stale, for we own the store. The mask makes the new
 * one ours alone from its first moment.
 */
static int
open_listener(struct attach_server *s, const char *dir, struct error *err)
{
	struct sockaddr_un address;
	mode_t mask;
	int dir_fd;
	int rc;

	if (socket_address(dir, &address, &dir_fd, err) < 0)
		return -1;
	(void)unlink(s->path);
	s->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mask = umask(0177);
	rc = s->listener < 0
	    ? -1
	    : bind(s->listener, (struct sockaddr *)&address, sizeof(address));
	(void)umask(mask);
	if (rc == 0)
		rc = listen(s->listener, BACKLOG);
	if (rc < 0)
		rc = FAIL_ERRNO(err, ERR_STORE, "cannot listen on '%s'",
		    s->path);
	(void)close(dir_fd);
	return rc;
}

static void
server_free(struct attach_server *s)
{
	if (s->listener >= 0)
		(void)close(s->listener);
	if (s->stop[0] >= 0)
		(void)close(s->stop[0]);
	if (s->stop[1] >= 0)
		(void)close(s->stop[1]);
	pthread_mutex_destroy(&s->http_lock);
	pthread_mutex_destroy(&s->lock);
	free(s->path);
	free(s);
}

int
attach_server_start(struct node *node, const char *dir,
    struct attach_server **out, struct error *err)
{
	struct attach_server *s = xcalloc(1, sizeof(*s));

	s->node = node;
	s->listener = s->stop[0] = s->stop[1] = -1;
	s->path = xasprintf("%s/socket", dir);
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->http_lock, NULL);
	if (pipe2(s->stop, O_CLOEXEC) < 0)
		(void)FAIL_ERRNO(err, ERR_SYSTEM, "cannot make a pipe");
	else if (open_listener(s, dir, err) == 0 &&
	    thread_start(&s->thread, "attach", listen_main, s, err) == 0) {
		*out = s;
		return 0;
	}
	server_free(s);
	return -1;
}

void
attach_server_stop(struct attach_server *s)
{
	(void)unlink(s->path);
	(void)close(s->stop[1]);
	s->stop[1] = -1;
	thread_join(s->thread);
	reap(s, true);
	if (s->http)
		serve_close(s->http, HTTP_GRACE_MS);
	server_free(s);
}
