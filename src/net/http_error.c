/*
 * The usual faults have words of their own here; of the others the library's
 * are shown. An advice names the option with which the user said, or could have
 * said, where the unit is.
 */
#include "net/http_error.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/base64url.h"

enum {
	/* all together fit into an error */
	WHY_MAX = 80, /* bytes of a unit's own words */
	URL_MAX = 80,
	ID_SHOWN = 6, /* characters of an id in an URL */
	MS_PER_S = 1000
};

struct url_text {
	char text[URL_MAX + 1];
};

/* Behind "https://" and, if there is one, "user:password@". */
static const char *
host_of(const char *url)
{
	const char *host = strstr(url, "://");
	size_t user;

	host = host ? host + 3 : url;
	user = strcspn(host, "@/?#");
	return host[user] == '@' ? host + user + 1 : host;
}

/*
 * The URL as it is shown: without its query, which is long, and a password,
 * which is nobody's business, and with the beginning of ids.
 */
static struct url_text
url_shown(const char *url)
{
	const char *host = host_of(url);
	struct buf b = BUF_INIT;
	struct url_text t;

	buf_add(&b, url, strstr(url, "://") ? strcspn(url, ":") + 3 : 0);
	while (*host && !strchr("?#", *host)) {
		size_t len = strcspn(host, "/?#");

		buf_add(&b, host, len == ID_CHARS ? ID_SHOWN : len);
		if (len == ID_CHARS)
			buf_add_text(&b, "...");
		host += len;
		if (*host == '/')
			buf_add_byte(&b, (uint8_t)*host++);
	}
	snprintf(t.text, sizeof(t.text), "%s", buf_text(&b));
	buf_release(&b);
	return t;
}

static int
fail(const struct http_call *r, enum error_code code, const char *what,
    const char *advice, struct error *err)
{
	return FAIL(err, code, "%s %s: %s; %s", r->hop, url_shown(r->url).text,
	    what, advice);
}

/* What to do about a unit that is not to be had where it was looked for. */
static int
fail_place(const struct http_call *r, const char *what, const char *question,
    struct error *err)
{
	char advice[80];

	snprintf(advice, sizeof(advice), "%sits address is set by %s", question,
	    r->option);
	return fail(r, ERR_GONE, what, advice, err);
}

static const char *
cause(const struct http_failure *f)
{
	const char *text = f->os_error ? strerrordesc_np(f->os_error) : NULL;

	return text ? text : f->detail;
}

static int
fail_time(const struct http_call *r, struct error *err)
{
	char what[64];

	snprintf(what, sizeof(what), "no answer within %" PRIu64 " s",
	    (r->timeout_ms + MS_PER_S - 1) / MS_PER_S);
	return fail(r, ERR_TIMEOUT, what, "it may be busy: try again later",
	    err);
}

int
http_fail_deadline(const struct http_call *r, struct error *err)
{
	return fail(r, ERR_TIMEOUT, "no answer in time",
	    "--timeout says how long to wait", err);
}

/* The fault is not in the address that the user gave. */
static int
fail_redirect(const struct http_call *r, unsigned status, struct error *err)
{
	char what[80];

	snprintf(what, sizeof(what),
	    "status %u redirects to what is no http or https address", status);
	return fail_place(r, what, "", err);
}

int
http_fail_transfer(const struct http_call *r, const struct http_failure *f,
    struct error *err)
{
	switch (f->code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
		if (f->status)
			return fail_redirect(r, f->status, err);
		return FAIL(err, ERR_USAGE,
		    "%s: '%s' is no http or https address; set it with %s",
		    r->hop, url_shown(r->url).text, r->option);
	case CURLE_COULDNT_RESOLVE_HOST:
		return fail_place(r, "the name cannot be resolved",
		    "is the network up? ", err);
	case CURLE_COULDNT_RESOLVE_PROXY:
		return fail(r, ERR_GONE, "the proxy's name cannot be resolved",
		    "proxies are set by http_proxy and https_proxy", err);
	case CURLE_COULDNT_CONNECT:
		return fail_place(r, cause(f), "is it running? ", err);
	case CURLE_OPERATION_TIMEDOUT:
		return fail_time(r, err);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CACERT_BADFILE:
		return fail(r, ERR_GONE, f->detail,
		    "this is about TLS: is a proxy in between, or the clock "
		    "wrong?",
		    err);
	case CURLE_TOO_MANY_REDIRECTS:
		return fail_place(r, "it redirects for ever", "", err);
	case CURLE_WRITE_ERROR:
		return fail(r, ERR_LIMIT, "the answer is too long",
		    "nothing of it was used", err);
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
		return fail(r, ERR_GONE, "the connection was cut",
		    "try again later", err);
	default:
		return fail_place(r, f->detail, "", err);
	}
}

/* A unit's words on one line. */
static void
add_words(struct span why, char out[WHY_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < why.len && n < WHY_MAX; i++)
		if (why.p[i] > ' ' || (n > 0 && out[n - 1] != ' '))
			out[n++] = why.p[i] > ' ' ? (char)why.p[i] : ' ';
	/* no character is cut in two */
	while (why.len > WHY_MAX && n > 0 && (out[n - 1] & 0x80))
		n--;
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = 0;
}

static const char *
status_advice(unsigned status)
{
	if (status == 429)
		return "it has had too many requests: try again later";
	if (status == 401 || status == 403)
		return "it does not let us in";
	if (status >= 500)
		return "the fault is there: try again later";
	return "it refuses that";
}

int
http_fail_status(const struct http_call *r, const struct http_answer *reply,
    struct span why, struct error *err)
{
	enum error_code code = reply->status == 404 ? ERR_NOT_FOUND : ERR_GONE;
	char place[64];
	char words[WHY_MAX + 1];
	char what[WHY_MAX + 64];

	add_words(why, words);
	if (reply->retry_after_s > 0)
		snprintf(what, sizeof(what),
		    "status %u, and to wait %" PRIu64 " s%s%s", reply->status,
		    reply->retry_after_s, *words ? ": " : "", words);
	else
		snprintf(what, sizeof(what), "status %u%s%s", reply->status,
		    *words ? ": " : "", words);
	/* a route that is not there is mostly another unit's address */
	snprintf(place, sizeof(place), "is that such a unit? see %s",
	    r->option);
	return fail(r, code, what,
	    reply->status == 404 || reply->status == 405
		? place
		: status_advice(reply->status),
	    err);
}

int
http_fail_answer(const struct http_call *r, const char *why, struct error *err)
{
	char advice[64];

	snprintf(advice, sizeof(advice), "is that such a unit? see %s",
	    r->option);
	return fail(r, ERR_GONE, why, advice, err);
}
