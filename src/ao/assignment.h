/*
 * assignment - the scheduler's signed record that a message has a slot.
 *
 * Source: spec/ao-network.md 4 (Assignment) and 5.
 */
#ifndef AO_ASSIGNMENT_H
#define AO_ASSIGNMENT_H

#include "ao/message.h"

struct assignment {
	struct id process;
	struct id message;
	uint64_t slot;         /* the protocol's nonce */
	uint64_t timestamp_ms; /* never goes back within a process */
	uint64_t height;       /* block height, simulated locally */
	uint8_t hash_chain[SHA256_BYTES];
};

/* The hash chain of slot 0: SHA-256 of the process's id. */
void assignment_chain_first(const struct id *process,
    uint8_t out[SHA256_BYTES]);
/* SHA-256(previous assignment's id, previous hash chain). */
void assignment_chain_next(const struct id *previous_id,
    const uint8_t previous[SHA256_BYTES], uint8_t out[SHA256_BYTES]);
/*
 * Append the signed item of `a` to `item` and give its id. Slot 0 carries no
 * Message tag.
 */
int assignment_sign(const struct assignment *a, const struct keypair *kp,
    struct buf *item, struct id *id, struct error *err);
/* Read an assignment item back; what is ours is not verified again. */
int assignment_decode(struct span item, struct assignment *a, struct id *id,
    struct error *err);
/* Whose key an assignment item says that it is signed with. */
int assignment_signer(struct span item, struct address *out, struct error *err);
/* ERR_SIGNATURE unless its signature holds; errors as of decoding. */
int assignment_verify(struct span item, struct error *err);

#endif
