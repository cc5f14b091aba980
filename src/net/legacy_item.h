/*
 * legacy_item - items out of the JSON of schedulers and gateways.
 *
 * Units show an item by its fields. Where all of them are told the item is put
 * together again and verified: a message then has its bytes, and nothing of it
 * need be believed. Where something is missing (an anchor or data that is no
 * text) the message has no bytes, and is as the unit tells it.
 */
#ifndef NET_LEGACY_ITEM_H
#define NET_LEGACY_ITEM_H

#include <jansson.h>

#include "ao/message.h"

/* The fields of an item; spans are borrowed. */
struct legacy_item {
	struct id id;
	struct span address;   /* of the owner, as the unit says */
	struct span key;       /* of the owner, base64url; may be empty */
	struct span signature; /* base64url; may be empty */
	struct span target;    /* an id, or empty */
	bool anchor_known;
	struct span anchor; /* bytes */
	bool data_known;
	struct span data;
	struct tag *tags; /* owned */
	size_t tag_count;
};

/*
 * Fields of the JSON that both kinds of unit share: id, owner, tags, signature.
 * ERR_FORMAT. Release with legacy_item_release().
 */
int legacy_item_read(const json_t *object, struct legacy_item *out,
    struct error *err);
void legacy_item_release(struct legacy_item *item);
/* Whether the unit says that it is of that owner, and has that tag. */
bool legacy_item_is(const struct legacy_item *item, struct span owner,
    const char *name, struct span value);
/*
 * Append the item's bytes, verified. ERR_UNSUPPORTED: a field is not known;
 * ERR_SIGNATURE: it is another item than its id says, or was changed.
 */
int legacy_item_bytes(const struct legacy_item *item, struct buf *out,
    struct error *err);
/* One reference, with or without bytes. */
struct message *legacy_item_message(const struct legacy_item *item);

#endif
