/*
 * Who asks for the upgrade sends its head at once, which comes as one piece
 * through a socket of the system; so the first bytes that are there tell, without
 * taking them, whether it is one of us. All others are HTTP's, head and all.
 */
#include "net/attach_upgrade.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "ao/result.h"
#include "net/attach_peer.h"

enum {
	HEAD_MAX = 1024, /* of ours, either way */
};

static const char request_line[] = "GET /aosh/attach ";
static const char version_field[] = "\r\nAosh-Version: ";
static const char empty_line[] = "\r\n\r\n";
static const char switching[] = "HTTP/1.1 101 ";

const char *
attach_version(void)
{
	static const char version[] = "aosh " AOSH_VERSION " attach 7";

	return version;
}

static int
send_all(int fd, struct buf *b)
{
	for (size_t sent = 0; sent < b->len;) {
		ssize_t n = send(fd, b->p + sent, b->len - sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		sent += (size_t)n;
	}
	return 0;
}

/* Neither end goes on before the other has said something: what is there up to
 * the empty line is all. ERR_GONE: it never came; ERR_STORE: nor will it. */
static int
receive_head(int fd, char *head, struct error *err)
{
	size_t len = 0;
	char *end;

	while (len < HEAD_MAX - 1) {
		ssize_t n = recv(fd, head + len, HEAD_MAX - 1 - len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) {
			if (peer_check(fd, err) < 0)
				return -1;
			continue;
		}
		if (n <= 0)
			break;
		len += (size_t)n;
		head[len] = 0;
		end = strstr(head, empty_line);
		if (end) {
			end[strlen(empty_line)] = 0;
			return 0;
		}
	}
	return FAIL(err, ERR_GONE, "the program that owns the store");
}

/* What a head, whose lines all have their ends, says of the version of its
 * sender; empty: nothing. */
static struct span
version_of(const char *head)
{
	const char *at = strstr(head, version_field);
	size_t len = 0;

	if (!at)
		return span_text("");
	at += strlen(version_field);
	while (at[len] != '\r')
		len++;
	return span_of(at, len);
}

int
attach_upgrade(int fd, struct error *err)
{
	struct buf request = BUF_INIT;
	char head[HEAD_MAX];
	struct span theirs;
	int rc;

	buf_printf(&request,
	    "%sHTTP/1.1\r\nHost: aosh\r\nConnection: Upgrade\r\n"
	    "Upgrade: aosh-attach%s%s\r\n\r\n",
	    request_line, version_field, attach_version());
	rc = send_all(fd, &request);
	buf_release(&request);
	if (rc < 0)
		return FAIL(err, ERR_GONE, "the program that owns the store");
	if (receive_head(fd, head, err) < 0)
		return -1;
	if (strncmp(head, switching, strlen(switching)) == 0)
		return 0;
	theirs = version_of(head);
	return FAIL(err, ERR_UNSUPPORTED,
	    "the store is in use by '%.*s', this is '%s'", SPAN_ARG(theirs),
	    attach_version());
}

void
attach_refuse(int fd, const char *status, const char *text)
{
	struct buf body = BUF_INIT;
	struct buf reply = BUF_INIT;

	buf_add_text(&body, "{\"error\":");
	json_add_string(&body, span_text(text));
	buf_add_text(&body, "}");
	buf_printf(&reply,
	    "HTTP/1.1 %s%s%s\r\nConnection: close\r\n"
	    "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
	    status, version_field, attach_version(), body.len);
	buf_add_span(&reply, buf_span(&body));
	/* who does not take it wanted none */
	(void)send_all(fd, &reply);
	buf_release(&body);
	buf_release(&reply);
}

static bool
upgrade_visitor(int fd)
{
	struct buf reply = BUF_INIT;
	struct error ignored;
	char head[HEAD_MAX];
	bool sent;

	if (receive_head(fd, head, &ignored) < 0)
		return false;
	if (!span_is(version_of(head), attach_version())) {
		attach_refuse(fd, "426 Upgrade Required",
		    "the store is in use by another version");
		return false;
	}
	buf_printf(&reply,
	    "%sSwitching Protocols\r\nConnection: Upgrade\r\n"
	    "Upgrade: aosh-attach%s%s\r\n\r\n",
	    switching, version_field, attach_version());
	sent = send_all(fd, &reply) == 0;
	buf_release(&reply);
	return sent;
}

enum attach_visitor
attach_greet(int fd)
{
	char first[sizeof(request_line) - 1];
	ssize_t n;

	do
		n = recv(fd, first, sizeof(first), MSG_PEEK);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return VISITOR_NONE;
	if ((size_t)n < sizeof(first) ||
	    memcmp(first, request_line, sizeof(first)) != 0)
		return VISITOR_HTTP;
	return upgrade_visitor(fd) ? VISITOR_FRAMES : VISITOR_NONE;
}
