/*
 * http_client - requests to the units of a network.
 *
 * One thread of its own ("http") keeps all transfers going and connections
 * open; requests come from any thread, which waits for its own. Redirects are
 * followed (method and body stay), proxies are those of the usual variables
 * (http_proxy, https_proxy, all_proxy, no_proxy).
 *
 * A request is made again, with a pause that doubles and is varied by chance,
 * where that is safe (enum http_repeat); Retry-After makes the pause longer. An
 * error is one line: which unit, URL, what happened, what to do.
 */
#ifndef NET_HTTP_CLIENT_H
#define NET_HTTP_CLIENT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

/*
 * When it is safe to make a request again. Always: when nothing of it was sent,
 * and when it was refused for the moment (429, 503). Never: when it was sent and
 * its time is over.
 */
enum http_repeat {
	HTTP_ONCE, /* no more than that: it counts each time */
	HTTP_SAME, /* the same bytes count once: also when an answer was lost */
	HTTP_SAFE, /* it changes nothing: also after any failure of the unit */
};

struct http_client_config {
	uint64_t retry_ms;   /* the first pause */
	uint64_t connect_ms; /* the longest time for a connection */
	unsigned tries;      /* as below */
};

struct http_call {
	const char *hop;    /* whom it is for, in errors: "compute unit" */
	const char *option; /* what says where that is: "--cu-url" */
	const char *method;
	const char *url;
	const char *type; /* of the body; NULL: there is none */
	struct span body;
	enum http_repeat repeat;
	unsigned tries;       /* at most, with the first; 0: the client's */
	size_t limit;         /* of the reply, bytes */
	uint64_t timeout_ms;  /* of one try */
	uint64_t deadline_ns; /* of all, by clock_now_ns(); 0: none */
	int cancel_fd;        /* readable: give up; -1: never */
};

struct http_answer {
	unsigned status;
	uint64_t retry_after_s; /* 0: it does not say */
	struct buf body;        /* owned, buf_release() */
};

struct http_client;

/* Owned. Library and thread come with the first request. */
struct http_client *http_client_new(const struct http_client_config *config);
/* Ends the thread; no request may be under way. */
void http_client_free(struct http_client *h);
/*
 * Make a request and wait for the answer, whatever its status. ERR_GONE: there
 * was none; ERR_LIMIT: it is longer than the limit; ERR_TIMEOUT;
 * ERR_INTERRUPTED by cancel_fd, which is not drained; ERR_UNSUPPORTED.
 */
int http_fetch(struct http_client *h, const struct http_call *r,
    struct http_answer *out, struct error *err);

#endif
