/*
 * message - an immutable, signed item on its way through the computer.
 *
 * A message is verified when it is made from bytes and never changes after;
 * it is counted by reference and may be read by any number of threads.
 */
#ifndef AO_MESSAGE_H
#define AO_MESSAGE_H

#include <stdatomic.h>

#include "codec/ans104.h"

struct message {
	atomic_uint refs;
	struct id id;          /* all zero in a draft */
	struct buf bytes;      /* the whole item; empty in a draft */
	struct address owner;  /* who signed, as programs see it */
	struct span owner_key; /* empty in a draft */
	struct span signature; /* empty in a draft */
	bool has_target;
	struct id target;
	struct span anchor; /* 32 bytes or empty */
	struct span data;
	size_t tag_count;
	struct tag *tags;
};

/* What a message is made of before it is signed; all spans are borrowed. */
struct message_draft {
	const struct id *target; /* NULL: none */
	struct span anchor;      /* 32 bytes or empty */
	struct span data;
	const struct tag *tags;
	size_t tag_count;
};

/*
 * The gate: decode and verify an item. *out is one reference, given back with
 * message_unref(). Errors of ans104_decode() and ans104_verify().
 */
int message_verify(struct span item, struct message **out, struct error *err);
/* The same for bytes from our own store, which were verified before. */
int message_decode(struct span item, struct message **out, struct error *err);
/* An unsigned message for a dry run, spoken by `owner`. Copies the draft. */
struct message *message_from_draft(const struct message_draft *draft,
    const struct address *owner);
/* Append a signed item to `out`. Errors of ans104_sign(). */
int message_sign(const struct message_draft *draft, const struct keypair *kp,
    struct buf *out, struct error *err);

/* One more reference; gives `m`. Any thread. */
struct message *message_ref(struct message *m);
void message_unref(struct message *m); /* NULL is fine */

/* Value of the first tag of that name, exactly spelled; false: none. */
bool message_tag(const struct message *m, const char *name, struct span *value);
/* message_tag(), or the empty span. */
struct span message_tag_or_empty(const struct message *m, const char *name);
/* The first From-Process tag, unless empty or missing: the signer's address. */
struct span message_from(const struct message *m);

#endif
