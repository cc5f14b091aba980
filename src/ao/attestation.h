/*
 * attestation - a node's signed word for what a slot of a log gave.
 *
 * The result chain at a slot stands for the whole log up to it: every message,
 * every result, the Lua release (ao/result.h). So one item attests all that
 * came before, and of two nodes that attest the same chain both have evaluated
 * the same to the same. A whole one has the canonical result as its data, and
 * in it travels with an exported log.
 *
 * Tags, in this order: Data-Protocol ao, Type Attestation, Variant ao.TN.1,
 * Process, Slot, Message, Chain (base64url), Verdict, Module, Program and its
 * version, and Release where it is known. Of a cron tick the slot is "7+1", and
 * in the place of Message stand Schedule, Timestamp and Block-Height: together
 * they are all that a log has of a tick, since its message follows from the
 * process's own. No target; the anchor follows from process and slot, so that
 * the same attestation is the same item.
 */
#ifndef AO_ATTESTATION_H
#define AO_ATTESTATION_H

#include "ao/message.h"
#include "ao/position.h"
#include "ao/result.h"

struct attestation {
	struct id process;
	uint64_t slot;
	uint32_t tick;     /* behind the slot; 0: the slot's own */
	struct id message; /* of a slot */
	/* of a tick: */
	uint32_t schedule;
	uint64_t timestamp_ms;
	uint64_t height;
	uint8_t chain[SHA256_BYTES];
	enum verdict verdict;
	struct id module;
	struct span release; /* of the chain's first link; empty: not known */
	struct span result;  /* canonical JSON, or empty */
};

/* The place that it is of. */
static inline struct position
attestation_at(const struct attestation *a)
{
	return (struct position){ a->slot, a->tick };
}

/* Append the signed item of `a` to `item`. ERR_LIMIT. */
int attestation_sign(const struct attestation *a, const struct keypair *kp,
    struct buf *item, struct error *err);
/*
 * Read one back; spans are borrowed from `m`, which is verified already: who
 * attests is its owner. ERR_FORMAT: it is none (text: which tag).
 */
int attestation_decode(const struct message *m, struct attestation *a,
    struct error *err);
/* Whether an item calls itself an attestation. */
bool attestation_is(const struct message *m);

#endif
