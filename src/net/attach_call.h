/*
 * attach_call - calls of an attached program: a request, and its reply or
 * replies.
 *
 * A call is one request on a connection of its own, taken from a few idle ones;
 * so calls of several threads do not wait for each other, and the server needs
 * no numbers to tell replies apart. A connection goes back only when its last
 * frame was read to the end ("in order"); any other is closed, which is also
 * how a call is given up: the other end sees it and stops.
 *
 * Threads: any; a call belongs to one. Source: attach_wire.h.
 */
#ifndef NET_ATTACH_CALL_H
#define NET_ATTACH_CALL_H

#include <pthread.h>

#include "ao/node.h"
#include "net/attach_wire.h"

enum {
	IDLE_MAX = 8 /* connections kept open between calls */
};

struct attach {
	struct node node; /* first */
	char *dir;
	int lifeline;
	pthread_mutex_t lock;
	int idle[IDLE_MAX];
	int idle_count;
	/* watches live as long as their connection */
	pthread_mutex_t watch_lock;
	int watch_fd;
};

/* Its connection, what goes out, what came in. */
struct call {
	struct attach *attach;
	int fd;
	struct buf frame;
	struct span reply;
	bool in_order; /* its last frame was read to the end */
};

/*
 * An upgraded connection to the program that owns `dir`, or -1. ERR_GONE: nobody
 * listens there; ERR_STORE: it is stopped; ERR_UNSUPPORTED: it is of another
 * version.
 */
int attach_dial(const char *dir, struct error *err);

/* Begin: the frame has its operation, fields can follow. On failure there is
 * nothing to end. */
int call_begin(struct attach *at, struct call *c, enum attach_op op,
    struct error *err);
/*
 * Send and wait for the one reply: 0, or 1 when it is an entry and more follow.
 * -1: the error that came instead, or ERR_GONE. Then call_end().
 */
int call_run(struct call *c, struct error *err);
/* call_run() that ends with ERR_INTERRUPTED when cancel_fd is readable. */
int call_run_cancel(struct call *c, int cancel_fd, struct error *err);
/* The next reply, as call_run() gives the first. */
int call_next(struct call *c, struct error *err);
void call_end(struct call *c);

/* One entry; *go_on is true when called. -1 ends the walk with an error. */
typedef int (
    *call_entry)(void *arg, struct span in, bool *go_on, struct error *err);
/* Send, give all entries until somebody has enough, and end the call. */
int call_walk(struct call *c, call_entry fn, void *arg, struct error *err);

/* ERR_FORMAT: both ends are of one version, so this is a fault and no input. */
int call_too_short(struct error *err);

#endif
