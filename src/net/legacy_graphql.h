/*
 * legacy_graphql - what gateways know: processes, modules, schedulers, items.
 *
 * What is asked for goes into variables, never into the text of a query. All
 * gateways are tried in order, quickly first, then patiently: one that fails is
 * passed over, and what one does not know the next may. Nothing is said not to
 * be there unless a gateway has said so.
 *
 * Source: spec/ao-network.md 12.
 */
#ifndef NET_LEGACY_GRAPHQL_H
#define NET_LEGACY_GRAPHQL_H

#include <jansson.h>

#include "net/legacy_item.h"
#include "net/legacy_node.h"

enum {
	GATEWAY_CURSOR_MAX = 512
};

/* A page of transactions, in the order of the answer. */
struct gateway_page {
	json_t *root;  /* owned */
	json_t *edges; /* borrowed from it */
	bool more;
	char cursor[GATEWAY_CURSOR_MAX + 1]; /* of the last one */
};

/* A transaction; borrowed from the page. */
struct gateway_node {
	struct legacy_item item; /* legacy_item_release() */
	uint64_t block_ms;       /* 0: in none yet */
};

/* ERR_FORMAT; what the gateway says of a fault of its own is ERR_GONE. */
int gateway_page_read(struct span body, struct gateway_page *out,
    struct error *err);
void gateway_page_release(struct gateway_page *page);
size_t gateway_page_count(const struct gateway_page *page);
/* Number i of a page. ERR_FORMAT. */
int gateway_page_get(const struct gateway_page *page, size_t i,
    struct gateway_node *out, struct error *err);

/* The process, as its own message; *out is one reference. ERR_NOT_FOUND. */
int gateway_process(const struct legacy_call *c, const struct id *id,
    struct message **out, struct error *err);
/*
 * Processes of an owner, with that name (p NULL: any), newest first. `after`
 * is a page's cursor, or "".
 */
int gateway_processes(const struct legacy_call *c, const struct address *owner,
    struct span name, const char *after, struct gateway_page *out,
    struct error *err);
/* The newest module of that name. ERR_NOT_FOUND. */
int gateway_module(const struct legacy_call *c, struct span name,
    struct id *out, struct error *err);
/*
 * Where the scheduler of that address is (owned, free()), and for how long
 * that holds. ERR_NOT_FOUND.
 */
int gateway_scheduler(const struct legacy_call *c, const struct address *owner,
    char **url, uint64_t *ms, struct error *err);
/* Append an item's bytes. ERR_NOT_FOUND, ERR_SIGNATURE, ERR_UNSUPPORTED. */
int gateway_item(const struct legacy_call *c, const struct id *id,
    struct buf *out, struct error *err);
/* Append an item's data alone. ERR_NOT_FOUND. */
int gateway_data(const struct legacy_call *c, const struct id *id,
    struct buf *out, struct error *err);

#endif
