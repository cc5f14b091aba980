/*
 * http_error - what went wrong with a request, in one line for people.
 *
 *   compute unit http://127.0.0.1:6363/dry-run: Connection refused; is it
 *   running? its address is set by --cu-url
 *
 * Unit, URL without its query, what happened, what to do.
 */
#ifndef NET_HTTP_ERROR_H
#define NET_HTTP_ERROR_H

#include <curl/curl.h>

#include "net/http_client.h"

/* How a try ended without an answer. */
struct http_failure {
	CURLcode code;
	unsigned status;    /* of the last answer, a redirect; 0: none came */
	int os_error;       /* errno of the connection; 0: none */
	const char *detail; /* the library's own words */
};

/* Say it; the code is ERR_GONE, ERR_TIMEOUT, ERR_LIMIT or ERR_USAGE. -1. */
int http_fail_transfer(const struct http_call *r, const struct http_failure *f,
    struct error *err);
/* The same when the time for all is over. ERR_TIMEOUT. */
int http_fail_deadline(const struct http_call *r, struct error *err);
/*
 * The same of an answer whose status is no success; `why` is what the unit
 * says, cut to a line. ERR_GONE; ERR_NOT_FOUND for 404.
 */
int http_fail_status(const struct http_call *r, const struct http_answer *reply,
    struct span why, struct error *err);
/* The same of an answer that is of no use: `why` says how. ERR_GONE. */
int http_fail_answer(const struct http_call *r, const char *why,
    struct error *err);

#endif
