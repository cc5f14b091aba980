/*
 * http_exchange - what the parts of the HTTP server share; for http_*.c alone.
 */
#ifndef NET_HTTP_EXCHANGE_H
#define NET_HTTP_EXCHANGE_H

#include <stdatomic.h>
#include <sys/types.h>

#include "base/map.h"
#include "base/thread.h"
#include "net/http_server.h"
#include "net/mhd.h"

/* A connection; for the guard, which ends those that are too slow. */
struct http_peer {
	struct http_peer *next, *prev;
	int fd;
	uint64_t since_ns; /* of its start, or its last reply */
	bool busy;         /* a whole request has come, its reply is not out */
};

/* A request and its reply. One thread at a time has it. */
struct http_exchange {
	struct http_exchange *next; /* of the queue, or of those that wait */
	struct http_server *server;
	struct MHD_Connection *connection;
	struct http_peer *peer;
	struct http_request request;
	struct http_reply reply;
	struct http_plan plan;
	struct buf body;
	size_t received; /* bytes of the body, with those that were not kept */
	bool suspended;  /* its reply comes from the pool */
	bool last;       /* the connection ends behind it */
	uint64_t begin_ns;
	/* while it waits: */
	uint64_t key;
	uint64_t wakes;       /* how often the key was woken, when it looked */
	uint64_t deadline_ns; /* 0: it has not waited yet */
};

/* --- http_pool.c: threads that run the handler, and what waits --- */

enum {
	POOL_THREADS_MAX = 64,
	WAIT_BUCKETS = 256,
};

struct http_pool {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct http_exchange *first, **end;
	struct http_exchange *waiting[WAIT_BUCKETS];
	uint64_t wakes[WAIT_BUCKETS];
	uint64_t waiting_count;
	unsigned started;
	bool ending;
	pthread_t threads[POOL_THREADS_MAX];
};

void pool_init(struct http_pool *p);
int pool_start(struct http_pool *p, struct http_server *s, struct error *err);
/* Ends the threads; the queue is empty and nothing waits by then. */
void pool_close(struct http_pool *p);
/* Give an exchange, which is suspended, to the next free thread. */
void pool_add(struct http_pool *p, struct http_exchange *x);
/* The same when its key is woken; at once when that has been meanwhile. */
void pool_park(struct http_pool *p, struct http_exchange *x);
/* Those that wait for `key`, 0: all, are called again; `late`: for the last
 * time. */
void pool_wake(struct http_pool *p, uint64_t key, bool late);
/* The same for those whose time is up. */
void pool_expire(struct http_pool *p, uint64_t now);

/* --- http_guard.c: connections in time, requests by address --- */

struct http_guard {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct http_peer *peers;
	uint64_t count;
	unsigned rate;
	struct map buckets; /* address -> struct bucket */
	uint64_t slow_ns;   /* a request that has not come by then ends */
	bool ending;
	bool started;
	pthread_t thread;
	struct http_server *server;
};

void guard_init(struct http_guard *g, struct http_server *s);
int guard_start(struct http_guard *g, struct error *err);
void guard_close(struct http_guard *g);
/* A connection is there; the guard's, until guard_leave(). */
struct http_peer *guard_enter(struct http_guard *g, struct MHD_Connection *c);
void guard_leave(struct http_guard *g, struct http_peer *p);
/* Its request is whole (true), or its reply is out. */
void guard_busy(struct http_guard *g, struct http_peer *p, bool busy);
/* One more request of that address; false: it has had its share. */
bool guard_allows(struct http_guard *g, struct MHD_Connection *c);

/* --- http_listen.c --- */

/* Sets listener, port and, of a Unix socket, what it is in the file system.
 * Errors of http_server_open(). */
int listener_open(struct http_server *s, struct error *err);
/* Close it, and remove the socket that it made. */
void listener_close(struct http_server *s);

/* --- http_admit.c: what no handler gets to see --- */

/* The head is there; `version` as it stands in it, `too_long`: its address was
 * cut. False: the reply is there and goes out before any body is read. */
bool exchange_admit(struct http_exchange *x, const char *version,
    bool too_long);
/* A part of the body is there. */
void exchange_take(struct http_exchange *x, const void *data, size_t len);
/* Its body is not needed any more. */
void exchange_drop_body(struct http_exchange *x);

/* --- http_server.c --- */

struct http_server {
	struct http_config config;
	http_handler handler;
	void *arg;
	struct MHD_Daemon *daemon;
	int listener; /* -1: not yet */
	uint16_t port;
	/* a Unix socket's: it may be another's by the time it is removed */
	dev_t socket_device;
	ino_t socket_number;
	struct http_pool pool;
	struct http_guard guard;
	atomic_bool closing;
	size_t kept; /* bytes of bodies; MHD's thread alone has it */

	pthread_mutex_t stats_lock; /* of this paragraph */
	pthread_cond_t idle;        /* nothing is in flight any more */
	uint64_t in_flight;         /* exchanges */
	struct http_stats stats;
};

/*
 * Run the handler, on a thread of the pool or, when it is quick, on MHD's. True:
 * the reply is there. False: it waits, and another thread may have it by now.
 */
bool exchange_run(struct http_exchange *x);

#endif
