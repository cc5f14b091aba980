/*
 * assignment - the scheduler's signed record that a message has a slot.
 *
 * Behind the tags of the networks, that of slot 0 says what the scheduler
 * decided of the process, by its own configuration, when that began:
 *
 *   Runs-Module      the spawn's Module is an alias; the process runs the module
 *                    of this id
 *   Authority-Alias  what the scheduler itself signs is shown to the program as
 *                    signed by this address
 *
 * Whoever evaluates the log follows it, wherever that is. Of further slots one
 * tag Exclude for each field of the message that the program does not see.
 *
 * Source: spec/ao-network.md 4 (Assignment), 5, 6.5 and 15.
 */
#ifndef AO_ASSIGNMENT_H
#define AO_ASSIGNMENT_H

#include "ao/message.h"

/* Of a message, what can be kept from a program: bits of a set. */
enum message_field {
	FIELD_DATA = 1 << 0,
	FIELD_TAGS = 1 << 1,
	FIELD_ANCHOR = 1 << 2,
	FIELD_SIGNATURE = 1 << 3,
	FIELD_ALL = (1 << 4) - 1
};

/* All zero: nothing but what the spawn message says. */
struct process_facts {
	bool has_runs;
	struct id runs;           /* Runs-Module */
	struct address authority; /* Authority-Alias; empty: none */
	struct address scheduler; /* who is shown as that, if there is one */
};

struct assignment {
	struct id process;
	struct id message;
	uint64_t slot;         /* the protocol's nonce */
	uint64_t timestamp_ms; /* never goes back within a process */
	uint64_t height;       /* block height, simulated locally */
	uint8_t hash_chain[SHA256_BYTES];
	uint8_t exclude;            /* fields; none of slot 0 */
	struct process_facts facts; /* of slot 0 */
};

/* The hash chain of slot 0: SHA-256 of the process's id. */
void assignment_chain_first(const struct id *process,
    uint8_t out[SHA256_BYTES]);
/* SHA-256(previous assignment's id, previous hash chain). */
void assignment_chain_next(const struct id *previous_id,
    const uint8_t previous[SHA256_BYTES], uint8_t out[SHA256_BYTES]);
/*
 * Append the signed item of `a` to `item` and give its id. Slot 0 carries no
 * Message tag, and is signed by the scheduler of its facts.
 */
int assignment_sign(const struct assignment *a, const struct keypair *kp,
    struct buf *item, struct id *id, struct error *err);
/* Read an assignment item back; what is ours is not verified again. */
int assignment_decode(struct span item, struct assignment *a, struct id *id,
    struct error *err);
/*
 * A set of fields from a list of their names, split by commas; empty names are
 * passed over. ERR_FORMAT: there is no such field (text: which there are).
 */
int assignment_fields(struct span names, uint8_t *out, struct error *err);
/* The list for a set. */
struct fields_text {
	char text[40];
};
struct fields_text assignment_fields_text(uint8_t set);
/* What tags say beside the place, of an assignment whose item is not told. */
void assignment_read_tags(const struct tag *tags, size_t count,
    const struct address *scheduler, uint8_t *exclude,
    struct process_facts *facts);
/* Whose key an assignment item says that it is signed with. */
int assignment_signer(struct span item, struct address *out, struct error *err);
/* ERR_SIGNATURE unless its signature holds; errors as of decoding. */
int assignment_verify(struct span item, struct error *err);

#endif
