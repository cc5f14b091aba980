/*
 * legacy - a network of the older kind (messenger, scheduler, compute unit and
 * gateway, each with an HTTP interface) as a node.
 *
 * What it cannot do is ERR_UNSUPPORTED: import, attest, trace, status, cache,
 * stop, settle. What it does not tell is 0: memory, and in a list how many
 * slots a process has. Its results have no chain, and of failures no kind.
 *
 * Every call but those about watched processes asks the units and waits for
 * their answers; all of them end soon after `cancel_fd` becomes readable. Of a
 * watched process a thread of its own ("feed") keeps what is new, so that
 * log(), process() and the eventfd of watch() never wait for a unit.
 *
 * Source: spec/ao-network.md 9 to 14.
 */
#ifndef NET_LEGACY_H
#define NET_LEGACY_H

#include "ao/node.h"

/* All texts are copied; lists end with NULL. */
struct legacy_config {
	const char *mu_url;
	const char *cu_url;
	const char *su_url; /* NULL: each process's, as the gateway knows it */
	const char *const *gateway_urls; /* at least one, tried in order */
	const char *const *graphql_urls; /* NULL: those, with "/graphql" */
	struct id module;                /* of a spawn that names none */
	/* of a spawn; NULL: the address that su_url tells */
	const char *scheduler;
	const char *authority; /* who may push, split by commas */
	bool trust_scheduler;  /* one that was asked for may, too */
	uint64_t retry_ms;     /* the pause before a request is made again */
	uint64_t poll_ms;      /* the shortest time between two looks */
	uint64_t timeout_ms;   /* of a call; 0: none but each request's own */
	int cancel_fd;         /* not drained; -1: never */
	/* where what was spawned is kept until gateways know it; may be NULL */
	const char *spawns_path;
	/* whose processes are listed, and who signs what a call must sign */
	int (*owner)(void *arg, struct address *out, struct error *err);
	int (*signer)(void *arg, const struct keypair **out, struct error *err);
	void *arg; /* of both; they are called by who calls the node */
};

/* Asks nobody yet. *out is closed with its close(). ERR_USAGE. */
int legacy_open(const struct legacy_config *config, struct node **out,
    struct error *err);

#endif
