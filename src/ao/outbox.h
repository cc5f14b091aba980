/*
 * outbox - what a result asks the messenger to push.
 *
 * Entries are numbered messages first, then spawns, then assignments, in list
 * order; the number is stable, since the result is. Source:
 * spec/ao-network.md 8.
 */
#ifndef AO_OUTBOX_H
#define AO_OUTBOX_H

#include <jansson.h>

#include "ao/message.h"
#include "ao/process.h"

enum outbox_kind {
	OUTBOX_MESSAGE,
	OUTBOX_SPAWN,
	OUTBOX_ASSIGNMENT
};

struct outbox {
	json_t *result; /* owned */
	size_t count;   /* entries of all three lists; 0 when it holds Error */
	size_t messages;
	size_t spawns;
	size_t assignments;
};

/* What an entry says; spans are borrowed from the outbox, `data` is owned. */
struct outbox_entry {
	enum outbox_kind kind;
	struct span target;
	struct span anchor;
	struct buf data;
	size_t tag_count;
	struct tag tags[TAGS_MAX];
};

/* Read a canonical result. ERR_FORMAT when it is none. */
int outbox_init(struct outbox *o, struct span result_json, struct error *err);
void outbox_release(struct outbox *o);
/*
 * Entry number i. ERR_FORMAT: it does not fit what the network pushes (text:
 * which part); such an entry is dropped. Release with outbox_entry_release().
 */
int outbox_get(const struct outbox *o, size_t i, struct outbox_entry *entry,
    struct error *err);
void outbox_entry_release(struct outbox_entry *entry);

/*
 * Append the item that the messenger pushes for a message entry of `from`,
 * signed by `kp`. `cause` is the message whose result it is: its Pushed-For,
 * else its id, becomes Pushed-For.
 */
int outbox_message_item(const struct outbox_entry *entry,
    const struct process *from, const struct message *cause,
    const struct keypair *kp, struct buf *out, struct error *err);
/* The same for a spawn entry: the child's Process item. */
int outbox_spawn_item(const struct outbox_entry *entry,
    const struct process *from, const struct message *cause,
    const struct keypair *kp, struct buf *out, struct error *err);
/* The Spawned notice to the parent, for the child `child`. */
int outbox_spawned_item(const struct outbox_entry *entry,
    const struct process *from, const struct message *cause,
    const struct id *child, const struct keypair *kp, struct buf *out,
    struct error *err);

#endif
