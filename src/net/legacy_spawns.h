/*
 * legacy_spawns - a file of what was spawned on networks.
 *
 * Gateways know a new process after minutes, sometimes hours. Until then its
 * name would not be found, and typing it again would make another process. So
 * each spawn is noted in a file: a line of network, owner, id, scheduler and
 * name. Whole lines are appended; one that cannot be read is passed over.
 */
#ifndef NET_LEGACY_SPAWNS_H
#define NET_LEGACY_SPAWNS_H

#include "crypto/keypair.h"

/* Texts are borrowed until the callback returns. */
struct legacy_spawn {
	struct span network; /* the messenger's URL, without a password */
	struct span owner;
	struct id id;
	struct span scheduler; /* address */
	struct span name;      /* may be empty */
};

/* Give back true to go on. */
typedef bool (*legacy_spawn_fn)(void *arg, const struct legacy_spawn *s);

/* Add a line; a name that has a line end is left out. ERR_STORE. */
int legacy_spawns_add(const char *path, const struct legacy_spawn *s,
    struct error *err);
/* All lines of a network, oldest first; none when there is no file. */
void legacy_spawns_each(const char *path, const char *network,
    legacy_spawn_fn fn, void *arg);
/* Take a line apart. False: it is none. */
bool legacy_spawn_parse(struct span line, struct legacy_spawn *out);

#endif
