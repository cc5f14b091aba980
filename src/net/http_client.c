/*
 * A request is a job: queued by who waits for it, taken by the thread, which
 * alone touches libcurl's handles, and given back by its eventfd. A job belongs
 * to who made it; the thread does not look at it again once it has said that it
 * is done. Giving up is the same road: the job is marked, and given back.
 *
 * Whether to try again is decided by the waiting side, between jobs, so that a
 * pause holds up nobody else.
 */
#include "net/http_client.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <sodium.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/thread.h"
#include "net/curl_api.h"
#include "net/http_error.h"

enum {
	IDLE_MS = 60 * 1000, /* the thread is woken when there is something */
	REDIRECTS_MAX = 10,
	/* what a unit may ask us to wait before the next try */
	PATIENCE_S = 60,
	PAUSE_MAX_MS = 60 * 1000,
	NS_PER_MS = 1000 * 1000,
	MS_PER_S = 1000
};

struct job {
	struct job *next;
	const struct http_call *request;
	const struct http_client_config *config;
	CURL *easy;
	struct curl_slist *headers;
	int done_fd;
	atomic_bool cancelled;

	/* what came of it, valid when it is done */
	CURLcode code;
	long status;
	long os_error;
	long sent; /* bytes */
	curl_off_t retry_after_s;
	struct buf body;
	char detail[CURL_ERROR_SIZE];
};

struct http_client {
	struct http_client_config config;
	const struct curl_api *curl;
	CURLM *multi;
	pthread_t thread;
	struct job *running; /* the thread's own */

	pthread_mutex_t lock; /* of all below */
	bool started;
	bool stopping;
	struct job *queued;
};

/* --- the thread --- */

/* All that a reply may be; one byte more ends the transfer. */
static size_t
on_body(char *p, size_t size, size_t count, void *arg)
{
	struct job *j = arg;
	size_t len = size * count;

	if (len > j->request->limit - j->body.len)
		return 0;
	buf_add(&j->body, p, len);
	return len;
}

static void
set_body(const struct curl_api *c, struct job *j)
{
	const struct http_call *r = j->request;
	char *type;

	if (!r->type)
		return;
	c->easy_setopt(j->easy, CURLOPT_POSTFIELDS,
	    r->body.len ? (const char *)r->body.p : "");
	c->easy_setopt(j->easy, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)r->body.len);
	c->easy_setopt(j->easy, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
	type = xasprintf("Content-Type: %s", r->type);
	j->headers = c->slist_append(j->headers, type);
	/* units answer at once, and may not know of asking first */
	j->headers = c->slist_append(j->headers, "Expect:");
	free(type);
}

