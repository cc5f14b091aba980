/*
 * outbox - what a result asks the messenger to push.
 *
 * Entries are numbered messages first, then spawns, then assignments, in list
 * order; the number is stable, since the result is. A result is a program's, so
 * no tree is made of it: an outbox takes the bytes of its text, and 4 for each
 * entry. Source: spec/ao-network.md 8.
 */
#ifndef AO_OUTBOX_H
#define AO_OUTBOX_H

#include "ao/message.h"
#include "ao/process.h"

enum outbox_kind {
	OUTBOX_MESSAGE,
	OUTBOX_SPAWN,
	OUTBOX_ASSIGNMENT
};

struct outbox {
	struct buf json;   /* the result; owned */
	uint32_t *entries; /* where each begins in it; owned */
	size_t room;       /* of `entries` */
	size_t count; /* entries of all three lists; 0 when it holds Error */
	size_t messages;
	size_t spawns;
	size_t assignments;
};

/* What an entry says; spans are borrowed from the outbox or from `texts`, bufs
 * are owned. */
struct outbox_entry {
	enum outbox_kind kind;
	/* a message, a spawn: */
	struct id target;   /* of a message */
	struct span anchor; /* of a message: 32 bytes */
	struct buf data;    /* a message's is never empty: at least a space */
	size_t tag_count;
	struct tag tags[TAGS_MAX];
	struct buf texts; /* what those spans say that the outbox escapes */
	/* an assignment: */
	struct id message;
	struct buf processes; /* their ids, ID_BYTES each */
	uint8_t exclude;      /* enum message_field */
};

/*
 * Read a canonical result. ERR_FORMAT when it is none, or when a list of it is
 * something else. Release with outbox_release().
 */
int outbox_init(struct outbox *o, struct span result_json, struct error *err);
/* Free what outbox_init() read; the outbox is empty. */
void outbox_release(struct outbox *o);
/*
 * Entry number i, below o->count. ERR_FORMAT, ERR_LIMIT: it does not fit what
 * the network pushes (text: which entry and part); such an entry is dropped.
 * Release with outbox_entry_release(), not after a failure.
 *
 * Fit is a message with Target (an id), Anchor (32 bytes) and Tags, a spawn
 * with Tags that name a Module (an id), an assignment with Processes (ids) and
 * Message (an id) and perhaps Exclude (names of fields). Names and values of
 * tags are texts and keep the limits of an item. Data that is no text is pushed
 * as its JSON text.
 */
int outbox_get(const struct outbox *o, size_t i, struct outbox_entry *entry,
    struct error *err);
/* Free the bufs; the spans of tags and anchor are no longer good. */
void outbox_entry_release(struct outbox_entry *entry);
/* The JSON of entry number i, whatever that is; borrowed from the outbox. */
struct span outbox_text(const struct outbox *o, size_t i);

/*
 * Append the item that the messenger pushes for a message entry of `from`,
 * signed by `kp`. `cause` is the message whose result it is: its Pushed-For,
 * else its id, becomes Pushed-For; NULL, for a cron tick: there is none. The
 * same arguments give the same item. ERR_LIMIT: with the tags that the network
 * adds there are too many; the entry is dropped.
 */
int outbox_message_item(const struct outbox_entry *entry,
    const struct process *from, const struct message *cause,
    const struct keypair *kp, struct buf *out, struct error *err);
/*
 * The same for a spawn entry: the child's Process item. It gets the parent's
 * Scheduler and Authority tags where it has none of its own.
 */
int outbox_spawn_item(const struct outbox_entry *entry,
    const struct process *from, const struct message *cause,
    const struct keypair *kp, struct buf *out, struct error *err);
/* The Spawned notice to the parent `from`, for the child `child`. */
int outbox_spawned_item(const struct outbox_entry *entry,
    const struct process *from, const struct id *child,
    const struct keypair *kp, struct buf *out, struct error *err);

#endif
