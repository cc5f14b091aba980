/* Requests: how often they are made, how they end, and that none waits for
 * another. The server is a thread that answers by a script. */
#include <arpa/inet.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"
#include "net/http_client.h"
#include "test.h"

enum {
	TRIES = 3,
	AT_ONCE = 5,
	MS = 1000 * 1000
};

/* What the server does with each connection, in turn; the last one stays. */
struct server {
	const char *const *script; /* NULL: cut; "": say nothing */
	size_t count;
	size_t gather; /* so many requests are there before one is answered */
	int fd;
	int stop;
	pthread_t thread;
	atomic_uint requests;
	struct buf last; /* request */
	char url[64];
};

static void
read_request(int fd, struct buf *out)
{
	size_t want = 0;

	buf_clear(out);
	while (want == 0 || out->len < want) {
		ssize_t n = read(fd, buf_reserve(out, 4096), 4096);
		char *end;
		char *length;

		if (n <= 0)
			return;
		out->len += (size_t)n;
		out->p[out->len] = 0;
		end = strstr((char *)out->p, "\r\n\r\n");
		length = strstr((char *)out->p, "Content-Length: ");
		if (end && want == 0)
			want = (size_t)(end - (char *)out->p) + 4 +
			    (length ? strtoul(length + 16, NULL, 10) : 0);
	}
}

static void
answer(struct server *s, int fd, size_t n)
{
	const char *text = s->script[n < s->count ? n : s->count - 1];
	struct pollfd gone[2] = { { fd, POLLIN, 0 }, { s->stop, POLLIN, 0 } };

	if (text && !*text)
		(void)poll(gone, 2, -1);
	else if (text)
		CHECK(write(fd, text, strlen(text)) >= 0);
	close(fd);
}

static void *
server_main(void *arg)
{
	struct server *s = arg;
	size_t done = 0;

	for (;;) {
		struct pollfd fds[2] = { { s->fd, POLLIN, 0 },
			{ s->stop, POLLIN, 0 } };
		int waiting[AT_ONCE];
		size_t n = 0;

		while (n < (s->gather ? s->gather : 1)) {
			(void)poll(fds, 2, -1);
			if (fds[1].revents)
				return NULL;
			waiting[n] = accept(s->fd, NULL, NULL);
			read_request(waiting[n++], &s->last);
			atomic_fetch_add(&s->requests, 1);
		}
		for (size_t i = 0; i < n; i++)
			answer(s, waiting[i], done++);
	}
}

static void
serve(struct server *s, const char *const *script, size_t count)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	struct error err;

	s->script = script;
	s->count = count;
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	s->stop = eventfd(0, 0);
	CHECK(bind(s->fd, (struct sockaddr *)&at, len) == 0);
	CHECK(listen(s->fd, 16) == 0);
	CHECK(getsockname(s->fd, (struct sockaddr *)&at, &len) == 0);
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d/a/b",
	    ntohs(at.sin_port));
	CHECK_OK(thread_start(&s->thread, "server", server_main, s, &err), err);
}

/* Behind this nobody writes to it. */
static void
halt(struct server *s)
{
	(void)eventfd_write(s->stop, 1);
	thread_join(s->thread);
	s->count = 0;
}

static void
end(struct server *s)
{
	if (s->count)
		halt(s);
	close(s->fd);
	close(s->stop);
	buf_release(&s->last);
}

static struct http_client *
client(void)
{
	const struct http_client_config config = { .retry_ms = 1,
		.connect_ms = 5000,
		.tries = TRIES };

	return http_client_new(&config);
}

static struct http_call
call_of(const struct server *s)
{
	return (struct http_call){ .hop = "unit",
		.option = "--unit-url",
		.method = "GET",
		.url = s->url,
		.repeat = HTTP_SAFE,
		.limit = 1000,
		.timeout_ms = 30 * 1000,
		.cancel_fd = -1 };
}

#define ANSWER(status, body)                             \
	"HTTP/1.1 " status " X\r\nConnection: close\r\n" \
	"Content-Length: 5\r\n\r\n" body

TEST(http_client, an_answer)
{
	static const char *const script[] = { ANSWER("404", "never") };
	struct server s = { 0 };
	struct http_client *h = client();
	struct http_answer a;
	struct http_call c;
	struct error err;

	serve(&s, script, 1);
	c = call_of(&s);
	CHECK_OK(http_fetch(h, &c, &a, &err), err);
	CHECK_INT(a.status, 404);
	CHECK_SPAN(buf_span(&a.body), "never");
	CHECK_INT(s.requests, 1);
	buf_release(&a.body);
	http_client_free(h);
	end(&s);
}

