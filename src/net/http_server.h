/*
 * http_server - HTTP/1.1 for others: connections, limits, the log of accesses.
 *
 * What is asked for goes to one handler, which sees a whole request and fills in
 * a whole reply. It is called on one of a few threads and may wait for the disk
 * there; for anything that may take longer it gives HTTP_WAIT, after which it is
 * called again when http_server_wake() is, or when its time is up. Meanwhile
 * the connection costs its memory alone.
 *
 * Every read is limited: the head and the body of a request in size, both in
 * time, connections and requests a second by address. As JSON are refused: a
 * head that can be read in two ways (400, 501), an address or a head that is too
 * long (414, 431), a body over its limit (413), one for which there is no room
 * among those of others (503 with Retry-After), a request over its rate (429
 * with Retry-After). A head that is no HTTP or far too large has the library's
 * own page, and a connection that is too many or too slow is closed. The others
 * notice nothing.
 *
 * Threads: http_server_stats(), http_server_wake() and http_server_adopt() from
 * any; the rest from whoever opened it. Source: spec/ao-network.md 9 and 17,
 * RFC 9110, RFC 9112.
 */
#ifndef NET_HTTP_SERVER_H
#define NET_HTTP_SERVER_H

#include "base/buf.h"
#include "base/error.h"
#include "base/histogram.h"

struct http_server;

enum {
	HTTP_ARGS_MAX = 32,   /* parameters of one query; more: 414 */
	HTTP_FIELDS_MAX = 64, /* header fields of one reply */
};

/* name=value of a query, decoded; "name" alone has an empty value. */
struct http_arg {
	struct span name;
	struct span value;
};

/* Borrowed until the reply is sent. */
struct http_request {
	const char *method; /* "GET", … */
	struct span path;   /* decoded, one leading slash */
	struct http_arg args[HTTP_ARGS_MAX];
	size_t arg_count;
	struct span content_type; /* without parameters; empty: none */
	struct span body;
	bool late;         /* it waited as long as it may: give a reply now */
	const void *route; /* what the plan noted */

	struct http_exchange *exchange; /* the server's */
};

/* A field of the reply's head, beside those that the server sets. */
struct http_field {
	char *name; /* owned */
	char *value;
};

/* All zeroes is 200 without a body. */
struct http_reply {
	unsigned status;          /* 0: 200 */
	const char *content_type; /* of static storage */
	struct buf body;
	struct http_field fields[HTTP_FIELDS_MAX];
	size_t field_count;
	const char *route; /* for log and counters: static; NULL: none */
};

enum http_next {
	HTTP_REPLY,
	HTTP_WAIT, /* nothing is filled in: call again */
};

typedef enum http_next (
    *http_handler)(void *arg, struct http_request *r, struct http_reply *out);

/* What a request's method and path tell of it; at first: not quick, a body of
 * any size that the server takes. */
struct http_plan {
	bool quick; /* the handler answers it without waiting for anything, on
	             * the thread that serves all connections */
	size_t body_max; /* bytes; 0: none is wanted, what comes is not kept */
};

struct http_config {
	/* a name, an address, or the path of a Unix socket, from "/" on, which
	 * is made for its owner alone; borrowed until the server is closed;
	 * NULL: nowhere, see http_server_adopt() */
	const char *host;
	uint16_t port; /* 0: the system chooses, see http_server_port() */
	unsigned connections; /* at most, all addresses together */
	unsigned per_address; /* of them */
	unsigned rate;        /* requests a second and address; 0: no limit */
	unsigned threads;     /* that run the handler */
	size_t body_max;      /* bytes of one request */
	size_t bodies_max;    /* of all that are here at a time */
	unsigned read_ms;     /* for the whole of a request */
	unsigned idle_ms;     /* between requests of a connection */
	unsigned wait_ms;     /* that a handler may wait in all */
	int log_fd;           /* accesses, a line of JSON each; -1: none */
	/* called when the head is there: fill in the plan, or the status and
	 * all of the reply of a request that is refused; NULL: none */
	void (*plan)(void *arg, struct http_request *r, struct http_plan *plan,
	    struct http_reply *out);
};

/* What holds without a configuration: loopback alone, port of the system's. */
struct http_config http_config_default(void);

/*
 * *out is set before the handler is called first, NULL on failure. ERR_USAGE: no
 * such host, or a path where no socket can be; ERR_GONE: the address is taken, or
 * not to be had; ERR_SYSTEM.
 */
int http_server_open(const struct http_config *config, http_handler handler,
    void *arg, struct http_server **out, struct error *err);
/* Take no new connections, answer what has been asked, release all; waits that
 * last longer than `grace_ms` are ended with 503, and who does not take its
 * reply soon after is cut off. */
void http_server_close(struct http_server *s, unsigned grace_ms);

/* Serve a connection that was accepted elsewhere, on a Unix socket: `fd` is the
 * server's from here on. */
void http_server_adopt(struct http_server *s, int fd);
/* The port that it listens at; 0: a Unix socket, or nowhere. */
uint16_t http_server_port(const struct http_server *s);
/* Handlers that wait are called again: those that wait for `key`, 0: all. */
void http_server_wake(struct http_server *s, uint64_t key);

/* --- for handlers --- */

/* The first parameter of that name; false: not there. */
bool http_arg(const struct http_request *r, const char *name,
    struct span *value);
/* Any other field of the request's head; false: not there. */
bool http_request_field(const struct http_request *r, const char *name,
    struct span *value);
/* Whose request it is, as text, until the thread's next call. */
struct span http_request_address(const struct http_request *r);
/* Before the look that may end in HTTP_WAIT: the key of http_server_wake() that
 * is waited for. */
void http_wait_for(struct http_request *r, uint64_t key);
/* Add a field; one that is not fit for a head (control bytes, too many) is left
 * out, and that is told. */
bool http_reply_field(struct http_reply *out, struct span name,
    struct span value);
/* {"error": text} with a status. Text of any bytes. */
void http_reply_error(struct http_reply *out, unsigned status, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));
/* Free what is in it; it is empty then. */
void http_reply_release(struct http_reply *out);

/* Counted where it happens. */
struct http_stats {
	uint64_t connections; /* open now */
	uint64_t accepted;
	uint64_t requests;
	uint64_t limited;     /* of them 429 */
	uint64_t statuses[6]; /* by their first digit */
	uint64_t bytes_in;
	uint64_t bytes_out;  /* of bodies */
	uint64_t waiting;    /* handlers that wait now */
	struct histogram ns; /* of requests, from head to reply */
};
void http_server_stats(struct http_server *s, struct http_stats *out);

#endif
