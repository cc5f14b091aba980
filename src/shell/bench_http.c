/*
 * Signed messages over HTTP beside the same through a call: what a client's
 * request costs on top, the client's own part included.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/thread.h"
#include "net/serve.h"
#include "shell/bench_run.h"

enum {
	CONNECTIONS = 256,
	REPLY_MAX = 2048,
	GRACE_MS = 5000,
};

/* Connections that nobody uses at the moment. */
struct bench_http {
	struct serve *serve;
	pthread_mutex_t lock;
	int idle[CONNECTIONS];
	unsigned count;
};

int
bench_http_open(struct bench *b, struct bench_http **out, struct error *err)
{
	struct serve_config config = { .node = b->node,
		.http = http_config_default() };
	struct bench_http *h = xcalloc(1, sizeof(*h));

	pthread_mutex_init(&h->lock, NULL);
	if (serve_open(&config, &h->serve, err) < 0) {
		free(h);
		return -1;
	}
	*out = h;
	return 0;
}

void
bench_http_close(struct bench_http *h)
{
	if (!h)
		return;
	for (unsigned i = 0; i < h->count; i++)
		(void)close(h->idle[i]);
	serve_close(h->serve, GRACE_MS);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

static int
connection(struct bench_http *h, struct error *err)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(serve_port(h->serve)),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	int fd = -1;

	lock(&h->lock);
	if (h->count > 0)
		fd = h->idle[--h->count];
	unlock(&h->lock);
	if (fd >= 0)
		return fd;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		if (fd >= 0)
			(void)close(fd);
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot connect");
	}
	return fd;
}

static void
give_back(struct bench_http *h, int fd)
{
	bool kept;

	lock(&h->lock);
	kept = h->count < CONNECTIONS;
	if (kept)
		h->idle[h->count++] = fd;
	unlock(&h->lock);
	if (!kept)
		(void)close(fd);
}

static bool
write_all(int fd, struct span all)
{
	while (all.len > 0) {
		ssize_t n = send(fd, all.p, all.len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		all = span_from(all, (size_t)n);
	}
	return true;
}

/* The whole of a reply is what the messenger says of a message: it ends with
 * the end of a JSON object. */
static bool
read_reply(int fd)
{
	char reply[REPLY_MAX];
	size_t len = 0;

	while (len < sizeof(reply)) {
		ssize_t n = recv(fd, reply + len, sizeof(reply) - len, 0);

		if (n <= 0)
			return false;
		len += (size_t)n;
		if (reply[len - 1] == '}')
			return len > 12 && memcmp(reply + 9, "202", 3) == 0;
	}
	return false;
}

int
bench_http_post(struct bench_http *h, struct span item, struct error *err)
{
	struct buf request = BUF_INIT;
	int fd = connection(h, err);
	bool ok;

	if (fd < 0)
		return -1;
	buf_printf(&request,
	    "POST / HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/octet-stream\r\n"
	    "Content-Length: %zu\r\n\r\n",
	    item.len);
	buf_add_span(&request, item);
	ok = write_all(fd, buf_span(&request)) && read_reply(fd);
	buf_release(&request);
	if (!ok) {
		(void)close(fd);
		return FAIL(err, ERR_SYSTEM, "the messenger did not take it");
	}
	give_back(h, fd);
	return 0;
}
