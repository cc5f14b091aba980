#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/thread.h"
#include "net/http_server.h"
#include "test.h"

enum {
	WAIT_MS = 30000,
	KEY = 7,
	LARGE = 64 << 20, /* more than sockets hold */
};

struct subject {
	struct http_server *s;
	pthread_mutex_t lock;
	pthread_cond_t asked;
	int waiting;   /* requests that were told to wait */
	bool released; /* they need not any more */
};

/* Somebody waits for requests to have come. */
static void
note_asked(struct subject *t)
{
	lock(&t->lock);
	t->waiting++;
	pthread_cond_signal(&t->asked);
	unlock(&t->lock);
}

/* "/wait" waits until it is released, "/echo" gives the body back. */
static enum http_next
answer(void *arg, struct http_request *r, struct http_reply *out)
{
	struct subject *t = arg;
	bool released;

	out->content_type = "text/plain";
	if (span_is(r->path, "/wait") && !r->late) {
		http_wait_for(r, KEY);
		lock(&t->lock);
		released = t->released;
		unlock(&t->lock);
		if (!released) {
			note_asked(t);
			return HTTP_WAIT;
		}
	}
	if (span_is(r->path, "/large")) {
		note_asked(t);
		memset(buf_reserve(&out->body, LARGE), 'x', LARGE);
		out->body.len = LARGE;
		return HTTP_REPLY;
	}
	if (r->late)
		http_reply_error(out, 503, "late");
	else
		buf_add_span(&out->body, r->body);
	return HTTP_REPLY;
}

static void
open_with(struct subject *t, struct http_config c)
{
	struct error err;

	*t = (struct subject){ .waiting = 0 };
	pthread_mutex_init(&t->lock, NULL);
	cond_init(&t->asked);
	CHECK_OK(http_server_open(&c, answer, t, &t->s, &err), err);
}

static void
close_all(struct subject *t)
{
	http_server_close(t->s, 0);
	pthread_cond_destroy(&t->asked);
	pthread_mutex_destroy(&t->lock);
}

