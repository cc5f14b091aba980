/*
 * serve - a node as the units of the legacy network: messenger, scheduler,
 * compute unit, gateway and router on one origin, over HTTP.
 *
 * Clients made for the networks' units work against it unchanged. It knows the
 * node alone (ao/node.h): what is told is durable, and writes are only what the
 * signatures of items allow. Source: spec/ao-network.md 9 to 13 and 17.
 *
 * The same units are also served under /mu, /su, /cu and /gw, each with its own
 * GET /, so that a foreign unit can be pointed at one of them.
 */
#ifndef NET_SERVE_H
#define NET_SERVE_H

#include "ao/node.h"
#include "net/http_server.h"

struct serve;

struct serve_config {
	struct node *node; /* borrowed */
	/* where others reach it, for the record of its place: NULL: the
	 * address it listens at */
	const char *url;
	struct http_config http; /* is_quick is set by serve_open() */
};

/* Errors of http_server_open(). */
int serve_open(const struct serve_config *config, struct serve **out,
    struct error *err);
/* Finish what was asked, commit, answer; waits end after `grace_ms`. */
void serve_close(struct serve *s, unsigned grace_ms);
/* The server itself, for its port, its figures, and adopted connections. */
struct http_server *serve_http(struct serve *s);

#endif