/* How often a request is made that always gets that answer. */
static unsigned
tries(const char *reply, enum http_repeat repeat)
{
	const char *const script[] = { reply };
	struct server s = { 0 };
	struct http_client *h = client();
	struct http_answer a = { 0 };
	struct http_call c;
	struct error err;
	unsigned n;

	serve(&s, script, 1);
	c = call_of(&s);
	c.repeat = repeat;
	(void)http_fetch(h, &c, &a, &err);
	buf_release(&a.body);
	http_client_free(h);
	end(&s);
	n = s.requests;
	return n;
}

TEST(http_client, what_is_safe_is_made_again)
{
	static const struct {
		const char *reply;
		unsigned once, same, safe;
	} table[] = {
		{ ANSWER("200", "fine."), 1, 1, 1 },
		{ ANSWER("400", "wrong"), 1, 1, 1 },
		{ ANSWER("429", "later"), TRIES, TRIES, TRIES },
		{ ANSWER("500", "fault"), 1, 1, TRIES },
		{ ANSWER("502", "proxy"), 1, TRIES, TRIES },
		{ ANSWER("503", "later"), TRIES, TRIES, TRIES },
		{ ANSWER("504", "proxy"), 1, TRIES, TRIES },
		{ NULL, 1, TRIES, TRIES },
		{ "HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\nhalf", 1, TRIES,
		    TRIES },
		{ "HTTP/1.1 429 X\r\nRetry-After: 3600\r\nContent-Length: "
		  "0\r\nConnection: close\r\n\r\n",
		    1, 1, 1 },
		{ "HTTP/1.1 503 X\r\nRetry-After: Thu, 31 Dec 2099 23:59:59 "
		  "GMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
		    1, 1, 1 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		CHECK_INT(tries(table[i].reply, HTTP_ONCE), table[i].once);
		CHECK_INT(tries(table[i].reply, HTTP_SAME), table[i].same);
		CHECK_INT(tries(table[i].reply, HTTP_SAFE), table[i].safe);
	}
}

TEST(http_client, an_answer_comes_after_failures)
{
	static const char *const script[] = { NULL, ANSWER("503", "later"),
		ANSWER("200", "fine.") };
	struct server s = { 0 };
	struct http_client *h = client();
	struct http_answer a;
	struct http_call c;
	struct error err;

	serve(&s, script, 3);
	c = call_of(&s);
	CHECK_OK(http_fetch(h, &c, &a, &err), err);
	CHECK_INT(a.status, 200);
	CHECK_SPAN(buf_span(&a.body), "fine.");
	buf_release(&a.body);
	http_client_free(h);
	end(&s);
}

TEST(http_client, a_redirect_keeps_method_and_body)
{
	static const char *const script[] = {
		"HTTP/1.1 307 X\r\nLocation: /else\r\nContent-Length: 0\r\n"
		"Connection: close\r\n\r\n",
		ANSWER("200", "fine.")
	};
	struct server s = { 0 };
	struct http_client *h = client();
	struct http_answer a;
	struct http_call c;
	struct error err;

	serve(&s, script, 2);
	c = call_of(&s);
	c.method = "DELETE";
	c.type = "text/plain";
	c.body = span_text("the body");
	CHECK_OK(http_fetch(h, &c, &a, &err), err);
	buf_release(&a.body);
	http_client_free(h);
	halt(&s);
	CHECK(strstr(buf_text(&s.last), "DELETE /else HTTP/1.1\r\n") ==
	    buf_text(&s.last));
	CHECK(strstr(buf_text(&s.last), "\r\n\r\nthe body"));
	end(&s);
}

TEST(http_client, a_redirect_to_elsewhere_is_the_units_fault)
{
	static const char *const places[] = { "file:///etc/passwd",
		"gopher://host/x", "http://[::bad/", "http://host:x/" };

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char *text = xasprintf("HTTP/1.1 302 X\r\nLocation: %s\r\n"
				       "Content-Length: 0\r\n"
				       "Connection: close\r\n\r\n",
		    places[i]);
		const char *const script[] = { text };
		struct server s = { 0 };
		struct http_client *h = client();
		struct http_answer a;
		struct http_call c;
		struct error err;

		serve(&s, script, 1);
		c = call_of(&s);
		CHECK_INT(http_fetch(h, &c, &a, &err), -1);
		CHECK_INT(err.code, ERR_GONE);
		CHECK(strstr(err.text,
		    ": status 302 redirects to what is no http or https "
		    "address; its address is set by --unit-url"));
		http_client_free(h);
		end(&s);
		free(text);
	}
}

TEST(http_client, the_limit_is_exact)
{
	static const char *const script[] = { ANSWER("200", "12345") };
	struct server s = { 0 };
	struct http_client *h = client();
	struct http_answer a;
	struct http_call c;
	struct error err;

	serve(&s, script, 1);
	c = call_of(&s);
	c.limit = 5;
	CHECK_OK(http_fetch(h, &c, &a, &err), err);
	buf_release(&a.body);
	c.limit = 4;
	CHECK_INT(http_fetch(h, &c, &a, &err), -1);
	CHECK_INT(err.code, ERR_LIMIT);
	http_client_free(h);
	end(&s);
}

