/*
 * process - what a process's own spawn message says of it.
 */
#ifndef AO_PROCESS_H
#define AO_PROCESS_H

#include "ao/message.h"

enum {
	PROCESS_NAME_MAX = 128 /* bytes of a name that the shell takes */
};

struct process {
	struct id id;
	struct message *spawn; /* one reference */
	struct id module;
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
/* Give the reference back; `p` is all zero then. */
void process_release(struct process *p);

#endif
