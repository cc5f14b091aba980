/*
 * http_head - whether the head of a request says clearly where its body ends;
 * for http_*.c alone.
 *
 * Two servers in a row that read one head differently take different bytes for
 * the next request, and so let a stranger's in. A head that can be read in two
 * ways is refused, and the connection ends. Pure functions. Source: RFC 9112, 5
 * and 6; RFC 9110, 5.
 */
#ifndef NET_HTTP_HEAD_H
#define NET_HTTP_HEAD_H

#include "base/span.h"

enum {
	/* of its fields: an answer must find room beside them */
	HTTP_HEAD_MAX = 12 << 10, /* bytes, as http_head_weigh() counts */
	HTTP_URI_MAX = 8 << 10,   /* bytes, with the query */
};

/* What is known of a head; starts as all zeroes. */
struct http_head {
	const char *bad; /* what is wrong with a field; NULL: nothing */
	unsigned lengths;
	unsigned codings;
	unsigned hosts;
	bool foreign; /* a coding that is not handled */
	size_t weight;
};

/* A token (RFC 9110, 5.6.2). */
bool http_is_token(struct span s);
/* One more part of it is kept, which costs its bytes and some beside them. */
void http_head_weigh(struct http_head *h, struct span name, struct span value);
/* Look at one more field, and weigh it. */
void http_head_add(struct http_head *h, struct span name, struct span value);
/* When all were looked at: the status to refuse it with, and *why; 0: it is
 * well. `old`: it is of HTTP/1.0. */
unsigned http_head_status(const struct http_head *h, bool old,
    const char **why);

#endif