/* Borrowed by the handle are the request, the job, its list of headers. */
static void
set_options(const struct curl_api *c, struct job *j)
{
	const struct http_call *r = j->request;

	j->headers = c->slist_append(NULL, "Accept: application/json");
	set_body(c, j);
	c->easy_setopt(j->easy, CURLOPT_URL, r->url);
	c->easy_setopt(j->easy, CURLOPT_CUSTOMREQUEST, r->method);
	c->easy_setopt(j->easy, CURLOPT_HTTPHEADER, j->headers);
	c->easy_setopt(j->easy, CURLOPT_USERAGENT, "aosh/" AOSH_VERSION);
	c->easy_setopt(j->easy, CURLOPT_ACCEPT_ENCODING, "");
	c->easy_setopt(j->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	c->easy_setopt(j->easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	c->easy_setopt(j->easy, CURLOPT_FOLLOWLOCATION, 1L);
	c->easy_setopt(j->easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
	c->easy_setopt(j->easy, CURLOPT_NOSIGNAL, 1L);
	/* a name server that is silent holds up nobody who gives up */
	c->easy_setopt(j->easy, CURLOPT_QUICK_EXIT, 1L);
	/* on a connection that was open before, the library may by itself make
	 * a request again that was cut */
	c->easy_setopt(j->easy, CURLOPT_FRESH_CONNECT,
	    (long)(r->repeat == HTTP_ONCE));
	c->easy_setopt(j->easy, CURLOPT_CONNECTTIMEOUT_MS,
	    (long)j->config->connect_ms);
	c->easy_setopt(j->easy, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
	c->easy_setopt(j->easy, CURLOPT_ERRORBUFFER, j->detail);
	c->easy_setopt(j->easy, CURLOPT_WRITEFUNCTION, on_body);
	c->easy_setopt(j->easy, CURLOPT_WRITEDATA, j);
	c->easy_setopt(j->easy, CURLOPT_PRIVATE, j);
}

/* Behind this the job is no more ours. */
static void
finish(struct http_client *h, struct job *j, CURLcode code)
{
	const struct curl_api *c = h->curl;
	struct job **at = &h->running;

	while (*at && *at != j)
		at = &(*at)->next;
	*at = j->next;
	j->code = code;
	c->easy_getinfo(j->easy, CURLINFO_RESPONSE_CODE, &j->status);
	c->easy_getinfo(j->easy, CURLINFO_OS_ERRNO, &j->os_error);
	c->easy_getinfo(j->easy, CURLINFO_REQUEST_SIZE, &j->sent);
	c->easy_getinfo(j->easy, CURLINFO_RETRY_AFTER, &j->retry_after_s);
	if (code != CURLE_OK && !j->detail[0])
		snprintf(j->detail, sizeof(j->detail), "%s",
		    c->easy_strerror(code));
	(void)c->multi_remove_handle(h->multi, j->easy);
	c->easy_cleanup(j->easy);
	c->slist_free_all(j->headers);
	(void)eventfd_write(j->done_fd, 1);
}

/* A handle that cannot be made is a job that fails. */
static void
begin(struct http_client *h, struct job *j)
{
	const struct curl_api *c = h->curl;

	j->next = h->running;
	h->running = j;
	j->easy = c->easy_init();
	if (!j->easy) {
		h->running = j->next;
		j->code = CURLE_OUT_OF_MEMORY;
		(void)eventfd_write(j->done_fd, 1);
		return;
	}
	set_options(c, j);
	if (c->multi_add_handle(h->multi, j->easy) != CURLM_OK)
		finish(h, j, CURLE_FAILED_INIT);
}

/* Begin what is new, end what is not wanted any more; false: no more. */
static bool
take_jobs(struct http_client *h)
{
	struct job *new;
	struct job *next;
	bool stopping;

	lock(&h->lock);
	new = h->queued;
	h->queued = NULL;
	stopping = h->stopping;
	unlock(&h->lock);
	for (; new; new = next) {
		next = new->next;
		begin(h, new);
	}
	for (struct job *j = h->running; j; j = next) {
		next = j->next;
		if (atomic_load(&j->cancelled))
			finish(h, j, CURLE_ABORTED_BY_CALLBACK);
	}
	return !stopping;
}

static void
end_jobs(struct http_client *h)
{
	CURLMsg *m;
	char *job;
	int left;

	while ((m = h->curl->multi_info_read(h->multi, &left)))
		if (m->msg == CURLMSG_DONE) {
			CURLcode code = m->data.result;

			h->curl->easy_getinfo(m->easy_handle, CURLINFO_PRIVATE,
			    &job);
			finish(h, (struct job *)(void *)job, code);
		}
}

static void *
http_main(void *arg)
{
	struct http_client *h = arg;
	int running;

	while (take_jobs(h)) {
		(void)h->curl->multi_perform(h->multi, &running);
		end_jobs(h);
		(void)h->curl->multi_poll(h->multi, NULL, 0, IDLE_MS, NULL);
	}
	return NULL;
}

/* --- who waits --- */

/* Load the library and start the thread, with the first request. */
static int
start(struct http_client *h, struct error *err)
{
	int rc = 0;

	lock(&h->lock);
	if (!h->started) {
		rc = curl_api_load(&h->curl, err);
		if (rc == 0 && !(h->multi = h->curl->multi_init()))
			rc = FAIL(err, ERR_SYSTEM, "libcurl cannot be used");
		if (rc == 0)
			rc =
			    thread_start(&h->thread, "http", http_main, h, err);
		h->started = rc == 0;
		if (rc < 0 && h->multi) {
			(void)h->curl->multi_cleanup(h->multi);
			h->multi = NULL;
		}
	}
	unlock(&h->lock);
	return rc;
}

static void
wake(struct http_client *h)
{
	(void)h->curl->multi_wakeup(h->multi);
}

static int
ms_until(uint64_t deadline_ns)
{
	uint64_t now = clock_now_ns();

	if (!deadline_ns)
		return -1;
	if (now >= deadline_ns)
		return 0;
	if (deadline_ns - now > (uint64_t)IDLE_MS * NS_PER_MS)
		return IDLE_MS;
	return (int)((deadline_ns - now) / NS_PER_MS) + 1;
}

/*
 * Until `fd` (-1: nothing) is readable, the request is given up, or `end_ns`
 * (0: none) is there. 1: it is readable; 0: the end; -1.
 */
static int
wait_for(int fd, const struct http_call *r, uint64_t end_ns, struct error *err)
{
	struct pollfd fds[2] = { { fd, POLLIN, 0 },
		{ r->cancel_fd, POLLIN, 0 } };

	for (;;) {
		uint64_t first = r->deadline_ns;
		uint64_t now;

		if (!first || (end_ns && end_ns < first))
			first = end_ns;
		if (poll(fds, 2, ms_until(first)) > 0) {
			if (fds[0].revents)
				return 1;
			return FAIL(err, ERR_INTERRUPTED, "interrupted");
		}
		now = clock_now_ns();
		if (r->deadline_ns && now >= r->deadline_ns)
			return http_fail_deadline(r, err);
		if (end_ns && now >= end_ns)
			return 0;
	}
}

/* Have one try made, to its end; the job is ours again then. */
static int
run_job(struct http_client *h, struct job *j, struct error *err)
{
	uint64_t count;
	int rc;

	lock(&h->lock);
	j->next = h->queued;
	h->queued = j;
	unlock(&h->lock);
	wake(h);
	rc = wait_for(j->done_fd, j->request, 0, err);
	if (rc < 0) {
		atomic_store(&j->cancelled, true);
		wake(h);
	}
	/* waits, and takes the count back to 0 for the next job */
	while (read(j->done_fd, &count, sizeof(count)) < 0)
		;
	return rc < 0 ? -1 : 0;
}

static bool
is_lost_for_good(CURLcode code)
{
	switch (code) {
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WRITE_ERROR: /* over the limit */
	case CURLE_TOO_MANY_REDIRECTS:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_BAD_CONTENT_ENCODING:
		return true;
	default:
		return false;
	}
}

static bool
may_repeat(const struct job *j)
{
	enum http_repeat repeat = j->request->repeat;

	/* who was silent for so long would be it once more */
	if (j->code == CURLE_OPERATION_TIMEDOUT && j->sent > 0)
		return false;
	if (j->code != CURLE_OK)
		return !is_lost_for_good(j->code) &&
		    (j->sent == 0 || repeat != HTTP_ONCE);
	if (j->retry_after_s > PATIENCE_S)
		return false;
	switch (j->status) {
	case 429:
	case 503:
		return true;
	case 502:
	case 504:
		return repeat != HTTP_ONCE;
	default:
		return j->status >= 500 && repeat == HTTP_SAFE;
	}
}

/* Half of it to one and a half: many clients do not come back at once. */
static uint64_t
pause_ns(const struct http_client *h, unsigned tries, uint64_t after_s)
{
	uint64_t ms = h->config.retry_ms << (tries < 16 ? tries - 1 : 15);

	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	ms = ms / 2 + randombytes_uniform((uint32_t)ms + 1);
	if (ms < after_s * MS_PER_S)
		ms = after_s * MS_PER_S;
	return ms * NS_PER_MS;
}

static int
result_of(struct job *j, struct http_answer *out, struct error *err)
{
	if (j->code != CURLE_OK) {
		const struct http_failure f = { j->code, (unsigned)j->status,
			(int)j->os_error, j->detail };

		buf_release(&j->body);
		return http_fail_transfer(j->request, &f, err);
	}
	*out = (struct http_answer){ (unsigned)j->status,
		j->retry_after_s > 0 ? (uint64_t)j->retry_after_s : 0,
		j->body };
	return 0;
}

/* All tries of a request; `done_fd` is for its jobs. */
static int
fetch(struct http_client *h, const struct http_call *r, int done_fd,
    struct http_answer *out, struct error *err)
{
	unsigned most = r->tries ? r->tries : h->config.tries;

	for (unsigned tries = 1;; tries++) {
		struct job j = { .request = r,
			.config = &h->config,
			.done_fd = done_fd };
		uint64_t end;

		if (run_job(h, &j, err) < 0) {
			buf_release(&j.body);
			return -1;
		}
		end = clock_now_ns() +
		    pause_ns(h, tries, (uint64_t)j.retry_after_s);
		/* what there is tells more than that time is up */
		if (tries >= most || !may_repeat(&j) ||
		    (r->deadline_ns && end >= r->deadline_ns))
			return result_of(&j, out, err);
		buf_release(&j.body);
		if (wait_for(-1, r, end, err) < 0)
			return -1;
	}
}

int
http_fetch(struct http_client *h, const struct http_call *r,
    struct http_answer *out, struct error *err)
{
	int done_fd;
	int rc;

	if (start(h, err) < 0)
		return -1;
	done_fd = eventfd(0, EFD_CLOEXEC);
	if (done_fd < 0)
		return FAIL_ERRNO(err, ERR_SYSTEM, "cannot make an eventfd");
	rc = fetch(h, r, done_fd, out, err);
	(void)close(done_fd);
	return rc;
}

struct http_client *
http_client_new(const struct http_client_config *config)
{
	struct http_client *h = xcalloc(1, sizeof(*h));

	h->config = *config;
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

void
http_client_free(struct http_client *h)
{
	if (h->started) {
		lock(&h->lock);
		h->stopping = true;
		unlock(&h->lock);
		wake(h);
		thread_join(h->thread);
		(void)h->curl->multi_cleanup(h->multi);
	}
	pthread_mutex_destroy(&h->lock);
	free(h);
}
