/*
 * serve - a node as the units of the legacy network: messenger, scheduler and
 * compute unit on one origin, over HTTP.
 *
 * Clients made for the networks' units work against it unchanged. It knows the
 * node alone (ao/node.h): what is told is durable, and writes are only what the
 * signatures of items allow. Source: spec/ao-network.md 9 to 13 and 17.
 *
 * The same units are also served under /mu, /su and /cu, each with its own
 * GET /, so that a foreign unit can be pointed at one of them.
 */
#ifndef NET_SERVE_H
#define NET_SERVE_H

#include "ao/node.h"
#include "net/http_server.h"

struct serve;

struct serve_config {
	struct node *node;       /* borrowed */
	struct http_config http; /* plan is set by serve_open() */
};

/* Errors of http_server_open(). */
int serve_open(const struct serve_config *config, struct serve **out,
    struct error *err);
/* Finish what was asked, commit, answer; waits end after `grace_ms`. */
void serve_close(struct serve *s, unsigned grace_ms);
/* http_server_adopt() */
void serve_adopt(struct serve *s, int fd);
/* http_server_port() */
uint16_t serve_port(const struct serve *s);

#endif
