/*
 * MHD reads and writes on one thread of its own; a request that is whole is
 * answered right there when the handler is quick about it (its plan says so),
 * else the connection is suspended and the pool has it. A suspended connection
 * is resumed with its reply filled in, and MHD calls back once more to send it.
 *
 * What MHD itself refuses (no HTTP, a head that is too large) gets MHD's own
 * page: nothing of ours has seen it.
 */
#include "net/http_server.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "ao/result.h"
#include "net/http_exchange.h"
#include "net/http_head.h"

enum {
	HEAD_BYTES = 24 << 10, /* of a request's head, and of a reply's */
	/* one that begins to wait while all are told to end */
	AGAIN_NS = 100 * 1000 * 1000,
	/* behind the grace: to take a reply */
	TAKE_NS = 1000 * 1000 * 1000,
};

struct http_config
http_config_default(void)
{
	return (struct http_config){ .host = "127.0.0.1",
		.connections = 16384,
		.per_address = 16384,
		.threads = 16,
		.body_max = (size_t)10 << 20,
		.bodies_max = (size_t)256 << 20,
		.read_ms = 30000,
		.idle_ms = 60000,
		.wait_ms = 300000,
		.log_fd = -1 };
}

/* --- the log and the counters --- */

static void
log_access(const struct http_exchange *x, unsigned status, size_t bytes,
    uint64_t ns)
{
	struct buf line = BUF_INIT;
	ssize_t written;
	struct timespec now;
	struct tm tm;
	char when[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(&line, "{\"time\":\"%s.%03ldZ\",\"address\":", when,
	    now.tv_nsec / 1000000);
	json_add_string(&line, http_request_address(&x->request));
	buf_add_text(&line, ",\"method\":");
	json_add_string(&line, span_text(x->request.method));
	buf_add_text(&line, ",\"path\":");
	json_add_string(&line, x->request.path);
	buf_printf(&line,
	    ",\"route\":\"%s\",\"status\":%u,\"bytesIn\":%zu,\"bytes\":%zu"
	    ",\"ms\":%.3f}\n",
	    x->reply.route ? x->reply.route : "", status, x->received, bytes,
	    (double)ns / 1e6);
	/* a line is one write; a log that is full stops nobody */
	written = write(x->server->config.log_fd, line.p, line.len);
	(void)written;
	buf_release(&line);
}

static void
count_request(struct http_server *s, const struct http_exchange *x,
    unsigned status, size_t bytes, uint64_t ns)
{
	lock(&s->stats_lock);
	s->stats.requests++;
	s->stats.limited += status == 429;
	s->stats.statuses[status / 100 < 6 ? status / 100 : 0]++;
	s->stats.bytes_in += x->received;
	s->stats.bytes_out += bytes;
	histogram_add(&s->stats.ns, ns);
	unlock(&s->stats_lock);
}

void
http_server_stats(struct http_server *s, struct http_stats *out)
{
	lock(&s->stats_lock);
	*out = s->stats;
	unlock(&s->stats_lock);
	lock(&s->guard.lock);
	out->connections = s->guard.count;
	unlock(&s->guard.lock);
	lock(&s->pool.lock);
	out->waiting = s->pool.waiting_count;
	unlock(&s->pool.lock);
}

/* --- replies --- */

static void
add_fields(struct MHD_Response *r, const struct http_reply *reply)
{
	mhd.add_response_header(r, "Access-Control-Allow-Origin", "*");
	if (reply->content_type)
		mhd.add_response_header(r, "Content-Type", reply->content_type);
	for (size_t i = 0; i < reply->field_count; i++)
		mhd.add_response_header(r, reply->fields[i].name,
		    reply->fields[i].value);
}

/* The body is MHD's from here on. */
static enum MHD_Result
send_reply(struct http_exchange *x)
{
	struct http_reply *reply = &x->reply;
	unsigned status = reply->status ? reply->status : 200;
	struct buf body = reply->body;
	uint64_t ns = clock_now_ns() - x->begin_ns;
	struct MHD_Response *r;
	enum MHD_Result rc;

	reply->body = (struct buf)BUF_INIT;
	r = body.len
	    ? mhd.create_response_from_buffer(body.len, body.p,
		  MHD_RESPMEM_MUST_FREE)
	    : mhd.create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (!r || body.len == 0)
		buf_release(&body);
	if (!r)
		return MHD_NO;
	add_fields(r, reply);
	if (x->last || atomic_load(&x->server->closing))
		mhd.add_response_header(r, "Connection", "close");
	count_request(x->server, x, status, body.len, ns);
	if (x->server->config.log_fd >= 0)
		log_access(x, status, body.len, ns);
	rc = mhd.queue_response(x->connection, status, r);
	mhd.destroy_response(r);
	return rc;
}

/* --- requests --- */

static enum MHD_Result
add_arg(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_len,
    const char *value, size_t value_len)
{
	struct http_request *r = arg;

	(void)kind;
	/* on_uri() has let no more through */
	if (r->arg_count == HTTP_ARGS_MAX)
		return MHD_NO;
	r->args[r->arg_count++] = (struct http_arg){ span_of(name, name_len),
		value ? span_of(value, value_len) : span_of(NULL, 0) };
	return MHD_YES;
}

bool
http_request_field(const struct http_request *r, const char *name,
    struct span *value)
{
	const char *text = mhd.lookup_connection_value(r->exchange->connection,
	    MHD_HEADER_KIND, name);

	if (text)
		*value = span_text(text);
	return text;
}

struct span
http_request_address(const struct http_request *r)
{
	static _Thread_local char text[64];
	const union MHD_ConnectionInfo *info = mhd.get_connection_info(
	    r->exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;

	if (!a || (a->sa_family != AF_INET && a->sa_family != AF_INET6) ||
	    getnameinfo(a, sizeof(struct sockaddr_in6), text, sizeof(text),
		NULL, 0, NI_NUMERICHOST) != 0)
		return span_text("");
	return span_text(text);
}

/* "text/plain; charset=utf-8": the part before the semicolon. */
static struct span
media_type(const struct http_request *r)
{
	struct span all = span_of(NULL, 0);
	size_t len = 0;

	(void)http_request_field(r, "Content-Type", &all);
	while (len < all.len && all.p[len] != ';' && all.p[len] != ' ')
		len++;
	return span_first(all, len);
}

/* The head of a request, when all of it is there. */
static void
read_head(struct http_exchange *x)
{
	struct http_request *r = &x->request;

	mhd.get_connection_values_n(x->connection, MHD_GET_ARGUMENT_KIND,
	    add_arg, r);
	r->content_type = media_type(r);
	r->body = buf_span(&x->body);
}

/* Out of MHD's hands until it is resumed. */
static void
suspend(struct http_exchange *x)
{
	x->suspended = true;
	mhd.suspend_connection(x->connection);
}

/* It will be called again. */
static void
park(struct http_exchange *x)
{
	struct http_server *s = x->server;

	if (!x->deadline_ns)
		x->deadline_ns =
		    clock_now_ns() + s->config.wait_ms * UINT64_C(1000000);
	if (!x->suspended)
		suspend(x);
	pool_park(&s->pool, x);
}

bool
exchange_run(struct http_exchange *x)
{
	struct http_server *s = x->server;
	enum http_next next = s->handler(s->arg, &x->request, &x->reply);

	if (next == HTTP_WAIT && !x->request.late) {
		park(x);
		return false;
	}
	if (next == HTTP_WAIT)
		http_reply_error(&x->reply, 503, "it took too long");
	if (x->suspended)
		mhd.resume_connection(x->connection);
	return true;
}

/* All of it is there. */
static enum MHD_Result
begin_request(struct http_exchange *x)
{
	struct http_server *s = x->server;

	guard_busy(&s->guard, x->peer, true);
	if (x->reply.status)
		return send_reply(x);
	read_head(x);
	if (x->plan.quick)
		return exchange_run(x) ? send_reply(x) : MHD_YES;
	suspend(x);
	pool_add(&s->pool, x);
	return MHD_YES;
}

/* A path has one slash in front, whatever came of an address that ends in one. */
static struct span
one_slash(const char *url)
{
	while (url[0] == '/' && url[1] == '/')
		url++;
	return span_text(url);
}

static struct http_exchange *
exchange_new(struct http_server *s, struct MHD_Connection *c, const char *url,
    const char *method)
{
	struct http_exchange *x = xcalloc(1, sizeof(*x));

	x->server = s;
	x->connection = c;
	x->peer = mhd.get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		      ->socket_context;
	x->plan.body_max = s->config.body_max;
	x->begin_ns = clock_now_ns();
	x->request.exchange = x;
	x->request.method = method;
	x->request.path = one_slash(url);
	lock(&s->stats_lock);
	s->in_flight++;
	unlock(&s->stats_lock);
	return x;
}

/* Where a query goes on behind as many parameters as we take; NULL: nowhere. */
static char *
end_of_args(const char *uri)
{
	char *at = strchr(uri, '?');

	for (unsigned i = 0; at && i < HTTP_ARGS_MAX; i++)
		at = strchr(at + 1, '&');
	return at;
}

/*
 * The library needs 64 bytes for each parameter of a query; when it has no room
 * for one of them it never answers. So those that are too many are cut off here,
 * before it looks at them: the text is the library's, and not constant. What
 * this returns is where the exchange will be: the server stands for an address
 * that is refused.
 */
static void *
on_uri(void *arg, const char *uri, struct MHD_Connection *c)
{
	char *cut = end_of_args(uri);

	(void)c;
	if (cut)
		*cut = '\0';
	return cut || strlen(uri) > HTTP_URI_MAX ? arg : NULL;
}

static enum MHD_Result
/* NOLINTNEXTLINE(readability-function-size): MHD has so many */
on_access(void *arg, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_size, void **own)
{
	struct http_exchange *x = *own;
	bool too_long = x && *own == arg;

	if (!x || too_long) {
		*own = x = exchange_new(arg, c, url, method);
		return exchange_admit(x, version, too_long) ? MHD_YES
							    : send_reply(x);
	}
	if (*upload_size) {
		exchange_take(x, upload, *upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	return x->suspended ? send_reply(x) : begin_request(x);
}

static void
on_completed(void *arg, struct MHD_Connection *c, void **own,
    enum MHD_RequestTerminationCode how)
{
	struct http_server *s = arg;
	struct http_exchange *x = *own;

	(void)c;
	(void)how;
	if (!x || *own == arg)
		return;
	guard_busy(&s->guard, x->peer, false);
	http_reply_release(&x->reply);
	exchange_drop_body(x);
	free(x);
	*own = NULL;
	lock(&s->stats_lock);
	if (--s->in_flight == 0)
		pthread_cond_signal(&s->idle);
	unlock(&s->stats_lock);
}

static void
on_connection(void *arg, struct MHD_Connection *c, void **own,
    enum MHD_ConnectionNotificationCode what)
{
	struct http_server *s = arg;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*own = guard_enter(&s->guard, c);
		lock(&s->stats_lock);
		s->stats.accepted++;
		unlock(&s->stats_lock);
		return;
	}
	guard_leave(&s->guard, *own);
	*own = NULL;
}

/* --- opening and closing --- */

static int
start_daemon(struct http_server *s, struct error *err)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD |
	    MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_TURBO;
	const struct http_config *c = &s->config;
	/* without a listener it is no option */
	struct MHD_OptionItem listen[] = {
		{ MHD_OPTION_LISTEN_SOCKET, s->listener, NULL },
		{ MHD_OPTION_LISTENING_ADDRESS_REUSE, 1, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};

	if (s->listener < 0) {
		flags |= MHD_USE_NO_LISTEN_SOCKET;
		listen[0].option = MHD_OPTION_END;
	}
	s->daemon = mhd.start_daemon(flags, 0, NULL, NULL, on_access, s,
	    MHD_OPTION_ARRAY, listen, MHD_OPTION_CONNECTION_LIMIT,
	    c->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT, c->per_address,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
	    MHD_OPTION_CONNECTION_TIMEOUT, (c->idle_ms + 999) / 1000,
	    MHD_OPTION_URI_LOG_CALLBACK, on_uri, s, MHD_OPTION_NOTIFY_COMPLETED,
	    on_completed, s, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
	    MHD_OPTION_END);
	if (!s->daemon)
		return FAIL_ERRNO(err, ERR_SYSTEM,
		    "cannot start the HTTP server");
	return 0;
}

static void
server_free(struct http_server *s)
{
	listener_close(s);
	guard_close(&s->guard);
	pool_close(&s->pool);
	pthread_cond_destroy(&s->idle);
	pthread_mutex_destroy(&s->stats_lock);
	free(s);
}

int
http_server_open(const struct http_config *config, http_handler handler,
    void *arg, struct http_server **out, struct error *err)
{
	struct http_server *s = xcalloc(1, sizeof(*s));

	s->config = *config;
	s->handler = handler;
	s->arg = arg;
	s->listener = -1;
	pthread_mutex_init(&s->stats_lock, NULL);
	cond_init(&s->idle);
	*out = s;
	pool_init(&s->pool);
	guard_init(&s->guard, s);
	if (mhd_load(err) < 0 || listener_open(s, err) < 0 ||
	    pool_start(&s->pool, s, err) < 0 ||
	    guard_start(&s->guard, err) < 0 || start_daemon(s, err) < 0) {
		server_free(s);
		*out = NULL;
		return -1;
	}
	return 0;
}

/* End connections: those that are still being read, for half a request is none,
 * or all of them. */
static void
end_peers(struct http_server *s, bool all)
{
	lock(&s->guard.lock);
	for (struct http_peer *p = s->guard.peers; p; p = p->next)
		if (all || !p->busy)
			(void)shutdown(p->fd, all ? SHUT_RDWR : SHUT_RD);
	unlock(&s->guard.lock);
}

/* Wait until no request is on its way any more, or so long. */
static bool
drain(struct http_server *s, uint64_t end_ns)
{
	bool empty;

	lock(&s->stats_lock);
	while (s->in_flight && clock_now_ns() < end_ns)
		cond_wait(&s->idle, &s->stats_lock, end_ns);
	empty = s->in_flight == 0;
	unlock(&s->stats_lock);
	return empty;
}

/* Then those that wait are told to end, and then the others are cut off: a
 * handler that is in the middle of something is waited for all the same. */
static void
drain_all(struct http_server *s, unsigned grace_ms)
{
	uint64_t now = clock_now_ns();
	uint64_t end = now + grace_ms * UINT64_C(1000000);
	uint64_t cut = end + TAKE_NS;

	for (; !drain(s, end); end = now + AGAIN_NS) {
		now = clock_now_ns();
		pool_wake(&s->pool, 0, true);
		if (now >= cut)
			end_peers(s, true);
	}
}

void
http_server_close(struct http_server *s, unsigned grace_ms)
{
	if (!s)
		return;
	atomic_store(&s->closing, true);
	(void)mhd.quiesce_daemon(s->daemon);
	end_peers(s, false);
	drain_all(s, grace_ms);
	mhd.stop_daemon(s->daemon);
	server_free(s);
}

void
http_server_adopt(struct http_server *s, int fd)
{
	const struct sockaddr_un nobody = { .sun_family = AF_UNIX };

	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	/* what cannot be added is closed there */
	(void)mhd.add_connection(s->daemon, fd,
	    (const struct sockaddr *)&nobody, sizeof(sa_family_t));
}

uint16_t
http_server_port(const struct http_server *s)
{
	return s->port;
}

void
http_server_wake(struct http_server *s, uint64_t key)
{
	pool_wake(&s->pool, key, false);
}
