/*
 * legacy_node - what the files of the legacy network share.
 *
 * Lock order: a feed's `round`, then its `lock`, then the node's. No lock but
 * `round` is held over a request.
 */
#ifndef NET_LEGACY_NODE_H
#define NET_LEGACY_NODE_H

#include "base/map.h"
#include "base/thread.h"
#include "ao/cron.h"
#include "ao/process.h"
#include "net/http_client.h"
#include "net/legacy.h"

struct legacy_feed;

/*
 * What is known of a process; lives as long as the node. Once `known` is set,
 * which legacy_know() waits for, the two behind it never change.
 */
struct legacy_process {
	struct id id;
	bool known;
	struct process process;
	struct crons crons; /* none, where the tags are no schedules */
	bool monitored;     /* by us, in this run */
	struct legacy_feed *feed;
};

/* Where a scheduler is. */
struct legacy_location {
	char *url;
	uint64_t until_ns;
};

struct legacy {
	struct node node; /* first */
	char *mu_url;
	char *network; /* the same without a password */
	char *cu_url;
	char *su_url; /* NULL: by the gateway */
	char **gateway_urls;
	char **graphql_urls;
	char *authority;
	char *spawns_path;
	struct id module;
	struct legacy_config config; /* its numbers and functions */
	struct http_client *http;

	pthread_mutex_t lock;     /* all below */
	struct address scheduler; /* of spawns; empty: to be asked */
	struct map processes;     /* by id */
	struct map locations;     /* by address */
	bool failing;             /* as was told last */
	struct buf notice;        /* not told yet */
};

/* What holds for all requests of one call of the node. */
struct legacy_call {
	struct legacy *l;
	int cancel_fd;
	uint64_t deadline_ns; /* 0: none */
};

static inline struct legacy *
legacy_of(struct node *n)
{
	return (struct legacy *)n;
}

/* A call on behalf of who calls the node. */
struct legacy_call legacy_call_begin(struct legacy *l);

/* The process of that id; made when it is not there yet. */
struct legacy_process *legacy_process_get(struct legacy *l,
    const struct id *id);
/* Its own message becomes known. ERR_FORMAT: it is no process's. */
int legacy_learn(struct legacy *l, struct legacy_process *p,
    struct message *spawn, struct error *err);
/*
 * The same, as the scheduler or a gateway tells it, unless it is known. *out is
 * that process, of *id. ERR_NOT_FOUND.
 */
int legacy_know(const struct legacy_call *c, const struct id *id,
    struct legacy_process **out, struct error *err);
/* Where the scheduler of a known process is. *out is owned, free(). */
int legacy_locate(const struct legacy_call *c, const struct legacy_process *p,
    char **out, struct error *err);

#endif
