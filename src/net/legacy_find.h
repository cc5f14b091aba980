/*
 * legacy_find - processes by name, and all of an owner.
 */
#ifndef NET_LEGACY_FIND_H
#define NET_LEGACY_FIND_H

#include "net/legacy_node.h"

/*
 * The newest process of that name, of the user's own: on a network anybody may
 * take any name. One that gateways do not know yet is found in the file of
 * spawns. ERR_NOT_FOUND: they have answered, and there is none.
 */
int legacy_find(const struct legacy_call *c, struct span name, struct id *out,
    struct error *err);
/* All of the user's own, oldest first, with those of the file. */
int legacy_list(const struct legacy_call *c, node_list_fn fn, void *arg,
    struct error *err);

#endif
