/*
 * serve_dry - the body of POST /dry-run: a message that nobody signed.
 *
 * Source: spec/ao-network.md 11 and 14.
 */
#ifndef NET_SERVE_DRY_H
#define NET_SERVE_DRY_H

#include <jansson.h>

#include "crypto/keypair.h"
#include "ao/message.h"

enum {
	/* what stands for such a text in memory is many times as large */
	DRY_BODY_MAX = 4 << 20, /* bytes */
};

/* Spans of the draft are of `root` and `data`. */
struct dry {
	json_t *root;
	struct message_draft draft;
	struct tag *tags;
	struct id target;
	struct address owner;
	char *data; /* JSON of data that is no text */
	uint8_t anchor[ANCHOR_BYTES];
};

/*
 * Read a draft; its target is left to the caller. ERR_FORMAT, ERR_LIMIT. Release
 * in any case.
 */
int dry_read(struct span body, struct dry *d, struct error *err);
void dry_release(struct dry *d);

#endif
