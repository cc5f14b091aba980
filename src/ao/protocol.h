/*
 * protocol - which tags of an item are ao's, and what they make of it.
 *
 * An item may carry the tags of several protocols: of several Data-Protocol
 * tags, those from "Data-Protocol: ao" up to the next one belong to ao; with
 * one alone, all do. Names are case sensitive; "type" and "data-protocol" are
 * taken as well, as schedulers do. Source: spec/ao-network.md 4.
 */
#ifndef AO_PROTOCOL_H
#define AO_PROTOCOL_H

#include "ao/message.h"

enum item_type {
	ITEM_OTHER, /* also: no Type at all */
	ITEM_PROCESS,
	ITEM_MESSAGE,
};

/* Value of the first of ao's tags of that name; false: none. */
bool protocol_tag(const struct message *m, const char *name,
    struct span *value);
/*
 * What an item is: the earlier counts where Type is both Process and Message.
 * ERR_FORMAT: it does not speak ao.
 */
int protocol_type(const struct message *m, enum item_type *out,
    struct error *err);

#endif
