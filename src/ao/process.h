/*
 * process - what a process's own spawn message says of it, and its slot 0.
 */
#ifndef AO_PROCESS_H
#define AO_PROCESS_H

#include "ao/assignment.h"

enum {
	PROCESS_NAME_MAX = 128 /* bytes of a name that the shell takes */
};

struct process {
	struct id id;
	struct message *spawn; /* one reference */
	/* who published its module, and tags; NULL: nobody did. One reference */
	struct message *publication;
	struct id module; /* what its spawn message names */
	struct id runs;   /* the one that it runs: another for an alias */
	/* what this address signs is shown as signed by that; empty: none */
	struct address scheduler;
	struct address authority;
	struct id_text id_text;
	struct id_text module_text;
	struct span name;  /* tag Name, borrowed from `spawn`; may be empty */
	struct span owner; /* who may evaluate: From-Process or the signer */
};

/*
 * Fill in from a verified spawn message, which stays the caller's: on success
 * `p` counts a reference of its own, given back by process_release().
 * ERR_FORMAT: Data-Protocol is not ao, Type is not Process, Module is missing
 * or no id.
 */
int process_init(struct process *p, struct message *spawn, struct error *err);
/*
 * Follow what its slot 0 says of it; before the first evaluation. An authority
 * that may not be shown is none: a scheduler cannot make itself somebody whom the
 * process does not trust anyway.
 */
void process_follow(struct process *p, const struct process_facts *facts);
/*
 * The item that its module is the data of; before the first evaluation. What is
 * kept is its owner and tags. An alias is nobody's publication.
 */
void process_publish(struct process *p, const struct message *item);
/*
 * Whether what a scheduler signs may be shown to the process of that spawn
 * message as signed by this address: one of its Authority tags, and not its
 * owner.
 */
bool process_may_show(const struct message *spawn,
    const struct address *authority);
/*
 * Whose name a spawn message takes: its signer's. From-Process is believed where
 * `node` signed it for a process that it runs; elsewhere anybody may write it.
 * Borrowed from both.
 */
struct span process_name_owner(const struct message *spawn,
    const struct address *node);
/* Who a program is shown as the signer of a message: spec/ao-network.md 15. */
struct span process_shown_owner(const struct process *p,
    const struct message *m);
/* Give the reference back; `p` is all zero then. */
void process_release(struct process *p);

#endif
