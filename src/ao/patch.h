/*
 * patch - what a process shows of its state, gathered from its messages.
 *
 * A message with the field device = "patch@1.0" or method = "PATCH" is for the
 * node: its field `cache`, an object, and each of its other fields that is not
 * of the protocol become entries of the process's cache. Names of fields are
 * compared without case; in the cache they are in lower case, as are the keys
 * of `cache` itself, but not those further in. Objects are merged, so that a
 * message need only bring what has changed; an empty list, which is what an
 * empty table looks like, changes no object; null takes an entry away; all else
 * replaces what was there.
 *
 * Threads: one at a time per cache. Source: spec/aos-process.md 15 (State
 * exposure), spec/aos-shell.md 22.1.
 */
#ifndef AO_PATCH_H
#define AO_PATCH_H

#include <stdbool.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	/* Of all that a process shows, counted with what it costs to keep; as
	 * much as one result may have. What would exceed it is left out. */
	PATCH_CACHE_MAX = 16 << 20,
};

struct patch_cache {
	json_t *map; /* owned; NULL: empty */
	size_t size; /* bytes, about */
};

#define PATCH_CACHE_INIT \
	{                \
		NULL, 0  \
	}

/* Whether a message of a result is for the node. It may be anything. */
bool patch_is(json_t *message);

/* Free what is kept; the cache is empty. */
void patch_cache_release(struct patch_cache *c);
/*
 * Merge the messages of a successful result, in order: those of Messages, or
 * in the hyper form of outbox (or results.outbox) "1", "2", …. Anything else,
 * a failure above all, and what is no JSON of ours changes nothing.
 */
void patch_cache_merge(struct patch_cache *c, struct span result_json);
/*
 * Append the entry `key` (in any case) to `out` as JSON with sorted keys in one
 * line; with an empty key all of it. False: there is no such entry.
 */
bool patch_cache_write(const struct patch_cache *c, struct span key,
    struct buf *out);

#endif