static int
dial(const struct subject *t)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons(http_server_port(t->s)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	CHECK_INT(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void
say(int fd, const char *text)
{
	CHECK_INT(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* What comes until the other end closes, or `enough` stands in it. */
static char *
hear(int fd, const char *enough)
{
	struct buf in = BUF_INIT;
	struct pollfd p = { fd, POLLIN, 0 };
	char piece[4096];
	ssize_t n = 1;

	while (n > 0 && !(enough && strstr(buf_text(&in), enough))) {
		CHECK_INT(poll(&p, 1, WAIT_MS), 1);
		n = recv(fd, piece, sizeof(piece), 0);
		if (n > 0)
			buf_add(&in, piece, (size_t)n);
	}
	return (char *)in.p;
}

/* One request on a connection of its own, to the first line of its reply. */
static void
check_status(const struct subject *t, const char *request, const char *status)
{
	int fd = dial(t);
	char *reply;

	say(fd, request);
	reply = hear(fd, "\r\n\r\n");
	CHECK(reply);
	if (strncmp(reply + strlen("HTTP/1.1 "), status, strlen(status)) != 0)
		fail_msg("not %s but: %s", status, reply);
	free(reply);
	(void)close(fd);
}

static void
wait_for_waiting(struct subject *t, int count)
{
	lock(&t->lock);
	while (t->waiting < count)
		cond_wait(&t->asked, &t->lock, 0);
	unlock(&t->lock);
}

TEST(http_server, a_body_comes_back_also_in_pieces_and_on_one_connection)
{
	struct subject t;
	char *reply;
	int fd;

	open_with(&t, http_config_default());
	fd = dial(&t);
	say(fd,
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
	say(fd, "llo");
	reply = hear(fd, "hello");
	CHECK(strstr(reply, "200 OK"));
	free(reply);
	say(fd,
	    "POST //echo HTTP/1.1\r\nHost: x\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
	reply = hear(fd, "abc");
	CHECK(strstr(reply, "Access-Control-Allow-Origin: *"));
	free(reply);
	(void)close(fd);
	close_all(&t);
}

TEST(http_server, what_is_over_a_limit_is_refused)
{
	struct http_config c = http_config_default();
	struct subject t;
	char *reply;
	int fd;

	c.body_max = 10;
	open_with(&t, c);
	check_status(&t,
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 41\r\n\r\n",
	    "413");
	check_status(&t,
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n"
	    "Expect: 100-continue\r\n\r\n",
	    "413");
	check_status(&t,
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"
	    "01234567890",
	    "413");
	check_status(&t,
	    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked"
	    "\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n",
	    "413");
	check_status(&t,
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
	    "0123456789",
	    "200");
	/* what is no HTTP ends the connection */
	fd = dial(&t);
	say(fd, "nonsense\r\n\r\n");
	reply = hear(fd, NULL);
	CHECK(!reply || !strstr(reply, "200 OK"));
	free(reply);
	(void)close(fd);
	close_all(&t);
}

/* Begin a request whose body has 9 bytes, of which `sent` go out now. */
static int
begin_body(const struct subject *t, const char *sent)
{
	int fd = dial(t);

	say(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
	say(fd, sent);
	return fd;
}

/* Send what is missing of a body. */
static void
end_body(int fd, const char *rest, const char *status)
{
	char *reply;

	say(fd, rest);
	reply = hear(fd, "\r\n\r\n");
	CHECK(reply);
	if (strncmp(reply + strlen("HTTP/1.1 "), status, strlen(status)) != 0)
		fail_msg("not %s but: %s", status, reply);
	if (strcmp(status, "503") == 0)
		CHECK(strstr(reply, "\r\nRetry-After: "));
	free(reply);
	(void)close(fd);
}

TEST(http_server, all_bodies_together_have_a_bound)
{
	struct http_config c = http_config_default();
	struct subject t;
	int waiting;

	c.bodies_max = 10;
	open_with(&t, c);
	/* a body that is in use is held: its handler waits */
	waiting = dial(&t);
	say(waiting,
	    "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n"
	    "123456");
	wait_for_waiting(&t, 1);
	end_body(begin_body(&t, "12345"), "6789", "503");
	/* others have room, and so has the next one when it is given back */
	check_status(&t,
	    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n1234",
	    "200");
	lock(&t.lock);
	t.released = true;
	unlock(&t.lock);
	http_server_wake(t.s, KEY);
	end_body(waiting, "", "200");
	end_body(begin_body(&t, "12345"), "6789", "200");
	close_all(&t);
}

TEST(http_server, an_address_has_its_share_of_requests)
{
	struct http_config c = http_config_default();
	struct http_stats stats;
	struct subject t;

	c.rate = 3;
	open_with(&t, c);
	for (int i = 0; i < 3; i++)
		check_status(&t, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n",
		    "200");
	check_status(&t, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", "429");
	http_server_stats(t.s, &stats);
	CHECK_INT(stats.limited, 1);
	CHECK_INT(stats.requests, 4);
	close_all(&t);
}

TEST(http_server, who_waits_is_called_again_when_its_key_is_woken)
{
	struct subject t;
	char *reply;
	int fd[3];

	open_with(&t, http_config_default());
	for (int i = 0; i < 3; i++) {
		fd[i] = dial(&t);
		say(fd[i], "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	}
	wait_for_waiting(&t, 3);
	/* others are served meanwhile */
	check_status(&t, "GET /echo HTTP/1.1\r\nHost: x\r\n\r\n", "200");
	lock(&t.lock);
	t.released = true;
	unlock(&t.lock);
	http_server_wake(t.s, KEY);
	for (int i = 0; i < 3; i++) {
		reply = hear(fd[i], "\r\n\r\n");
		CHECK(strstr(reply, "200 OK"));
		free(reply);
		(void)close(fd[i]);
	}
	close_all(&t);
}

TEST(http_server, a_wait_ends_when_its_time_is_up_and_when_the_server_ends)
{
	struct http_config c = http_config_default();
	struct subject t;
	int fd;
	char *reply;

	c.wait_ms = 1;
	open_with(&t, c);
	check_status(&t, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n", "503");
	close_all(&t);

	open_with(&t, http_config_default());
	fd = dial(&t);
	say(fd, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_for_waiting(&t, 1);
	http_server_close(t.s, 0);
	reply = hear(fd, NULL);
	CHECK(strstr(reply, "503"));
	CHECK(strstr(reply, "Connection: close"));
	free(reply);
	(void)close(fd);
	pthread_cond_destroy(&t.asked);
	pthread_mutex_destroy(&t.lock);
}

TEST(http_server, who_does_not_take_its_reply_does_not_hold_up_the_end)
{
	struct subject t;
	int fd;

	open_with(&t, http_config_default());
	fd = dial(&t);
	say(fd, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
	wait_for_waiting(&t, 1);
	close_all(&t);
	(void)close(fd);
}

TEST(http_server, who_sends_too_slowly_is_cut_off)
{
	struct http_config c = http_config_default();
	struct subject t;
	char *reply;
	int fd;

	c.read_ms = 1;
	c.idle_ms = 1000;
	open_with(&t, c);
	fd = dial(&t);
	say(fd, "GET /echo HTTP/1.1\r\nHo");
	reply = hear(fd, NULL);
	CHECK(!reply || !strstr(reply, "200 OK"));
	free(reply);
	(void)close(fd);
	close_all(&t);
}

TEST(http_server, a_place_that_is_taken_is_named)
{
	struct http_config c = http_config_default();
	struct http_server *s;
	struct subject t;
	struct error err;

	open_with(&t, c);
	c.port = http_server_port(t.s);
	CHECK_INT(http_server_open(&c, answer, &t, &s, &err), -1);
	CHECK_INT(err.code, ERR_GONE);
	c.host = "192.0.2.1";
	CHECK_INT(http_server_open(&c, answer, &t, &s, &err), -1);
	CHECK_INT(err.code, ERR_GONE);
	c.host = "no.such.host.invalid";
	CHECK_INT(http_server_open(&c, answer, &t, &s, &err), -1);
	CHECK_INT(err.code, ERR_USAGE);
	close_all(&t);
}

TEST(http_server, fields_of_a_reply_cannot_break_out_of_its_head)
{
	struct http_reply r = { 0 };

	CHECK(http_reply_field(&r, span_text("name"), span_text("a value")));
	CHECK(!http_reply_field(&r, span_text("name"), span_text("a\r\nb: c")));
	CHECK(!http_reply_field(&r, span_text("na me"), span_text("x")));
	CHECK(!http_reply_field(&r, span_text(""), span_text("x")));
	CHECK_INT(r.field_count, 1);
	http_reply_error(&r, 400, "a \"text\"");
	CHECK_SPAN(buf_span(&r.body), "{\"error\":\"a \\\"text\\\"\"}");
	http_reply_release(&r);
}
