/*
 * evaluation - one message as a machine is given it.
 *
 * All pointers are borrowed for the call, if vm.h says no more. Source:
 * spec/ao-network.md 6.2 and spec/aos-process.md 1.2 for the fields that a
 * program sees.
 */
#ifndef AO_EVALUATION_H
#define AO_EVALUATION_H

#include "ao/assignment.h"
#include "ao/process.h"

struct evaluation {
	const struct process *process;
	const struct message *message;
	/* Slot, timestamp, height, chain. For a dry run only timestamp and
	 * height are looked at: those of the last evaluated slot. */
	const struct assignment *assignment;
	bool read_only; /* a dry run: nothing of it stays */
	/* A tick: `message` is its schedule's (cron_message()), and of the
	 * assignment timestamp and height are looked at. */
	bool cron;
	/* The log says that it ended well: however long it takes here. */
	bool replay;
};

/* Whether the program sees that field of the message. */
static inline bool
evaluation_shows(const struct evaluation *e, enum message_field field)
{
	return e->read_only || e->cron || !(e->assignment->exclude & field);
}

/* Who the program is shown as the signer; a dry run's is as it says. */
static inline struct span
evaluation_owner(const struct evaluation *e)
{
	return e->read_only ? span_text(e->message->owner.text)
			    : process_shown_owner(e->process, e->message);
}

#endif
