/*
 * serve_inner - what the units share; for serve_*.c alone.
 */
#ifndef NET_SERVE_INNER_H
#define NET_SERVE_INNER_H

#include <stdatomic.h>

#include "base/map.h"
#include "base/thread.h"
#include "net/serve.h"

/* --- serve_wait.c: requests that wait for a process --- */

struct waits {
	struct serve *serve;
	pthread_mutex_t lock;
	struct map watched; /* id -> struct watched */
	int epoll;
	int stop; /* eventfd */
	uint64_t keep_ns;
	bool started;
	pthread_t thread;
};

void waits_init(struct waits *w);
int waits_open(struct waits *w, struct serve *s, struct error *err);
void waits_close(struct waits *w);
/*
 * The request is called again when the process has something new. Called
 * before the look that may give HTTP_WAIT. ERR_NOT_FOUND: no such process.
 */
int waits_for(struct waits *w, struct http_request *r, const struct id *process,
    struct error *err);

struct serve {
	struct serve_config config;
	struct node *node;
	struct http_server *http;
	struct waits waits;
	struct node_info info;
	atomic_uint dry_runs; /* that run now */
	atomic_bool closing;
};

/* --- serve_json.c: objects of the units --- */

/* Where an edge of /results or /cron stands. Source: spec 6.8. */
struct cursor {
	uint64_t timestamp_ms;
	uint64_t slot;
	char cron[96]; /* "0-5-minutes"; empty: of a slot */
	bool exact;    /* slot and cron are known, not the time alone */
	bool sorted;   /* it says in which order: */
	bool descending;
};

/* The result of an entry; `gas` as in /result. Canonical JSON goes in. */
int json_result(struct buf *out, struct span result, bool gas,
    struct error *err);
/* Base64 of the JSON of a cursor, with its quotes. */
void json_cursor(struct buf *out, const struct cursor *c);
/* ERR_FORMAT: neither a cursor nor a time. */
int cursor_parse(struct span text, struct cursor *c, struct error *err);
/* The objects of spec 10.2; with `anchors` those of assignments, which are
 * seldom text, are base64url. */
int json_message(struct buf *out, const struct id *process,
    const struct log_entry *e, bool anchors, struct error *err);
int json_process(struct buf *out, const struct log_entry *e, struct error *err);

/* --- serve.c --- */

/* The status of an error of a node. */
unsigned serve_status(const struct error *err);
/* A reply of it. */
enum http_next serve_fail(struct http_reply *out, const struct error *err);
/* A parameter that is a whole number; not there, or "undefined": *found is
 * false. */
int serve_number(const struct http_request *r, const char *name, bool *found,
    uint64_t *value, struct error *err);
/* A parameter or a part of a path that is an id; ERR_FORMAT names it. */
int serve_id(struct span text, const char *name, struct id *id,
    struct error *err);
/* Begin a reply in JSON; its body is to be filled in. */
struct buf *serve_json(struct http_reply *out);

/* One entry of a log, given to fn as node_log_fn is; ERR_NOT_FOUND. */
int serve_entry(struct serve *s, const struct id *process, uint64_t slot,
    node_log_fn fn, void *arg, struct error *err);

/* serve_scheduler.c: the first slot whose time is behind `ms`; of a log that has
 * none the number of its slots. */
int serve_behind(struct serve *s, const struct process_info *p, uint64_t ms,
    uint64_t *slot, struct error *err);

/* serve_gateway.c: how deep an item lies in the chain. What is here counts as
 * confirmed by every block behind it. ERR_NOT_FOUND. */
struct depth {
	uint64_t height;
	uint64_t confirmations;
};
int serve_depth(struct serve *s, const struct id *id, struct depth *out,
    struct error *err);

/* --- the units: each takes a request of its own --- */

enum {
	GRAPHQL_BODY_MAX = 2 << 20, /* bytes, of POST /graphql */
};

typedef enum http_next (
    *serve_fn)(struct serve *s, struct http_request *r, struct http_reply *out);

enum http_next serve_message(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_monitor(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_schedule(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_process(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_messages(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_latest(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_timestamp(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_result(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_results(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_cron(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_dry_run(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_graphql(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_data(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_raw(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_transaction(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_confirmations(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_info(struct serve *s, struct http_request *r,
    struct http_reply *out);
enum http_next serve_upload(struct serve *s, struct http_request *r,
    struct http_reply *out);

#endif