TEST(http_client, nobody_there_is_told_in_a_line)
{
	struct server s = { .url = "http://127.0.0.1:1/x/y?z" };
	struct http_client *h = client();
	struct http_call c = call_of(&s);
	struct http_answer a;
	struct error err;

	CHECK_INT(http_fetch(h, &c, &a, &err), -1);
	CHECK_INT(err.code, ERR_GONE);
	CHECK_TEXT(err.text,
	    "unit http://127.0.0.1:1/x/y: Connection refused; is it running? "
	    "its address is set by --unit-url");
	c.url = "gopher://user:secret@host/"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/x";
	CHECK_INT(http_fetch(h, &c, &a, &err), -1);
	CHECK_INT(err.code, ERR_USAGE);
	CHECK_TEXT(err.text,
	    "unit: 'gopher://host/AAAAAA.../x' is no http or https address; "
	    "set it with --unit-url");
	http_client_free(h);
}

TEST(http_client, a_deadline_ends_it)
{
	static const char *const script[] = { "" };
	struct server s = { 0 };
	struct http_client *h = client();
	struct http_answer a;
	struct http_call c;
	struct error err;

	serve(&s, script, 1);
	c = call_of(&s);
	c.deadline_ns = clock_now_ns() + 20 * MS;
	CHECK_INT(http_fetch(h, &c, &a, &err), -1);
	CHECK_INT(err.code, ERR_TIMEOUT);
	/* the time of a try is over, and another would take as long */
	c.deadline_ns = 0;
	c.timeout_ms = 20;
	atomic_store(&s.requests, 0);
	CHECK_INT(http_fetch(h, &c, &a, &err), -1);
	CHECK_INT(err.code, ERR_TIMEOUT);
	http_client_free(h);
	end(&s);
	CHECK_INT(s.requests, 1);
}

TEST(http_client, a_pause_that_is_too_long_tells_what_came_before_it)
{
	static const char *const script[] = {
		"HTTP/1.1 503 X\r\nRetry-After: 30\r\nContent-Length: 0\r\n"
		"Connection: close\r\n\r\n",
	};
	struct server s = { 0 };
	struct http_client *h = client();
	struct http_answer a;
	struct http_call c;
	struct error err;

	serve(&s, script, 1);
	c = call_of(&s);
	c.deadline_ns = clock_now_ns() + 2000 * (uint64_t)MS;
	CHECK_OK(http_fetch(h, &c, &a, &err), err);
	CHECK_INT(a.status, 503);
	CHECK_INT(a.retry_after_s, 30);
	CHECK(clock_now_ns() < c.deadline_ns);
	buf_release(&a.body);
	http_client_free(h);
	end(&s);
}

/* Requests of several threads. */
struct asking {
	struct http_client *h;
	struct http_call call;
	pthread_t thread;
	int rc;
	struct error err;
};

static void *
ask(void *arg)
{
	struct asking *a = arg;
	struct http_answer answer = { 0 };

	a->rc = http_fetch(a->h, &a->call, &answer, &a->err);
	buf_release(&answer.body);
	return NULL;
}

TEST(http_client, a_descriptor_cancels_it)
{
	static const char *const script[] = { "" };
	struct server s = { 0 };
	struct asking a = { .h = client() };
	int cancel = eventfd(0, 0);
	struct error err;

	serve(&s, script, 1);
	a.call = call_of(&s);
	a.call.cancel_fd = cancel;
	CHECK_OK(thread_start(&a.thread, "ask", ask, &a, &err), err);
	while (atomic_load(&s.requests) == 0)
		(void)poll(NULL, 0, 1);
	(void)eventfd_write(cancel, 1);
	thread_join(a.thread);
	CHECK_INT(a.rc, -1);
	CHECK_INT(a.err.code, ERR_INTERRUPTED);
	http_client_free(a.h);
	end(&s);
	close(cancel);
}

TEST(http_client, no_request_waits_for_another)
{
	static const char *const script[] = { ANSWER("200", "fine.") };
	struct server s = { .gather = AT_ONCE };
	struct asking a[AT_ONCE];
	struct http_client *h = client();
	struct error err;

	serve(&s, script, 1);
	for (size_t i = 0; i < AT_ONCE; i++) {
		a[i] = (struct asking){ .h = h, .call = call_of(&s) };
		CHECK_OK(thread_start(&a[i].thread, "ask", ask, &a[i], &err),
		    err);
	}
	for (size_t i = 0; i < AT_ONCE; i++) {
		thread_join(a[i].thread);
		CHECK_INT(a[i].rc, 0);
	}
	CHECK_INT(s.requests, AT_ONCE);
	http_client_free(h);
	end(&s);
}
